"""PDF objects whose bytes are made before ReportLab writes the file."""

import zlib
from typing import Any

from reportlab.pdfbase.pdfdoc import PDFObject


class Raw(PDFObject):  # type: ignore[misc]
    """An object given as its bytes."""

    __RefOnly__ = 1

    def __init__(self, data: bytes) -> None:
        self.data = data

    def format(self, document: Any) -> bytes:
        """The bytes."""
        return self.data


def packed(data: bytes, head: bytes = b"") -> bytes:
    """A compressed stream object; ``head``: further entries of its dictionary."""
    body = zlib.compress(data)
    return b"<< /Filter /FlateDecode /Length %d %s>>\nstream\n%s\nendstream\n" % (len(body), head, body)
