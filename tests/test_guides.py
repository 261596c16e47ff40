"""Every command of README and guides is typed into a real shell; guides name every command, setting and public page."""

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from app import cli, config, create_app
from app.web.public import PUBLIC
from tests.guide_reader import ROOT, Shell, guide, guides, pages
from tests.loaded import commands as commands_at

NOW, SIGNED = "2026-06-01T09:10+03:00", "23-0970-2026-05-31"
OPERATOR = "docs/guide-operator.md"
MADE = f"flask demo --now {NOW}"  # the fixture below types it
COPY = (
    f"flask footage copy $PWD/day.toml $PWD/new-footage --day {SIGNED} --by cctv --camera CAMERA --room ROOM "
    "--name rule --viewed"
)
NOT_TRIED = {  # a command that cannot be typed here, and why
    MADE: "the demonstration in which all others are typed is made with it",
    "flask jobs": "works until it is stopped: its own test starts it",
    "flask jobs run": "the same",
    "flask jobs list": "answers 1 in a demonstration whose jobs have not run: its own test asks both",
    "flask start": "serves until it is stopped: the test of `make run` starts it",
    f"flask cameras probe --day {SIGNED}": "needs cameras: tests/cli types it",
    "flask cameras probe --centre CENTRE": "the same",
    "flask cameras probe rtsp://CAMERA/STREAM": "the same",
    "flask mail test novikov@example.org": "needs a mail server: tests/web/test_mail.py types it",
    f"flask footage check $PWD/footage --by cctv --day {SIGNED}": "needs a copy of that day: test_checking.py has one",
    "flask package import FILE --dry-run": "needs a package from elsewhere: test_from_centre_to_region.py types it",
    "flask source add VKEY root.pem --title 'left the school'": "needs another installation's key: the same",
    "apt-get install make python3-venv": "changes the machine",
    COPY: "needs footage that tells its times: tests/cli/test_footage.py types it",
}
EXAMPLES = {  # what a guide writes in general, and what the demonstration has
    "TIME": NOW, "DAY": SIGNED, "FORM": "access-journal", "LOGIN": "cctv", "NAME": "'Новиков Пётр'",
    "REHEARSAL": "23-0970-2026-06-04-r1", "MINUTES": "15", "ROLE": "technician", "CODE": "23-0970",
    "ADDRESS": "novikov@example.org", "TEXT": "'left the school'", "N": "1",
    "NAME_OR_IP": "logbook.test", "/srv/logbook": "$PWD/instance", "/mnt/backup/": "$PWD/", "de-muster": "ru-ege-main",
    "COPY": "$PWD/copy.db", "SOURCE": "$PWD/day.toml", "DEST": "$PWD/footage", "FOLDER": "$PWD/footage-bag",
}  # fmt: skip
NEW = {"flask people add": {"LOGIN": "novikov"}, "flask footage copy": {"DEST": "$PWD/new-footage"}}
# make would renew the environment and test itself: it is asked whether it knows the target and what it would do.
# Our own commands go to a process that has loaded them (tests/commands.py).
PRELUDE = """set -e; trap 'echo "line $LINENO" >&2' ERR
make() { command make --dry-run "$@" || return; }; PATH="$PWD/.venv/bin:$PATH"
flask() { python -S -E "$PWD/tests/command.py" "$COMMANDS" "$@"; }
"""


def typed(text: str) -> str:
    """What a person types who follows ``text``: with everything optional, and with the demonstration's names."""
    text = text.replace("[", "").replace("]", "")
    bare = text.replace(".venv/bin/", "")
    values = EXAMPLES | next((v for start, v in NEW.items() if bare.startswith(start)), {})
    for word, value in values.items():
        text = re.sub(rf"(?<![\w./-]){re.escape(word)}(?![A-Z_-])", lambda _, to=value: to, text)
    return text


def commands() -> list[Shell]:
    """Each command once, at the first place that says it."""
    found: dict[str, Shell] = {}
    for page in guides():
        for shell in page.shells():
            found.setdefault(typed(shell.text).replace(".venv/bin/", ""), shell)
    for text in [*found]:  # a mention of what stands elsewhere with its arguments
        if any(other.startswith(f"{text} ") for other in found):
            del found[text]
    return [shell for text, shell in found.items() if text not in NOT_TRIED]


def environment(instance: Path) -> dict[str, str]:
    """The machine's, without the settings of whoever runs the tests."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LOGBOOK_", "MAKE", "MFLAGS"))}
    return kept | {"LOGBOOK_INSTANCE": str(instance), "COMMANDS": str(instance.parent / "commands")}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where a process that has loaded our commands answers."""
    with commands_at(tmp_path_factory.mktemp("loaded") / "commands") as address:
        yield address


def shell(folder: Path, script: str) -> subprocess.CompletedProcess[str]:
    """Type ``script`` in ``folder``."""
    script = PRELUDE + re.sub(r"(?<!\S)\.venv/bin/flask ", "flask ", script)
    return subprocess.run(
        ["bash", "-c", script], cwd=folder, env=environment(folder / "instance"),
        capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, loaded: Path) -> Path:
    """A folder like the project's, with the demonstration and the files of which the guides speak."""
    folder = tmp_path_factory.mktemp("guides") / "project"
    folder.mkdir()
    for path in ROOT.iterdir():
        if path.name not in ("instance", ".git"):
            (folder / path.name).symlink_to(path)
    (folder / "commands").symlink_to(loaded)
    (folder / "day.toml").write_text(next(text for language, _, text in guide(OPERATOR).blocks() if language == "toml"))
    made = shell(
        folder,
        f"{MADE}; flask form save access-journal {SIGNED} -o document.pdf; flask ca export -o root.pem\n"
        f"flask ca checkpoint {SIGNED} >checkpoint.txt; flask certs make --host logbook.test\n"
        "flask backup make >made; cp instance/backups/*.db copy.db\n"
        "python -c 'from tests.footage.media import *; copy(Path(\"footage\"))'\n"
        "sed 's/^rehearsal = false/rehearsal = true/' day.toml >rehearsal.toml; flask day open rehearsal.toml",
    )
    assert made.returncode == 0, made.stdout + made.stderr
    packed = f"flask ca vkey >log.vkey; flask package export {SIGNED} -o day.zip; cp app/package/verify.py ."
    made = shell(folder, packed)
    assert made.returncode == 0, made.stdout + made.stderr
    return folder


