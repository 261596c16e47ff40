"""What stands around an input: the token, its errors, what a screen reader is told."""

from flask import g, session
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup, escape

from app.web.context import typed
from app.web.drawn import Drawn
from app.web.language import say

TOKENS: Drawn[Markup] = Drawn(2048)


def csrf() -> Markup:
    """The hidden token that every form carries; a session's secret is signed once, not at every page."""
    secret = session.get("csrf_token", "")
    known = TOKENS.get(secret)
    if known is None:
        made = Markup(f'<input type="hidden" name="csrf_token" value="{escape(generate_csrf())}">')
        known = TOKENS.put(session["csrf_token"], made)
    return known


def wrong(name: str) -> list[str]:
    """What is wrong with a field, in words."""
    return [say(m) for m in g.get("errors", ()) if m.field == name]


def bad(name: str) -> str:
    """Class of a field that was refused."""
    return " bad" if any(m.field == name for m in g.get("errors", ())) else ""


def err(name: str) -> Markup:
    """The refusals above the input."""
    lines = (Markup('<span class="err"{}>{}</span>').format(_id(name, n), text) for n, text in enumerate(wrong(name)))
    return Markup("").join(lines)


def _id(name: str, number: int) -> Markup:
    return Markup(' id="{}-err"').format(name) if number == 0 else Markup("")


def aria(name: str, hint: object = "") -> Markup:
    """Attributes that tie the input to its hint and its refusal."""
    refused = bool(bad(name))
    ids = [f"{name}-hint"] * bool(hint) + [f"{name}-err"] * refused
    out = Markup(' aria-invalid="true"') if refused else Markup("")
    return out + Markup(' aria-describedby="{}"').format(" ".join(ids)) if ids else out


def given(name: str, otherwise: str = "") -> str:
    """What was typed into the field when the form is shown again, else ``otherwise``."""
    values = typed()
    return values[name] if values is not None and name in values else otherwise


GLOBALS = {"given": given, "csrf": csrf, "bad": bad, "err": err, "aria": aria}
