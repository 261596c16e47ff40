"""Small packages of one invented day, made once, and somebody who makes false ones of them."""

import base64
import io
import os
import shutil
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import pytest
from flask.globals import app_ctx
from PIL import Image

from app.domain import facts as f
from app.domain.note import Vkey, sign_note
from app.package import verify
from app.package.write import Parts, write
from app.services import attachments, packages, publish, shifts
from app.store import authority, keys
from tests.conftest import Clock, Installation, Template
from tests.databases import SQLITE


@dataclass
class Made:
    """A day's package, a later one of the same day, and what was published of the installation."""

    folder: Path
    day: str
    first: Path
    later: Path
    parts: Parts
    vkey: str
    root: str
    key: Vkey
    sign: Callable[[bytes], bytes]
    payload: Mapping[str, bytes]

    def forged(self, name: str = "forged.zip", **parts: object) -> Path:
        """A package of other parts that the log's own key signed: what a dishonest installation could make."""
        target = self.folder / f"{uuid4().hex}-{name}"
        write(target, replace(self.parts, **parts))  # type: ignore[arg-type]
        return target

    def with_files(self, changes: Mapping[str, bytes | None]) -> Path:
        """The first package with other files, signed again by the log's own key."""
        files = {**self.payload, **changes}
        return self.forged(payload=tuple((n, c) for n, c in files.items() if c is not None))

    def judged(self, path: Path, openssl: str | None = "") -> verify.Answer:
        """Without openssl unless asked: what is good gets 2 then, what is not 1."""
        return verify.check(str(path), self.vkey, self.root, openssl)

    def reason(self, path: Path, openssl: str | None = "") -> str:
        """Why the package is red."""
        answer = self.judged(path, openssl)
        assert (answer.exit, answer.lines[0]) == (1, "changed"), answer.lines
        return answer.lines[1].strip()


def entries(path: Path) -> dict[str, bytes]:
    """Files of a package below its folder, in the zip's order."""
    with zipfile.ZipFile(path) as opened:
        return {n.partition("/")[2]: opened.read(n) for n in opened.namelist()}


def unpack(path: Path, folder: Path) -> Path:
    """The package's folder as an ordinary program unpacks it."""
    with zipfile.ZipFile(path) as opened:
        opened.extractall(folder)
        return folder / opened.namelist()[0].partition("/")[0]


def photo() -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "navy").save(out, "JPEG")
    out.seek(0)
    return out


@pytest.fixture(scope="session")
def lent(
    tmp_path_factory: pytest.TempPathFactory, signed_template: Callable[[str], Template]
) -> Iterator[tuple[Installation, str]]:
    """The signed day with an attachment, a handover and a second revision that one person has signed."""
    template, clock = signed_template(SQLITE), Clock()
    with template.lent(tmp_path_factory.mktemp("packages") / "instance", clock) as made:
        clock.forward(hours=8)
        day = template.day
        kept = attachments.store(made.people["tech"], day, "кадр.jpg", photo(), clock.now)
        evidence = {"room": "0001", "started_at": "15:50", "finished_at": "15:55", "photo_after": kept}
        made.record(day, "tech", f.StepDone("d1.angle", clock.now, ("0001-1",), evidence, overdue_reason="нашли утром"))
        handed = shifts.hand_over(
            made.people["tech"], day, str(uuid4()), made.people["cctv"].person, (), "", made.key("tech"), clock.now
        )
        shifts.take(made.people["cctv"], day, str(uuid4()), handed.seq, "", made.key("cctv"), clock.forward(minutes=1))
        made.access(day, reason="осмотр")
        made.sign(day, "tech")
        context = app_ctx._get_current_object()  # type: ignore[attr-defined]
        context.pop(None)  # other tests of this process are in none
        yield made, day
        context.push()


@pytest.fixture(autouse=True)
def _in_its_installation(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that asks for the installation or its packages is in it."""
    if not {"lent", "made"} & set(request.fixturenames):
        yield
        return
    with request.getfixturevalue("lent")[0].app.app_context():
        yield


@pytest.fixture(scope="session")
def made(lent: tuple[Installation, str], tmp_path_factory: pytest.TempPathFactory) -> Made:
    installation, day = lent
    folder = tmp_path_factory.mktemp("made")
    first, later = folder / "first.zip", folder / "later.zip"
    with installation.app.app_context():
        parts, key = packages.gather(day), keys.log_key()
        write(first, parts)
        installation.note(day, "сдано")
        write(later, packages.gather(day))
        vkey, root = publish.vkey(), publish.root()[1]
    payload = {n.removeprefix("data/"): c for n, c in entries(first).items() if n.startswith("data/")}
    return Made(folder, day, first, later, parts, vkey, root, key.vkey, key.sign, payload)


@pytest.fixture
def revoked_at(lent: tuple[Installation, str], made: Made) -> Callable[..., bytes]:
    """A revocation list of the issuing authority that names the first signer, from a moment on."""
    installation, _ = lent
    certificate = installation.key("tech").certificate

    def make(moment: object) -> bytes:
        return authority._crl(
            authority.issuing(), authority._issuing_key(), [(certificate, moment)], installation.clock.now,  # type: ignore[list-item]
            authority.CRL_TERM,
        )  # fmt: skip

    return make


def resigned(made: Made, text: str) -> bytes:
    """A note signed by the log's own key."""
    return sign_note(text, made.key, made.sign).encode()


def b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def python() -> str:
    """A Python outside the environment of these tests."""
    found = shutil.which("python3", path="/usr/bin:/usr/local/bin:/bin")
    return found or os.path.realpath(shutil.which("python3") or "python3")
