"""A copy of footage checked on its medium, noted in its day when it is of one, or packed as a bag."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from app.domain import N_, Invalid, Message, rehearsal
from app.domain import facts as f
from app.domain.codec import clean
from app.domain.day import Act, Day
from app.domain.footage import checks
from app.domain.people import Actor
from app.domain.policy import Action, require_member
from app.domain.rules.footage import MOST_NAMES
from app.footage import bag as bags
from app.footage import mhl
from app.footage.check import Progress, Report, check
from app.footage.history import FOLDER, History
from app.footage.lying import error_words
from app.footage.problem import NotChecked, Problem, shown
from app.services import days, footage
from app.services.accounts import somebody

__all__ = ["NotChecked", "Problem", "Report", "bag", "check", "check_of_day", "fact_of", "shown", "somebody"]

Wish = Callable[[], str]


def check_of_day(
    actor: Actor, day_id: str, root: Path, clock: Callable[[], datetime], progress: Progress, wish: Wish, entry_id: str
) -> Report:
    """Check a copy that the day's journal records, against what the journal says of its manifests, and note it there.

    Raises Refused, NotChecked; then nothing is written.
    """
    day = days.load(actor, day_id)
    require_member(day, actor, Action.FOOTAGE_COPY)
    target = _target(day, mhl.read(root), root)
    known = recorded(day, target)
    report = check(root, actor.name, clock(), progress, wish, known)
    now = rehearsal.clock(day, clock())  # reading takes hours: the entry is of its end
    footage.checked(actor, day_id, entry_id, fact_of(report, known, target.seq, now), now)
    return report


def _target(day: Day, history: History, root: Path) -> Act:
    """The copy of the day that lies in ``root``: by one of its manifests, else by the folder's name."""
    stand, copies = {g.sha256 for g in history.generations}, day.tagged("footage.copied")
    for act in copies:
        if stand & {*recorded(day, act).values()}:
            return act
    named = [act for act in copies if act.fact.medium.folder.split("/")[-1] == root.resolve().name]
    if len(named) != 1:
        raise NotChecked(N_("No copy of this day lies here."))
    return named[0]


def recorded(day: Day, copy: Act) -> dict[int, str]:
    """SHA-256 of every manifest of the copy that stands in the journal, by its generation."""
    return {fact.generation: fact.manifest for fact in (copy.fact, *(act.fact for act in checks(day, copy.seq)))}


def fact_of(report: Report, known: Mapping[int, str], target: int, at: datetime) -> f.FootageChecked:
    """The report as the journal has it. ``known``: as ``recorded``.

    A generation that was tampered with counts as a changed file. Where the medium took no new generation, the newest
    one that is recorded stands.
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
    changed, missing, added, renamed, unreadable = (
        tuple(clean(shown(name)) for name in names[:MOST_NAMES]) for names in lists
    )
    newest = (report.generation.number, report.generation.sha256) if report.generation else max(known.items())
    number, sha256 = newest
    return f.FootageChecked(
        target, at, report.result, sha256, number, (a, b, c, d, e),
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
