"""README and guides as a person at a shell reads them: commands, settings, links and pictures, with their lines."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
SPAN = re.compile(r"(?<!`)`([^`]+)`(?!`)")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
PROGRAMS = r"flask|make|python|certutil|pdfsig|qpdf|cp|apt-get"
COMMAND = re.compile(rf"(?:[A-Z_]+=\S+ )*(?:\S*\.venv/bin/)?(?:(?:{PROGRAMS}) .+|make)", re.S)


@dataclass(frozen=True)
class Shell:
    """What is typed: one command out of a sentence or a table, or a fenced block of them."""

    guide: str
    line: int  # of the command, or of the block's first command
    text: str

    def __str__(self) -> str:
        return f"{self.guide}:{self.line}"


@dataclass(frozen=True)
class Guide:
    """One page of documentation."""

    name: str
    text: str

    def line(self, place: int) -> int:
        """The line in which the character at ``place`` stands."""
        return self.text.count("\n", 0, place) + 1

    def blocks(self) -> Iterator[tuple[str, int, str]]:
        """Language, first line and text of every fenced block."""
        for found in FENCE.finditer(self.text):
            yield found[1], self.line(found.start()) + 1, found[2]

    @property
    def prose(self) -> str:
        """The text with its fenced blocks emptied; every line keeps its number."""
        return FENCE.sub(lambda found: "\n" * found[0].count("\n"), self.text)

    def spans(self) -> Iterator[tuple[int, str]]:
        """Line and text of everything set as code in a sentence or a table."""
        for found in SPAN.finditer(self.prose):
            yield self.line_of_prose(found.start()), re.sub(r"\s+", " ", found[1])

    def line_of_prose(self, place: int) -> int:
        """As ``line``, for a place in the prose."""
        return self.prose.count("\n", 0, place) + 1

    def shells(self) -> Iterator[Shell]:
        """Every command in the order of the page."""
        for language, line, text in self.blocks():
            if language == "sh":
                yield Shell(self.name, line, text)
        for line, text in self.spans():
            if COMMAND.fullmatch(text):
                yield Shell(self.name, line, text)

    def links(self) -> Iterator[tuple[int, str]]:
        """Line and target of every link and picture that stays in the project."""
        for found in LINK.finditer(self.prose):
            if not found[1].startswith(("http://", "https://", "#")):
                yield self.line_of_prose(found.start()), found[1].split("#")[0]


def guides() -> list[Guide]:
    """README and the guide of every reader."""
    return _read(ROOT / "README.md", *sorted((ROOT / "docs").glob("guide-*.md")))


def pages() -> list[Guide]:
    """Every page of documentation: the guides, the changelog, the decisions."""
    return _read(*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")))


def _read(*paths: Path) -> list[Guide]:
    return [Guide(str(p.relative_to(ROOT)), p.read_text(encoding="utf-8")) for p in paths]


def guide(name: str) -> Guide:
    """One of them by its path."""
    return next(g for g in guides() if g.name == name)
