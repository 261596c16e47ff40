"""The proof of every journal of an installation."""

from app.services.verify import Result, verify_log
from app.store import journal


def proofs() -> list[Result]:
    """One for each log, in the order of their making."""
    return [verify_log(origin, log_id) for log_id, origin, _ in journal.origins()]
