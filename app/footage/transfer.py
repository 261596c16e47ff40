"""Copying with proof: one pass reads, hashes and writes; a file is read back from the medium before it gets its name.

While a file is read back the next one is copied. Whatever ends this, the same call goes on: what is proved stands in
the journal of the copy (``ledger``), of the file under way everything that is the same is kept.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from errno import ELOOP
from pathlib import Path

from app.domain import N_, Message
from app.footage import ledger
from app.footage.alone import alone
from app.footage.blocks import BLOCK, Digests, Stream, reader, write_all
from app.footage.errors import Cannot, Differs, Paused, reading, writing
from app.footage.files import FileHash
from app.footage.ledger import Ledger, Proved, sync_folder
from app.footage.names import shown
from app.footage.preflight import Item, Plan, links, plan
from app.footage.progress import Count, Progress
from app.footage.proof import QUIET, read_back
from app.footage.sources import open_quietly

__all__ = ["Cannot", "Differs", "FileHash", "Item", "Paused", "Plan", "Progress", "copy", "forget", "plan"]
forget = ledger.forget
AHEAD = 16 * BLOCK  # bytes that are handed to the medium at a time, while the next ones are read
GRAIN = 2_000_000_000  # nanoseconds: FAT keeps even seconds

Report = Callable[[Progress], None]
Wish = Callable[[], str]


def copy(plan: Plan, progress: Report = lambda _: None, wish: Wish = lambda: "") -> tuple[FileHash, ...]:
    """Every file of ``plan`` whole and proved under its final name, in its order.

    ``wish``: "", "pause" (everything stays for the same call later) or "stop" (parts of files are taken away, whole
    files stay). Raises Cannot, Differs or Paused; the source is only ever read. When the manifest is written,
    ``forget`` takes the journal away.
    """
    with writing(plan.root):
        _folders(plan.root, Path())
    with alone(plan.root), _Run(plan, progress, wish) as run:
        return run.all()


class _Run:
    """One call of ``copy``: a stream from the source, one from the medium, a thread that proves, one that flushes."""

    def __init__(self, plan: Plan, progress: Report, wish: Wish) -> None:
        self.plan, self.wish, self.wished = plan, wish, ""
        self.proving: Future[None] | None = None
        self.proved = {p.file.path: p for p in plan.proved}
        self.changed: list[str] = []
        self.count = Count(plan.size, len(plan.items), progress)
        self.book = Ledger(plan.root, (item.path for item in plan.items), plan.proved)

    def __enter__(self) -> "_Run":
        self.source, self.medium = Stream(), Stream()
        self.prover, self.flusher = ThreadPoolExecutor(1), ThreadPoolExecutor(1)
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        for pool in (self.prover, self.flusher):
            pool.shutdown(cancel_futures=True)
        for stream in (self.source, self.medium):
            stream.close()
        self.book.close()
        if kind is Paused and self.wished == "stop":
            for item in self.plan.items:
                with writing(item.part):
                    (self.plan.root / item.part).unlink(missing_ok=True)
            ledger.forget(self.plan.root)

    def all(self) -> tuple[FileHash, ...]:
        for item in self.plan.items:
            if not self._there(item):
                read = self._copied(item)
                self._settle()
                self.proving = self.prover.submit(self._prove, item, read)
        self._settle()
        self.count.ended()
        if self.changed:
            text = N_(
                "%(path)s: the folder holds another file of this name, which was left as it is. Copy to another folder."
            )
            raise Differs(*(Message(text, {"path": shown(path)}) for path in self.changed))
        return tuple(self.proved[item.path].file for item in self.plan.items)

    def _settle(self) -> None:
        """The file before is proved, and the stream from the medium is free."""
        if self.proving:
            self.proving.result()

    def _there(self, item: Item) -> bool:
        """Is it on the medium whole already, or another file that must not be touched?"""
        final, part = self.plan.root / item.path, self.plan.root / item.part
        known = self.proved.get(item.path)
        with writing(item.path):
            if known and not final.exists() and _same(part, known):
                self._name(item)
            if known and _same(final, known):
                self.count.was_there(item.path, item.size)
                return True
            if not final.exists():
                return False
        self._settle()
        read = self._read(item, lambda offset, piece: None)
        with writing(item.path):
            found = read_back(final, self.medium, self._read_back)
        if found == read:
            self._note(item, read, final)
            self.count.was_there(item.path, 0)
        else:
            self.changed.append(item.path)
        return True

    def _copied(self, item: Item) -> tuple[str, str]:
        """The digests of the source; its bytes are in the part-file, handed to the medium but for the last of them."""
        part = self.plan.root / item.part
        with writing(item.part):
            _folders(self.plan.root, Path(item.part).parent)
            opened = os.open(part, os.O_RDWR | os.O_CREAT | QUIET, 0o644)
        target = _Target(opened, self.flusher)
        try:
            read = self._read(item, lambda offset, piece: self._put(item, target, offset, piece))
            with writing(item.part):
                target.handed_over()
                os.ftruncate(opened, item.size)
        finally:
            with suppress(OSError):
                target.handed_over()
            os.close(opened)
        return read

    @staticmethod
    def _put(item: Item, target: "_Target", offset: int, piece: memoryview) -> None:
        with writing(item.part):
            target.put(offset, piece)

    def _read(self, item: Item, use: Callable[[int, memoryview], None]) -> tuple[str, str]:
        """Digests of the source, which must be what it was when the plan was made, before and after."""
        digests = Digests()
        with _source(item) as (opened, unchanged):
            unchanged()
            for offset, piece in self.source.pieces(_told(reader(opened), item), digests):
                self._heed()
                use(offset, piece)
                self.count.read(item.path, len(piece))
            unchanged()
        return digests.hex()

    def _prove(self, item: Item, read: tuple[str, str]) -> None:
        """Read back, compare, note, name: only in this order."""
        part = self.plan.root / item.part
        with writing(item.part):
            opened = os.open(part, os.O_RDWR | QUIET)
            try:
                os.utime(part, ns=(item.modified, item.modified))
                os.fsync(opened)
            finally:
                os.close(opened)
            found = read_back(part, self.medium, self._read_back)
        if found != read:
            raise Differs(
                N_(
                    "%(path)s: what was read back from the medium is not what was written. Do not trust this medium: "
                    "copy to another one. The file did not get its name."
                ),
                path=shown(item.path),
            )
        with writing(item.part):
            self._note(item, read, part)
            self._name(item)
        self.count.proved(item.path)

    def _read_back(self, size: int) -> None:
        self._heed()
        self.count.read_back(size)

    def _heed(self) -> None:
        """Between two pieces: does somebody want a pause, has the file before turned out bad?"""
        if self.proving and self.proving.done():
            self.proving.result()
        if wished := self.wish():
            self.wished = wished
            raise Paused(N_("Paused. What is proved stays; start the same copy again to go on."))

    def _note(self, item: Item, read: tuple[str, str], where: Path) -> None:
        known = where.lstat()
        file = FileHash(item.path, known.st_size, known.st_mtime_ns, read[0], item.original, read[1])
        self.proved[item.path] = Proved(file, item.modified)
        self.book.add(self.proved[item.path])

    def _name(self, item: Item) -> None:
        """The final name, which no other file has: nothing is ever replaced."""
        final = self.plan.root / item.path
        if final.exists():
            raise Differs(
                N_("%(path)s appeared in the folder while it was copied. It was left as it is."), path=shown(item.path)
            )
        os.rename(self.plan.root / item.part, final)
        sync_folder(final.parent)


class _Target:
    """A part-file being written. What it holds already is compared and kept as far as it is the same."""

    def __init__(self, opened: int, flusher: ThreadPoolExecutor) -> None:
        self._opened, self._flusher = opened, flusher
        self._old = os.fstat(opened).st_size
        self._block = memoryview(bytearray(BLOCK)) if self._old else memoryview(b"")
        self._since = 0
        self._flushing: Future[None] | None = None

    def put(self, offset: int, piece: memoryview) -> None:
        if self._old >= offset + len(piece) and self._kept(offset, piece):
            return
        if self._old:
            os.ftruncate(self._opened, offset)
            self._old = 0
        write_all(self._opened, piece, offset)
        self._since += len(piece)
        if self._since >= AHEAD:
            self._hand_over()

    def _kept(self, offset: int, piece: memoryview) -> bool:
        held = self._block[: len(piece)]
        # As bytes: two memoryviews are compared item by item, with no other thread running.
        return reader(self._opened)(held, offset) == len(piece) and bytes(held) == bytes(piece)

    def _hand_over(self) -> None:
        """The medium writes while the next bytes are read; it is never more than twice AHEAD behind."""
        self.handed_over()
        self._flushing, self._since = self._flusher.submit(os.fdatasync, self._opened), 0

    def handed_over(self) -> None:
        """Nothing is under way any more."""
        if self._flushing:
            self._flushing.result()


@contextmanager
def _source(item: Item) -> Iterator[tuple[int, Callable[[], None]]]:
    """The source open for reading, and the question whether it is still what it was."""
    with reading(shown(str(item.source))):
        opened = open_quietly(item.source, QUIET)
    try:

        def unchanged() -> None:
            with reading(shown(str(item.source))):
                now = os.fstat(opened)
            if (now.st_size, now.st_mtime_ns) != (item.size, item.modified):
                raise Differs(
                    N_(
                        "%(path)s changed while it was copied. Wait until its recording has ended, then start the same "
                        "copy again."
                    ),
                    path=shown(str(item.source)),
                )

        yield opened, unchanged
    finally:
        os.close(opened)


def _told(read: Callable[[memoryview, int], int], item: Item) -> Callable[[memoryview, int], int]:
    def told(into: memoryview, offset: int) -> int:
        with reading(shown(str(item.source))):
            return read(into, offset)

    return told


def _same(path: Path, known: Proved) -> bool:
    """Still the file that was proved, by its size and time?"""
    try:
        there = path.lstat()
    except FileNotFoundError:
        return False
    return there.st_size == known.file.size and abs(there.st_mtime_ns - known.file.modified) <= GRAIN


def _folders(root: Path, below: Path) -> None:
    """Make what is missing, from the top, each so that it outlives a power cut."""
    for link in links(root, str(below)):
        raise OSError(ELOOP, os.strerror(ELOOP), str(link))
    missing = []
    folder = root / below
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for made in reversed(missing):
        made.mkdir()
        sync_folder(made.parent)
