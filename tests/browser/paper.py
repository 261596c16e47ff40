"""Reading a signed PDF with tools that are not ours."""

import re
import subprocess
from pathlib import Path


def run(*command: str | Path) -> str:
    """Output of a command that has to succeed."""
    return subprocess.run([str(c) for c in command], capture_output=True, text=True, check=True, timeout=60).stdout


def trust_store(folder: Path, root: Path) -> str:
    """An NSS database that trusts ``root``; the word that pdfsig wants."""
    folder.mkdir()
    run("certutil", "-N", "-d", f"sql:{folder}", "--empty-password")
    run("certutil", "-A", "-d", f"sql:{folder}", "-n", "logbook", "-t", "CT,C,C", "-i", root)
    return f"sql:{folder}"


def verdicts(pdf: Path, store: str) -> list[tuple[str, str, bool]]:
    """pdfsig's words per signature: (signature, certificate, covers the whole file)."""
    blocks = re.split(r"Signature #\d+:", run("pdfsig", "-nssdir", store, pdf))[1:]
    return [
        (
            _word(block, "Signature Validation"),
            _word(block, "Certificate Validation"),
            "Total document signed" in block and "Not total" not in block,
        )
        for block in blocks
    ]


def text(pdf: Path) -> list[str]:
    """Lines of the pages as they are set, spaces collapsed."""
    return [" ".join(line.split()) for line in run("pdftotext", "-layout", pdf, "-").splitlines() if line.strip()]


def _word(block: str, label: str) -> str:
    found = re.search(rf"{label}: (.*)", block)
    return found[1].strip() if found else ""
