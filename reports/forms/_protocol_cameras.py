"""Recording in the protocol of the day: breaches of the order, acts beside which the cameras showed something else."""

from collections.abc import Iterator
from datetime import datetime

from app.domain.day import Day
from app.domain.profile import text
from app.domain.recording import Mismatch, Proof, breaches, proofs
from reports.answers import step_of
from reports.forms._day_words import LANGUAGE, entry, sentence
from reports.forms._protocol_model import Section
from reports.forms._ru import dotted_date
from reports.of_day import clock, rooms
from reports.typeface import NBSP

COLUMNS = ((24, "Время"), (138, "Что показали действия и камеры"), (16, "Запись"))
FEW = 8  # cameras that are named one by one


def cameras(day: Day) -> Section:
    """Evidence, no verdict: in the order of the journal."""
    rows = sorted((*_breaches(day), *_proofs(day), *_clocks(day)))
    return Section("cameras", COLUMNS, tuple((when, what, entry(number)) for number, when, what in rows))


def _breaches(day: Day) -> Iterator[tuple[int, str, str]]:
    for found in breaches(day):
        step = day.profile.step(found.act.fact.step)
        said = f"«{text(step.title, LANGUAGE, 'en')}»: в этот момент запись не велась: {_rooms(day, found.rooms)}"
        if found.started:
            said += f"; начата {_exactly(day, found.started)}"
        yield found.act.number, _when(day, found.act.at), f"{said}. Причина: {sentence(found.act.fact.note or '–')}"


def _proofs(day: Day) -> Iterator[tuple[int, str, str]]:
    for seq, proof in proofs(day).items():
        if proof.differs:
            act = day.acts[seq]
            yield act.number, _when(day, act.at), _differs(day, seq, proof)


def _differs(day: Day, seq: int, proof: Proof) -> str:
    step = step_of(day, day.acts[seq])
    title = f"«{text(step.title, LANGUAGE, 'en')}»: " if step else ""
    weighing = [m for m in proof.mismatches if m.weighs]
    named = "; ".join(f"{m.camera}: {_words(day, m)}" for m in weighing[:FEW])
    more = f"; ещё камер: {len(weighing) - FEW}" if len(weighing) > FEW else ""
    return f"{title}камеры подтверждают {proof.agree} из {proof.watched}. {named}{more}."


def _words(day: Day, found: Mismatch) -> str:
    act = _exactly(day, found.act_at)
    seen = _exactly(day, found.seen_at or found.until or found.act_at)
    match found.kind:
        case "late":
            return f"начало {act}, первое изображение {seen}"
        case "none":
            return f"начало {act}, изображения не было до {seen}"
        case "early":
            return f"по данным устройства запись с {seen}, начало внесено {act}"
        case _:
            return f"остановка {act}, изображение есть ещё {seen}"


def _clocks(day: Day) -> Iterator[tuple[int, str, str]]:
    for seq in day.by_tag.get("clock.measured", ()):
        fact = day.lines[seq].fact
        if fact is not None:
            way = "вперёд" if fact.offset_ms >= 0 else "назад"
            off, error = _seconds(abs(fact.offset_ms)), _seconds(fact.error_ms)
            said = f"Часы устройства {fact.device}: смещены {way} на {off} (±{error})"
            by_hand = ", сверены вручную" if fact.source == "hand" else ""
            yield seq + 1, _when(day, fact.at), said + by_hand


def _seconds(ms: int) -> str:
    return f"{ms / 1000:.1f}".replace(".", ",") + f"{NBSP}с"


def _rooms(day: Day, codes: tuple[str, ...]) -> str:
    return rooms(day, codes).replace("-", "–")


def _when(day: Day, moment: datetime) -> str:
    local = day.local(moment)
    return f"{dotted_date(local)} {clock(local)}"


def _exactly(day: Day, moment: datetime) -> str:
    local = day.local(moment)
    return f"{local:%H:%M:%S}" if local.second else clock(local)
