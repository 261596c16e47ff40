"""The baseline: a minimal Flask application. Signed cookie session, CSRF check, one raw durable INSERT."""

import json
import signal
import sqlite3
import sys
import threading
from dataclasses import replace
from pathlib import Path

from flask import Flask, Response, redirect, render_template_string, request, session
from flask_wtf import CSRFProtect
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response as AnyResponse

from app import config
from app.serve import serve

PUBLIC = ("sign_in", "token")
ROW = """
<tr id="entry-{{ row.seq + 1 }}"><th><a href="/days/{{ day }}/entries/{{ row.seq }}">{{ row.number }}</a></th>
<td>{{ row.date }}</td><td>{{ row.rooms }}</td><td>{{ row.start }}</td><td>{{ row.end }}</td><td>{{ row.action }}</td>
<td>{{ row.name }}</td><td>{{ row.post }}</td><td>{{ row.signed }}</td>
<td>{{ row.head }}</td><td>{{ row.head_post }}</td><td>{{ row.confirmed }}</td></tr>
"""
PAGE = f"<!doctype html><table>{{% for row in rows %}}{ROW}{{% endfor %}}</table>"


def make_app(folder: Path, rows: int = 0) -> Flask:
    """The application with its own database in ``folder``. ``rows``: how many its page has."""
    folder.mkdir(parents=True, exist_ok=True)
    app = Flask("bare")
    app.config.update(SECRET_KEY=b"bare", WTF_CSRF_TIME_LIMIT=None)
    CSRFProtect(app)
    lock = threading.Lock()  # one writer: SQLite's own busy wait would make the baseline slower
    database = sqlite3.connect(folder / "bare.db", check_same_thread=False, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE IF NOT EXISTS entry (id TEXT PRIMARY KEY, person TEXT, body TEXT)")
    table = [_row(seq) for seq in range(rows)]

    @app.before_request
    def guard() -> AnyResponse | None:
        return None if "person" in session or request.endpoint in PUBLIC else Response(status=401)

    @app.get("/sign-in")
    def token() -> str:
        return f'<input name="csrf_token" value="{generate_csrf()}">'

    @app.post("/sign-in")
    def sign_in() -> AnyResponse:
        session["person"] = request.form["login"]
        return redirect("/empty")

    @app.get("/empty")
    def empty() -> str:
        return ""

    @app.post("/append")
    def append() -> AnyResponse:
        form = request.form.to_dict()
        with lock:
            values = (form["entry_id"], session["person"], json.dumps(form))
            database.execute("INSERT INTO entry VALUES (?, ?, ?)", values)
        return redirect("/empty")

    @app.get("/rows")
    def page() -> str:
        return render_template_string(PAGE, rows=table, day="2026-06-01")

    return app


def _row(seq: int) -> dict[str, object]:
    return {
        "seq": seq, "number": seq + 1, "date": "01.06", "rooms": "0001, 0002", "start": "07:55", "end": "08:00",
        "action": "Корректировка ракурса", "name": "Орлов И. С.", "post": "технический специалист", "signed": "08:00",
        "head": "Лебедева М. П.", "head_post": "руководитель ППЭ", "confirmed": "08:00",
    }  # fmt: skip


if __name__ == "__main__":
    place, port = Path(sys.argv[1]), int(sys.argv[2])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    serve(replace(config.load(place, {}), port=port), lambda: make_app(place), lambda app: None)
