"""The installation's own journal."""

from datetime import datetime
from typing import Any

from app.domain.facts.base import Fact, fact


@fact("office.opened")
class OfficeOpened(Fact):
    """First entry of the installation's journal: its name and the fingerprint of its root certificate."""

    name: str
    root_sha256: str
    demo: bool = False


@fact("key.made")
class KeyMade(Fact):
    """A person's certificate, registered from ``at``. ``declaration``: the text the person agreed to."""

    person: str
    certificate_der: str  # base64
    certificate: str  # SHA-256, hex
    at: datetime
    declaration: str
    replaces: str = ""
    approved_by: str = ""


@fact("key.revoked")
class KeyRevoked(Fact):
    person: str
    certificate: str
    at: datetime
    reason: str
    approved_by: str = ""


@fact("record.changed")
class RecordChanged(Fact):
    """Administration: what was changed, from which values to which."""

    kind: str
    key: str
    before: dict[str, Any]
    after: dict[str, Any]


@fact("witness.made")
class WitnessMade(Fact):
    """Somebody whose cosignatures count. ``vkey``: as C2SP tlog-cosignature has it; ``kind``: person or region.

    ``certificate`` and ``signature``: of the person's own key over the vkey (base64 DER ECDSA), empty for a region.
    """

    vkey: str
    kind: str
    at: datetime
    person: str = ""
    certificate: str = ""
    signature: str = ""


@fact("download.made")
class DownloadMade(Fact):
    """Somebody took data out: a package, a register, statistics. ``sha256`` of what they got; ``scope``: of what."""

    kind: str
    scope: dict[str, Any]
    sha256: str
    size: int
    at: datetime


@fact("package.imported")
class PackageImported(Fact):
    """A package of another installation was proved and taken in. ``before``: entries known until then."""

    day: str
    origin: str
    vkey: str
    size: int
    root: str
    sha256: str
    before: int
    at: datetime
