"""What is known of a copied file."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FileHash:
    """One file of a copy. ``path``: below the copy's root, ``/`` between names, exactly as on the medium.

    ``modified``: nanoseconds since 1970, of the file on the medium. ``sha256``, ``xxh128``: hex, of the bytes read at
    the source and found the same on the medium. ``original``: path it had at its source, when the copy is named
    otherwise.
    """

    path: str
    size: int
    modified: int
    sha256: str
    original: str = ""
    xxh128: str = ""
