"""Every file of a copy read again from the medium and compared with its history; the answer is a new generation."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from errno import EINVAL
from fnmatch import fnmatchcase
from pathlib import Path

from app.domain import N_, DomainError, Message
from app.footage import mhl
from app.footage.files import FileHash
from app.footage.hashing import KINDS, Wish, read_hashes
from app.footage.history import CHAIN, Generation, History, Known
from app.footage.lying import Lying, Unreadable, error_words, lying, require_there
from app.footage.problem import NotChecked, Problem, shown
from app.footage.renames import Renamed, renames

WHOLE, DIFFERS = "whole", "differs"
OURS = ("sha256", "xxh128")

Progress = Callable[[int, int, str], None]  # bytes read, bytes in all, file
Hashes = dict[str, str]


@dataclass(frozen=True)
class Changed:
    """A file with another content. ``expected``, ``found``: its hash of the kind."""

    path: str
    kind: str
    expected: str
    found: str


@dataclass(frozen=True)
class Report:
    """``generation``: the one that tells of this check, or None, and ``unwritten`` says why.

    ``unfinished``: what a copy that was not finished left; it belongs to no copy and changes no result. ``problems``:
    of manifests and chain. ``files``, ``size``: what is as it has to be.
    """

    result: str
    changed: tuple[Changed, ...]
    missing: tuple[str, ...]
    added: tuple[str, ...]
    renamed: tuple[Renamed, ...]
    unreadable: tuple[Unreadable, ...]
    generation: Generation | None
    problems: tuple[Problem, ...] = ()
    unfinished: tuple[str, ...] = ()
    files: int = 0
    size: int = 0
    unwritten: Message | None = None

    @property
    def counts(self) -> tuple[int, int, int, int, int]:
        """As the journal has them: changed, missing, added, renamed, unreadable."""
        return len(self.changed), len(self.missing), len(self.added), len(self.renamed), len(self.unreadable)


def check(
    root: Path,
    by: str,
    now: datetime,
    progress: Progress = lambda *_: None,
    wish: Wish = lambda: "",
    recorded: Mapping[int, str] | None = None,
) -> Report:
    """Check the copy below ``root`` and add a generation with the result.

    ``recorded``: SHA-256 of manifests as they stand elsewhere, by generation: they tell of a history that was written
    anew. Raises NotChecked when nothing can be said: there is no history, the medium is gone, it was stopped.
    """
    history, there = _history(root), lying(root)
    places = _places(history, there)
    reader = _Reader(root, there, places.bytes(there), progress, wish)
    found = {known.path: hashes for known in places.here if (hashes := reader.read(known.path, [known]))}
    again = {path: hashes for path in places.likely if (hashes := reader.read(path, places.missing))}
    renamed = renames(places.missing, again)
    changed = tuple(c for known in places.here if known.path in found for c in _changed(known, found[known.path]))
    old, new = {pair.old for pair in renamed}, {pair.new for pair in renamed}
    report = Report(
        "",
        changed,
        tuple(known.path for known in places.missing if known.path not in old),
        tuple(path for path in places.added if path not in new),
        renamed,
        (*reader.unreadable, *places.hidden, *there.closed),
        None,
        (*history.problems, *_rewritten(history, recorded or {})),
        places.unfinished,
        len(found) - len(changed),
        sum(there.files[path].st_size for path in found.keys() - {c.path for c in changed}),
    )
    report = replace(report, result=DIFFERS if any(report.counts) or report.problems else WHOLE)
    good = found | {path: again[path] for path in new if mhl.writable(path)}
    files = [FileHash(path, s.st_size, s.st_mtime_ns, hashes["sha256"], xxh128=hashes["xxh128"])
             for path, hashes in good.items() if (s := there.files[path])]  # fmt: skip
    return _with_generation(report, root, files, by, now)


def _history(root: Path) -> History:
    try:
        history = mhl.read(root)
    except OSError as error:
        raise NotChecked(N_("The medium does not answer: %(error)s."), error=error_words(error)) from error
    if not history.files:
        problems = [
            Message(N_("The history is not right: %(problem)s"), {"problem": problem}) for problem in history.problems
        ]
        raise NotChecked(Message(N_("%(root)s holds no history of a copy."), {"root": shown(str(root))}), *problems)
    return history


@dataclass(frozen=True)
class _Places:
    """The files of the history and of the medium, sorted. ``likely``: added ones that may be a missing one."""

    here: tuple[Known, ...]
    missing: tuple[Known, ...]
    hidden: tuple[Unreadable, ...]
    added: tuple[str, ...]
    likely: tuple[str, ...]
    unfinished: tuple[str, ...]

    def bytes(self, there: Lying) -> int:
        return sum(there.files[path].st_size for path in (*self.likely, *(known.path for known in self.here)))


def _places(history: History, there: Lying) -> _Places:
    known = [history.files[path] for path in sorted(history.files)]
    gone = [k for k in known if k.path not in there.files]
    missing = tuple(k for k in gone if not there.hides(k.path))
    sizes = {k.size for k in missing}
    new = [path for path in sorted(there.files.keys() - history.files.keys()) if not _like(path, mhl.OF_SYSTEMS)]
    added = tuple(path for path in new if not _like(path, mhl.UNFINISHED))
    return _Places(
        tuple(k for k in known if k.path in there.files),
        missing,
        tuple(Unreadable(k.path, there.hides(k.path)) for k in gone if there.hides(k.path)),
        added,
        tuple(p for p in added if there.regular(p) and (None in sizes or there.files[p].st_size in sizes)),
        tuple(path for path in new if path not in added),
    )


def _like(path: str, patterns: Iterable[str]) -> bool:
    """A name of the path is like a pattern; one that ends with "/" is about folders only."""
    *folders, _ = parts = path.split("/")
    return any(
        fnmatchcase(part, pattern.rstrip("/"))
        for pattern in patterns
        for part in (folders if pattern.endswith("/") else parts)
    )


@dataclass
class _Reader:
    """Reads one file after the other; what cannot be read is kept with its error."""

    root: Path
    there: Lying
    total: int
    progress: Progress
    wish: Wish
    done: int = 0
    unreadable: list[Unreadable] = field(default_factory=list)

    def read(self, path: str, expected: Iterable[Known]) -> Hashes:
        """Our hashes of the file, and those of other kinds that nothing else can be compared by; {} without."""
        kinds = {*OURS, *(kind for known in expected if not known.hashes.keys() & {*OURS} for kind in known.hashes)}
        start = self.done

        def seen(size: int) -> None:
            self.done += size
            self.progress(self.done, self.total, path)

        try:
            if not self.there.regular(path):
                raise OSError(EINVAL, "not a regular file")
            return read_hashes(self.root / path, kinds, seen, self.wish)
        except OSError as error:
            require_there(self.root, error)
            self.unreadable.append(Unreadable(path, error_words(error)))
            self.done = start + self.there.files[path].st_size
            return {}


def _changed(known: Known, found: Hashes) -> Iterator[Changed]:
    """The first hash by which the file is another one."""
    for kind in KINDS:
        if kind in found and known.hashes.get(kind, found[kind]) != found[kind]:
            yield Changed(known.path, kind, known.hashes[kind], found[kind])
            return


def _rewritten(history: History, recorded: Mapping[int, str]) -> Iterator[Problem]:
    """Generations that are not those that were recorded elsewhere."""
    stands = {generation.number: generation for generation in history.generations}
    for number, sha256 in sorted(recorded.items()):
        if number not in stands:
            yield Problem(CHAIN, Message(N_("Generation %(number)s, recorded elsewhere, is gone."), {"number": number}))
        elif stands[number].sha256 != sha256:
            yield Problem(stands[number].name, Message(N_("This is not the generation that was recorded elsewhere.")))


def _with_generation(report: Report, root: Path, files: list[FileHash], by: str, now: datetime) -> Report:
    """The report with the generation that tells it, where one can be written."""
    names = {pair.new: pair.old for pair in report.renamed}
    unreadable = tuple(u.path for u in report.unreadable)
    outcome = mhl.Outcome(report.result, names, report.missing, report.added, unreadable)
    try:
        return replace(report, generation=mhl.add(root, files, mhl.CHECK, by, now, outcome))
    except OSError as error:
        require_there(root, error)
        return replace(report, unwritten=Message(N_("Not written: %(error)s."), {"error": error_words(error)}))
    except DomainError as error:
        return replace(report, unwritten=error.messages[0])
