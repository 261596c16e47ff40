"""A copy of footage checked on its medium, noted in its day when it is of one, or packed as a bag."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from app.domain import N_, Invalid, Message
from app.domain import facts as f
from app.domain.day import Act, Day
from app.domain.people import Actor
from app.domain.policy import Action, require_member
from app.footage import bag as bags
from app.footage import mhl
from app.footage.check import Progress, Report, check
from app.footage.history import FOLDER, History
from app.footage.lying import error_words
from app.footage.problem import NotChecked, Problem, shown
from app.services import days, footage
from app.services.accounts import somebody

__all__ = ["NotChecked", "Problem", "Report", "bag", "check", "check_of_day", "fact_of", "shown", "somebody"]

MOST_NAMES = 100
Wish = Callable[[], str]
def check_of_day(
    actor: Actor, day_id: str, root: Path, now: datetime, progress: Progress, wish: Wish, entry_id: str
) -> Report:
    """Check a copy that the day's journal records, against what the journal says of its manifests, and note it there.

    Raises Refused, NotChecked; then nothing is written.
    """
    day = days.load(actor, day_id)
    require_member(day, actor, Action.FOOTAGE_COPY)
    target = _target(day, mhl.read(root), root)
    report = check(root, actor.name, now, progress, wish, dict(_recorded(day, target)))
    footage.checked(actor, day_id, entry_id, fact_of(report, target.seq, now), now)
    return report


def _target(day: Day, history: History, root: Path) -> Act:
    """The copy of the day that lies in ``root``: by one of its manifests, else by the folder's name."""
    stand, copies = {g.sha256 for g in history.generations}, day.tagged("footage.copied")
    for act in copies:
        if {sha256 for _, sha256 in _recorded(day, act)} & stand:
            return act
    named = [act for act in copies if act.fact.medium.folder.split("/")[-1] == root.resolve().name]
    if len(named) != 1:
        raise NotChecked(N_("No copy of this day lies here."))
    return named[0]


def _recorded(day: Day, copy: Act) -> Iterator[tuple[int, str]]:
    """Generation and SHA-256 of every manifest of the copy that stands in the journal."""
    checks = [act.fact for act in day.tagged("footage.checked") if act.fact.target == copy.seq]
    for fact in (copy.fact, *checks):
        if fact.manifest:
            yield fact.generation, fact.manifest


def fact_of(report: Report, target: int, now: datetime) -> f.FootageChecked:
    """The report as the journal has it. A generation that was tampered with counts as a changed file; without a
    generation of its own (the medium takes none) its number is 0.
    """
    tampered = sorted({f"{FOLDER}/{problem.file}" for problem in report.problems})
    lists = (
        [*tampered, *(c.path for c in report.changed)],
        report.missing,
        report.added,
        [f"{r.old} -> {r.new}" for r in report.renamed],
        [u.path for u in report.unreadable],
    )
    a, b, c, d, e = (len(names) for names in lists)
    changed, missing, added, renamed, unreadable = (tuple(map(shown, names[:MOST_NAMES])) for names in lists)
    sha256, number = (report.generation.sha256, report.generation.number) if report.generation else ("", 0)
    return f.FootageChecked(
        target, now, report.result, sha256, number, (a, b, c, d, e),
        changed, missing, added, renamed, unreadable,
    )  # fmt: skip


def bag(root: Path, target: Path, now: datetime) -> dict[str, str]:
    """Pack the copy below ``root``, with its history, as the bag ``target``. Raises NotChecked, Invalid.

    Every file is read and has to be what the history says. On one medium the bag takes no second place: hard links.
    """
    try:
        history = mhl.read(root)
        if not history.files:
            raise NotChecked(N_("%(root)s holds no history of a copy."), root=shown(str(root)))
        if history.problems:
            text = N_("The history is not right: %(problem)s")
            raise Invalid(*(Message(text, {"problem": problem}) for problem in history.problems))
        payload = [(path, root / path) for path in sorted(history.files)]
        payload += [
            (f"{FOLDER}/{p.name}", p) for p in sorted((root / FOLDER).iterdir()) if p.suffix in (".mhl", ".xml")
        ]
        info = {
            "Bag-Software-Agent": mhl.TOOL,
            "Bagging-Date": now.date().isoformat(),
            "External-Identifier": root.resolve().name,
            "External-Description": f"Copy of footage, generation {history.generations[-1].number} of its history",
        }
        expected = {path: known.hashes["sha256"] for path, known in history.files.items() if "sha256" in known.hashes}
        return bags.write(target, payload, info, expected, linked=True)
    except OSError as error:
        where = shown(str(error.filename or target))
        raise NotChecked(N_("%(path)s: %(error)s."), path=where, error=error_words(error)) from error