@pytest.fixture
def copy(project: Path, tmp_path: Path) -> Path:
    """The project for one command alone: what it writes is nobody else's."""
    return Path(shutil.copytree(project, tmp_path / "project", symlinks=True))


@pytest.mark.parametrize("command", commands(), ids=str)
def test_a_command_of_a_guide_does_what_it_is_typed_for(copy: Path, command: Shell) -> None:
    text = typed(command.text)
    if "flask init" in text:  # makes an installation where there is none
        shutil.rmtree(copy / "instance")
    done = shell(copy, text)
    place = f"{command.guide}, line {where(command, done.stderr)}"
    assert done.returncode == 0, f"{place}: {text}\n{done.stdout}{done.stderr}"


def where(command: Shell, told: str) -> int:
    """The guide's line of the command that failed: in a block bash counts, after the lines that stand before it."""
    failed = re.search(r"^line (\d+)$", told, re.M)
    return command.line + (int(failed[1]) - 1 - PRELUDE.count("\n") if failed else 0)


def test_make_run_serves_what_is_in_the_folder(copy: Path) -> None:
    recipe = shell(copy, "PORT=8080 make run")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    start = recipe.stdout.splitlines()[-1].replace("8080", str(port))
    with subprocess.Popen(
        ["bash", "-c", start], cwd=copy, env=environment(copy / "instance"), stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        first = server.stdout.readline()
        server.terminate()
    assert first.startswith(f"The logbook is at http://localhost:{port} ")


def test_what_cannot_be_tried_stands_in_a_guide() -> None:
    said = {typed(s.text).replace(".venv/bin/", "") for page in guides() for s in page.shells()}
    assert set(NOT_TRIED) <= said


def test_a_block_says_what_it_is() -> None:
    languages = {(page.name, line, language) for page in guides() for language, line, _ in page.blocks()}
    assert [x for x in languages if x[2] not in ("sh", "toml", "python", "text")] == []


def test_links_and_pictures_are_there() -> None:
    broken = [
        f"{page.name}:{line} {target}"
        for page in pages()
        for line, target in page.links()
        if not (ROOT / page.name).parent.joinpath(target).exists()
    ]
    assert broken == []


def test_every_guide_is_linked_from_the_readme() -> None:
    linked = {target for _, target in guide("README.md").links()}
    assert {p.name for p in guides() if p.name.startswith("docs/guide-")} <= linked


def test_every_picture_is_shown_somewhere_and_made_by_the_command() -> None:
    pictures = {p.name for p in (ROOT / "docs/pictures").glob("*.png")}
    shown = {Path(target).name for page in pages() for _, target in page.links() if target.endswith(".png")}
    maker = (ROOT / "docs/pictures/make.py").read_text(encoding="utf-8")
    assert pictures == shown
    assert [p for p in pictures if f'"{p.removesuffix(".png")}"' not in maker] == []


def ours(command: click.Command, path: str) -> list[tuple[str, click.Command]]:
    """The command, or those of the group."""
    if isinstance(command, click.Group):
        return [found for name, sub in command.commands.items() if not sub.hidden
                for found in ours(sub, f"{path} {name}")]  # fmt: skip
    return [(path, command)]


def test_every_command_and_option_is_in_the_operators_guide() -> None:
    page = guide(OPERATOR)
    said = [text.replace(".venv/bin/", "") for _, text in page.spans()]
    said += [line.replace(".venv/bin/", "") for _, _, text in page.blocks() for line in text.splitlines()]
    missing = []
    for command in cli.COMMANDS:
        for path, found in ours(command, f"flask {command.name}"):
            here = [text for text in said if text == path or text.startswith(f"{path} ")]
            options = [o for o in found.params if isinstance(o, click.Option) and o.name != "help"]
            missing += [path] if not here else []
            missing += [
                f"{path} {option.opts[-1]}"
                for option in options
                if not any(re.search(rf"(?<!\S)\[?{re.escape(name)}(?![\w-])", t) for name in option.opts for t in here)
            ]
    assert missing == []


def test_every_setting_is_in_the_operators_guide_with_its_default() -> None:
    rows = [line for line in guide(OPERATOR).text.splitlines() if line.startswith("|")]
    defaults = {False: "no", True: "yes", "": ""}
    for key, field in config.KEYS.items():
        here = [row for row in rows if f"`{key}`" in row and f"`{config.PREFIX}{key.upper()}`" in row]
        assert len(here) == 1, f"{key}: {here}"
        assert str(defaults.get(field.default, field.default)) in here[0], f"default of {key}"


def test_every_page_that_strangers_reach_is_in_a_guide() -> None:
    text = "\n".join(page.text for page in guides())
    rules = {r.rule for r in create_app().url_map.iter_rules() if r.endpoint in PUBLIC - {"static"}}
    assert len(rules) == 10
    assert [rule for rule in rules if f"`{rule}`" not in text] == []
