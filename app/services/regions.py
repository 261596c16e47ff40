"""Values that a region sets for the parameters of a profile; opening a day proposes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain import N_, Invalid, NotFound
from app.domain.codec import plain
from app.domain.parameters import faults
from app.domain.people import Actor
from app.domain.policy import Action, require_whole
from app.services import centres, office
from app.store import profiles
from app.store import settings as store
from app.store.db import transaction
from app.store.tables import RegionRow


@dataclass(frozen=True)
class Region:
    """A region as its centres name it. ``values``: how many it sets for the profile asked about."""

    code: str
    name: str
    centres: int
    values: int


def list_regions(actor: Actor, profile_id: str) -> tuple[Region, ...]:
    """Regions of all centres, and those that have values though their centres are gone."""
    require_whole(actor, Action.SETTINGS_MANAGE)
    own = store.regions(profile_id)
    names: dict[str, list[str]] = {code: [] for code in own}
    for view in centres.list_centres(actor):
        names.setdefault(view.centre.region, []).append(view.centre.region_name)
    return tuple(
        Region(code, found[0] if found else "", len(found), len(own.get(code, {})))
        for code, found in sorted(names.items())
    )


def region(actor: Actor, profile_id: str, code: str) -> Region:
    """One region. Raises NotFound."""
    found = next((r for r in list_regions(actor, profile_id) if r.code == code), None)
    if found is None:
        raise NotFound(N_("There is no such region: a centre of it comes first."))
    return found


def values(profile_id: str, code: str) -> dict[str, Any]:
    """What the region set, also what the profile does not know any more."""
    row = store.region(profile_id, code)
    return dict(row.values) if row else {}


def save(actor: Actor, profile_id: str, code: str, wanted: Mapping[str, Any], now: datetime) -> None:
    """Put the region's values; a parameter left out takes the profile's own. Raises Invalid with every reason."""
    region(actor, profile_id, code)
    profile, _ = profiles.shipped_profile(profile_id)
    if messages := faults(profile, wanted):
        raise Invalid(*messages)
    new = plain(wanted)
    with transaction(office.log()):
        row = store.region(profile_id, code)
        before = dict(row.values) if row else {}
        if row is None and new:
            store.add(RegionRow(profile=profile_id, region=code, values=new))
        elif row is not None and new:
            row.values = new
        elif row is not None:
            store.remove(row)
        office.changed(actor, "region", f"{profile_id}/{code}", before, new, now)
