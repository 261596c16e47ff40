"""A form of many rows in a process of its own: ``python -m bench.long 10000`` prints processor seconds and peak memory.

Nothing of the server is loaded: the memory is the interpreter's, ReportLab's and the form's.
"""

import json
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from app.domain.note import Checkpoint
from bench.measure import peak
from reports import form as form_of
from reports.form import Document
from reports.forms._access_model import AccessJournal, JournalRow, Mark, Person
from reports.render import render

FORM = "access-journal"
NOON = datetime(2026, 6, 1, 9, 0, 30, tzinfo=UTC)
ACTIONS = ("Проверка работоспособности", "Корректировка ракурса", "Копирование видеозаписей")
ACTOR = Person("Орлов\u00a0И.\u00a0С.", "технический специалист")
HEAD = Person("Лебедева\u00a0М.\u00a0П.", "руководитель ППЭ")


def rows(count: int) -> Iterator[JournalRow]:
    """Rows with times and entry numbers of their own."""
    for n in range(1, count + 1):
        at = NOON + timedelta(seconds=7 * n)
        yield JournalRow(
            n, f"{n % 17:04d}", at, at + timedelta(minutes=3), ACTIONS[n % 3], ACTOR, Mark(ACTOR.short, at, 2 * n),
            HEAD, Mark(HEAD.short, at + timedelta(minutes=9), 2 * n + 1),
        )  # fmt: skip


def main(count: int) -> None:
    """Draw once and say what it took."""
    content = AccessJournal(
        "Примерная область", "МБОУ «СОШ № 1», г. Пример", "45-0007", "физика, 1 июня 2026 г.", "Europe/Moscow", NOON,
        tuple(rows(count)),
    )  # fmt: skip
    note = Checkpoint("bench.example/45/0007/2026-06-01", count, bytes(32), "bench\n")
    document = Document("45-0007-0601-03", 1, "45-0007", "45-0007-2026-06-01", date(2026, 6, 1), "Europe/Moscow", NOON,
                        note)  # fmt: skip
    start = time.process_time()
    size = len(render(form_of(FORM), content, document))
    seconds = time.process_time() - start
    print(json.dumps({"rows": count, "seconds": seconds, "peak_mb": peak(), "bytes": size}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
