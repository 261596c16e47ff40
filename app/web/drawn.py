"""Pieces of pages that are kept after they were drawn, so that the next reader of the same thing gets the same text."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Any, Generic, TypeVar

from flask import current_app, g
from markupsafe import Markup

from app.web.catalogue import speak
from app.web.context import now
from app.web.language import current

V = TypeVar("V")


class Drawn(Generic[V]):
    """At most ``most`` pieces, the least used go first; for every thread of this process."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.lock = threading.Lock()
        self.pieces: OrderedDict[Hashable, V] = OrderedDict()

    def get(self, key: Hashable) -> V | None:
        """What was kept, or None."""
        with self.lock:
            found = self.pieces.get(key)
            if found is not None:
                self.pieces.move_to_end(key)
            return found

    def put(self, key: Hashable, piece: V) -> V:
        """Keep ``piece``, and give it back."""
        with self.lock:
            self.pieces[key] = piece
            self.pieces.move_to_end(key)
            while len(self.pieces) > self.most:
                self.pieces.popitem(last=False)
        return piece


def draw(template: str, **values: Any) -> Markup:
    """A template that stands inside a page. It knows ``values``, the day and the minute, and nothing of the person."""
    return Markup(current_app.jinja_env.get_template(template).render(surroundings() | values))


def surroundings() -> dict[str, Any]:
    """What every piece may show: nothing in it belongs to one person."""
    minute = now().replace(second=0, microsecond=0)
    return {**speak(current()), "day": g.day, "now": minute, "language": current()}
