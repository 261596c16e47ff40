"""Reading PDF files with programs that nobody here wrote."""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding


def run(*command: str | Path, env: dict[str, str] | None = None) -> str:
    """Output of a program; its failure fails the test."""
    done = subprocess.run([str(c) for c in command], capture_output=True, env=os.environ | (env or {}), check=False)
    assert done.returncode == 0, (done.stdout + done.stderr).decode(errors="replace")
    return done.stdout.decode()


def pages(pdf: bytes, folder: Path, order: str = "-layout") -> list[str]:
    """The text of every page, by poppler, as it stands (-layout) or as it was drawn (-raw)."""
    file = folder / "read.pdf"
    file.write_bytes(pdf)
    return run("pdftotext", order, file, "-").split("\f")[:-1]


def words(pdf: bytes, folder: Path) -> str:
    """All text on one line, cell by cell."""
    return " ".join(" ".join(pages(pdf, folder, "-raw")).split())


@dataclass(frozen=True)
class Seen:
    """What pdfsig says about one signature."""

    field: str
    name: str
    valid: bool
    trusted: bool
    total: bool


def trust(root: x509.Certificate, folder: Path) -> Path:
    """An NSS database in ``folder``, as pdfsig reads it, that trusts ``root`` and nobody else."""
    file, database = folder / "root.pem", f"sql:{folder}"
    file.write_bytes(root.public_bytes(Encoding.PEM))
    subprocess.run(["certutil", "-N", "-d", database, "--empty-password"], check=True)
    subprocess.run(["certutil", "-A", "-d", database, "-n", "root", "-t", "CT,C,C", "-i", str(file)], check=True)
    return folder


def pdfsig(pdf: bytes, nss: Path) -> list[Seen]:
    """Every signature as poppler and NSS judge it."""
    file = nss / "read.pdf"
    file.write_bytes(pdf)
    done = subprocess.run(["pdfsig", "-nssdir", f"sql:{nss}", file], capture_output=True, check=False)
    out = []
    for part in re.split(r"Signature #\d+:", done.stdout.decode(errors="replace"))[1:]:
        if "form field is not signed" in part:
            continue
        out.append(
            Seen(
                _line(part, "Signature Field Name"),
                _line(part, "Signer Certificate Common Name"),
                "Signature is Valid." in part,
                "Certificate is Trusted." in part,
                "- Total document signed" in part,
            )
        )
    return out


def _line(part: str, key: str) -> str:
    found = re.search(rf"- {key}: (.*)", part)
    return found[1] if found else ""


def parts(pdf: bytes) -> list[tuple[bytes, bytes]]:
    """(CMS, signed bytes) of every signature, cut out by its byte range."""
    out = []
    for match in re.finditer(rb"/ByteRange \[0 (\d+) (\d+) (\d+)", pdf):
        gap, rest, length = (int(v) for v in match.groups())
        hexed = pdf[gap + 1 : rest - 1]
        raw = bytes.fromhex(hexed.decode())
        size = int.from_bytes(raw[2:4], "big") + 4  # DER: 30 82 length
        out.append((raw[:size], pdf[:gap] + pdf[rest : rest + length]))
    return out
