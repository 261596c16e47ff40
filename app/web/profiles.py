"""Profiles for reading, what changed between two of them, and the values that a region sets."""

from datetime import timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.domain import N_, Invalid, Message, NotFound
from app.domain.parameters import proposed, stale
from app.domain.policy import Action, allowed_whole
from app.services import documents, office, regions, regulations
from app.services.regulations import Edition
from app.web import parameters, wording
from app.web.change_words import blocks
from app.web.context import actor, now, posted
from app.web.saved import told
from app.web.show import span

blueprint = Blueprint("profiles", __name__, url_prefix="/profiles")
WORDS = {
    "when_lines": wording.when_lines, "where_text": wording.where_text, "who": wording.who, "basis": wording.basis,
    "field_words": wording.field_words, "value_text": wording.value_text, "limits_text": wording.limits_text,
    "name_of": wording.name_of, "reminder": wording.reminder, "limits_lines": wording.limits_lines,
    "language_name": wording.language_name, "BASES": wording.BASES,
}  # fmt: skip


@blueprint.get("")
def shelf() -> str:
    """Every installed profile, and every text that a day pinned."""
    found = regulations.editions()
    current = {e.name: e for e in found if e.installed and e.profile}
    return render_template("profiles/shelf.html", found=found, current=current, may_set=_may_set(), **WORDS)


@blueprint.get("/<name>")
def show(name: str) -> str:
    """An installed profile in plain words."""
    return _read(regulations.installed(name))


@blueprint.get("/text/<digest>")
def text(digest: str) -> str:
    """The text that days pinned under this SHA-256, in plain words."""
    return _read(regulations.edition(digest))


def _read(found: Edition) -> str:
    if found.profile is None:
        return render_template("profiles/errors.html", found=found)
    forms: dict[str, list[str]] = {}
    for step in found.profile.steps:
        for form in step.feeds:
            forms.setdefault(form, []).append(step.id)
    return render_template(
        "profiles/show.html", found=found, profile=found.profile, forms=forms, may_set=_may_set(),
        taken=span(timedelta(minutes=found.profile.taken_min)),
        closes=documents.title(found.profile.closes) if found.profile.closes else {}, **WORDS,
    )  # fmt: skip


@blueprint.get("/compare")
def compare() -> str:
    """What changed from text ``a`` to text ``b``."""
    every = regulations.editions()
    a, b = request.args.get("a", ""), request.args.get("b", "")
    if not (a and b):
        raise NotFound(N_("Choose two versions to compare."))
    old, new, found = regulations.compare(a, b)
    assert old.profile and new.profile
    return render_template(
        "profiles/compare.html", old=old, new=new, blocks=blocks(found, old.profile, new.profile), every=every
    )


def _may_set() -> bool:
    return allowed_whole(actor(), Action.SETTINGS_MANAGE)


@blueprint.get("/<name>/regions")
def regions_of(name: str) -> str:
    """Regions, and how many values each sets."""
    found = regions.list_regions(actor(), name)
    return render_template("profiles/regions.html", found=found, edition=_whole(name))


@blueprint.route("/<name>/regions/<region>", methods=["GET", "POST"])
def region(name: str, region: str) -> Response | str:
    """Values of one region; empty means as the profile says."""
    here, edition = regions.region(actor(), name, region), _whole(name)
    assert edition.profile
    if posted():
        problems: list[Message] = []
        wanted = parameters.read(edition.profile, request.form, {}, problems)
        if problems:
            raise Invalid(*problems)
        regions.save(actor(), name, region, wanted, now())
        told(gettext("Values of the region are saved"), gettext("Days that are open keep theirs."))
        return redirect(url_for("profiles.regions_of", name=name))
    own = regions.values(name, region)
    return render_template(
        "profiles/region.html", here=here, edition=edition, profile=edition.profile, own=own,
        proposed=proposed(edition.profile, own), stale=stale(edition.profile, own, {}),
        shown=parameters.shown, pairs=parameters.pairs,
        last=office.last_change("region", f"{name}/{region}"), **WORDS,
    )  # fmt: skip


def _whole(name: str) -> Edition:
    """An installed profile without errors."""
    found = regulations.installed(name)
    if found.profile is None:
        raise Invalid(*found.problems)
    return found
