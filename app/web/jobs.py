"""What the server does by itself: every job, how it stands, and what ran."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import Blueprint, render_template, request
from flask_babel import gettext

from app.domain import N_
from app.domain.jobs import Run, Standing
from app.services import jobs as service
from app.services import witnessing
from app.services.jobs import BY_NAME, JobView
from app.web.context import actor, now
from app.web.language import say
from app.web.show import NBSP, span

blueprint = Blueprint("jobs", __name__)
STANDINGS = {  # colour, icon, word
    Standing.FINE: ("done", "done", N_("fine")),
    Standing.FAILED: ("over", "over", N_("failed")),
    Standing.SILENT: ("over", "over", N_("has not run in time")),
    Standing.NEW: ("off", "soon", N_("has not run yet")),
    Standing.OFF: ("off", "not", N_("not switched on")),
}


@dataclass(frozen=True)
class RunLine:
    """A run in words. ``mark``: colour, icon, word."""

    title: str
    when: str
    long: str
    mark: tuple[str, str, str]
    told: str
    worker: str


@dataclass(frozen=True)
class JobLine:
    """A job in words."""

    title: str
    does: str
    last: str
    long: str
    told: str
    next: str
    mark: tuple[str, str, str]


@dataclass(frozen=True)
class ForkLine:
    """Two states of a journal that do not continue each other: of each size, short root and signed note."""

    id: int
    origin: str
    witness: str
    when: str
    states: tuple[tuple[int, str, str], ...]


@blueprint.get("/jobs")
def page() -> str:
    """The jobs, and a page of what ran."""
    views = service.listed(actor(), now())
    found = service.history(actor(), request.args.get("page", 1, type=int))
    newest = [view.last.newest for view in views]
    return render_template(
        "jobs/page.html", jobs=[_job(view) for view in views], found=found,
        runs=[_run(run, run in newest) for run in found.items], forks=[_fork(f) for f in witnessing.forks(actor())],
    )  # fmt: skip


def _fork(found: witnessing.Fork) -> ForkLine:
    kept, shown = ((state.size, state.short, state.note) for state in (found.kept, found.shown))
    return ForkLine(found.id, found.origin, found.witness, _exact(found.at), (kept, shown))


def _job(view: JobView) -> JobLine:
    css, icon, word = STANDINGS[view.standing]
    last = view.last.finished
    began, told = (_exact(last.began), _told(last)) if last else (gettext("never"), "")
    return JobLine(
        gettext(view.job.title), gettext(view.job.does), began, _long(last), told, _exact(view.next),
        (css, icon, gettext(word)),
    )  # fmt: skip


def _run(run: Run, newest: bool) -> RunLine:
    if run.failed:
        mark = ("over", "over", gettext("failed"))
    elif run.ended:
        mark = ("done", "done", gettext("fine"))
    elif newest and abs(now() - run.began) < BY_NAME[run.job].limit:
        mark = ("now", "now", gettext("running"))
    else:
        mark = ("late", "not", gettext("broken off"))
    title = gettext(BY_NAME[run.job].title) if run.job in BY_NAME else run.job
    return RunLine(title, _exact(run.began), _long(run), mark, _told(run), run.worker)


def _exact(moment: datetime) -> str:
    """With seconds, as logs have it: ``2026-06-01 05:04:10 UTC``."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC".replace(" ", NBSP)


def _long(run: Run | None) -> str:
    """How long a run took."""
    if run is None or run.ended is None:
        return "\u2013"
    took = run.ended - run.began
    if took >= timedelta(minutes=2):
        return span(took)
    return gettext("%(seconds)s s", seconds=f"{max(took.total_seconds(), 0):.1f}").replace(" ", NBSP)


def _told(run: Run) -> str:
    return " ".join(say(message) for message in run.told)
