"""Pages of the administration: centres.py and people.py hang theirs on this blueprint."""

from flask import Blueprint

blueprint = Blueprint("admin", __name__)
