"""Proof files ``.tlog-proof`` (C2SP tlog-proof): an entry, its audit path and the checkpoint under which it stands."""

import base64
import binascii
from dataclasses import dataclass

from app.domain import N_
from app.domain.merkle import verify_inclusion
from app.domain.note import BadNote, Checkpoint, parse_checkpoint

FIRST = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True)
class TlogProof:
    """``extra``: what the maker of the file added, undecoded by the format."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: Checkpoint
    extra: bytes = b""

    def text(self) -> str:
        extra = f"extra {base64.b64encode(self.extra).decode()}\n" if self.extra else ""
        path = "".join(f"{base64.b64encode(node).decode()}\n" for node in self.path)
        return f"{FIRST}\n{extra}index {self.index}\n{path}\n{self.checkpoint.note}"

    def proves(self, leaf: bytes) -> bool:
        """Is ``leaf`` (a leaf hash) that entry of the checkpoint's log?"""
        return verify_inclusion(self.index, self.checkpoint.size, leaf, self.path, self.checkpoint.root)


def parse_proof(text: str) -> TlogProof:
    """Inverse of ``TlogProof.text``; no signature is judged. BadNote."""
    head, separator, note = text.partition("\n\n")
    lines = head.split("\n")
    try:
        extra = lines.pop(1).removeprefix("extra ") if lines[1:2] and lines[1].startswith("extra ") else ""
        index = lines[1].removeprefix("index ")
        if not separator or lines[0] != FIRST or not lines[1].startswith("index ") or str(int(index)) != index:
            raise ValueError
        path = tuple(base64.b64decode(line, validate=True) for line in lines[2:])
        if int(index) < 0 or len(path) > 63 or any(len(node) != 32 for node in path):
            raise ValueError
        return TlogProof(int(index), path, parse_checkpoint(note), base64.b64decode(extra, validate=True))
    except (IndexError, ValueError, binascii.Error) as err:
        raise BadNote(N_("This is not a proof file.")) from err
