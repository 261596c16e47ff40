"""What is written by pen on a printed act: signatures of people without an account, answers the journal lacks."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.ink import HAIR
from reports.layout import Sheet
from reports.tables import open_table
from reports.typeset import CELL_S, VALUE, VALUE_S, Cell, Fit, Hand, P, draw_lines, height, set_cell


@dataclass(frozen=True)
class Signer:
    """Who signs on paper. ``did``: what the signature means; ``who``: name and office as far as known."""

    did: str
    who: str


def answers(sheet: Sheet, rows: Sequence[tuple[str, str | Hand]], share: float = 0.54) -> None:
    """Question and answer side by side, a thin rule under each; an answer may be a line for the pen."""
    for question, reply in rows:
        cell: Cell = P(reply, VALUE_S, fit=Fit.FREE) if isinstance(reply, str) else reply
        start, rooms = sheet.left + sheet.width * share, (sheet.width * share - 8, sheet.width * (1 - share))
        left, right = set_cell(P(question, VALUE, fit=Fit.TYPED), rooms[0]), set_cell(cell, rooms[1])
        need = max(height(left), height(right)) + 6
        if not sheet.fits(need):
            sheet.turn()
        draw_lines(sheet.ink, left, sheet.left, sheet.y - 3, rooms[0], base=VALUE.size)
        draw_lines(sheet.ink, right, start, sheet.y - 3, rooms[1], base=VALUE.size)
        sheet.y -= need
        sheet.rule(sheet.y, HAIR)


def by_hand(sheet: Sheet, signers: Sequence[Signer]) -> None:
    """A line for each: what, who, signature, date and time."""
    columns = [(24, sheet.say("signs_as")), (76, sheet.say("signs_who")), (48, sheet.say("by_hand")),
               (40, sheet.say("when_signed"))]  # fmt: skip
    rows: list[list[Cell]] = [
        [
            P(signer.did, CELL_S, fit=Fit.TYPED), signer.who,
            Hand(""), Hand(""),
        ]
        for signer in signers
    ]  # fmt: skip
    open_table(sheet, columns, rows)
