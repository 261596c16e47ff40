"""XML of a stranger, read with limits: no document type, so no entities; no depth, no endless text."""

from collections.abc import Callable
from dataclasses import dataclass, field
from xml.parsers import expat

DEPTH, TEXT = 32, 1 << 16


@dataclass
class Element:
    """``tag``: without the namespace ``home``, else ``namespace name`` (``none name``). ``line``: where it begins."""

    tag: str
    attributes: dict[str, str]
    line: int
    text: str = ""
    children: list["Element"] = field(default_factory=list)

    def child(self, tag: str) -> "Element | None":
        return next((c for c in self.children if c.tag == tag), None)

    def word(self, tag: str) -> str:
        """Text of the child, "" without one."""
        found = self.child(tag)
        return found.text if found else ""


class BadXml(Exception):
    def __init__(self, what: str, line: int) -> None:
        super().__init__(what)
        self.what, self.line = what, line


def each(data: bytes, home: str, wanted: frozenset[str], found: Callable[[Element], None]) -> str:
    """Call ``found`` with every element of a wanted tag, outermost ones only; the tag of the root. Raises BadXml."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    open_: list[Element] = []
    depth, root = 0, ""

    def fail(what: str) -> None:
        raise BadXml(what, parser.CurrentLineNumber)

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, root
        depth += 1
        if depth > DEPTH:
            fail("elements are nested too deep")
        tag = name.removeprefix(f"{home} ") if " " in name else f"none {name}"
        root = root or tag
        if open_ or tag in wanted:
            open_.append(Element(tag, attributes, parser.CurrentLineNumber))

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        if not open_:
            return
        element = open_.pop()
        if open_:
            open_[-1].children.append(element)
        else:
            found(element)

    def text(data: str) -> None:
        if open_:
            open_[-1].text += data
            if len(open_[-1].text) > TEXT:
                fail("a text is too long")

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.StartDoctypeDeclHandler = lambda *_: fail("a document type is not allowed here")
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise BadXml(expat.ErrorString(error.code), error.lineno) from error
    return root
