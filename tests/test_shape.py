"""Tests of the shape: layers, sizes, names, clocks and what a page may contain.

The checks are functions that return findings, so that each is also shown to find something.
"""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
NOT_OURS = {
    ".git", ".venv", ".peers", "instance", "node_modules", "__pycache__", ".pytest_cache", ".ruff_cache", ".mypy_cache"
}  # fmt: skip
MAX_LINES = 350
# One file that outsiders carry to a machine without the product: it cannot be several.
LONG = {"app/package/verify.py": 1400}

# Layer -> the layers that it may import besides itself. The factory (app/__init__.py) may import all.
EDGES = {"app.services", "app.domain", "app.config"}
LAYERS = {
    "app.domain": set(),
    "app.config": {"app.domain"},
    "app.store": {"app.domain", "app.config"},
    "app.footage": {"app.domain"},
    "app.watching": {"app.domain"},
    "app.package": {"app.domain", "app.footage"},
    "reports": {"app.domain"},
    "app.services": {"app.store", "app.footage", "app.watching", "app.package", "reports", "app.domain"},
    "app.demo": EDGES,
    "app.jobs": EDGES,
    "app.web": EDGES,
    "app.serve": {"app.domain", "app.config"},
    "app.cli": EDGES | {"app.demo", "app.jobs", "app.serve"},
}
DATABASE = {"sqlalchemy", "flask_sqlalchemy", "flask_migrate", "alembic", "sqlite3", "psycopg"}
WEB = {"flask", "flask_login", "flask_wtf", "flask_babel", "werkzeug", "wtforms"}
# Layer -> packages that it must not know (the domain knows the standard library only).
FOREIGN = {
    "app.config": DATABASE | WEB,
    "app.store": {"reportlab", "pyhanko", "flask_login", "flask_wtf", "wtforms"},
    "app.footage": DATABASE | WEB,
    "app.watching": DATABASE | WEB,
    "app.package": DATABASE | WEB,
    "reports": DATABASE | WEB,
    "app.services": DATABASE | WEB,
    "app.demo": DATABASE | WEB,
    "app.jobs": DATABASE,
    "app.web": DATABASE,
    "app.cli": DATABASE,
}
LATE_IMPORTS = ("pyhanko", "pyhanko_certvalidator", "reports.sign", "reports.inspect", "av", "openpyxl")
CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today")}
CLOCKS |= {("time", name) for name in ("time", "time_ns", "monotonic", "localtime", "gmtime")}
# Put together here, so that this file does not hold what it looks for.
HOSTS = [".".join(parts) for parts in (
    ("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"), ("deb", "debian", "org"),
    ("security", "debian", "org"), ("proxy", "golang", "org"), ("crates", "io"), ("yarnpkg", "com"),
)]  # fmt: skip
MACHINE = ["/" + name + "/" for name in ("root", "work")]
ONE_CENTRE = ["09" + "70", "Ива" + "нов"]


def files(*roots, ends=(".py",), least=1):
    """Our files with these endings below ``roots``; fails when there are fewer than ``least``."""
    found = sorted(
        path
        for root in roots
        for path in ([ROOT / root] if (ROOT / root).is_file() else (ROOT / root).rglob("*"))
        if path.is_file() and path.name.endswith(ends) and not NOT_OURS & set(path.relative_to(ROOT).parts)
    )
    assert len(found) >= least, f"only {len(found)} files in {roots}: the check would say nothing"
    return found


def module(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def layer(name):
    """The layer of a module, "app" for the factory, None for what is not ours."""
    if name.split(".")[0] not in ("app", "reports"):
        return None
    return "reports" if name.startswith("reports") else ".".join(name.split(".")[:2])


def imports(tree, name, is_package=False):
    """(imported module, line, stands in a function) of every import; ``from a import b`` gives a and a.b."""
    nodes = {id(n) for f in ast.walk(tree) if isinstance(f, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
             for n in ast.walk(f)}  # fmt: skip
    for node in ast.walk(tree):
        inside = id(node) in nodes
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno, inside) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                up = name.split(".")
                up = up[: len(up) - node.level + is_package]
                base = ".".join([*up, base] if base else up)
            yield (base, node.lineno, inside)
            yield from ((f"{base}.{alias.name}", node.lineno, inside) for alias in node.names)


def upward(source, name, is_package=False):
    """Imports of module ``name`` that its layer must not have."""
    mine, found = layer(name), []
    if name == "app":
        return found
    if mine not in LAYERS:
        return [f"{name}: layer {mine} stands in no table"]
    for target, line, _ in imports(ast.parse(source), name, is_package):
        theirs, package = layer(target), target.split(".")[0]
        if theirs == "app" and target == "app":
            continue  # "from app import x" also gives app.x, which is judged
        if theirs is None:
            stdlib = package in sys.stdlib_module_names
            if package in FOREIGN.get(mine, ()) or (mine == "app.domain" and not stdlib):
                found.append(f"{name}:{line} imports {target}")
        elif theirs != mine and theirs not in LAYERS[mine]:
            found.append(f"{name}:{line} imports {target}")
    return found


def late(source, name):
    """Imports inside a function, those of heavy libraries excepted that few processes need."""
    heavy = {"reports", "app.services", "app.footage", "app.watching", "app.package"}
    may = LATE_IMPORTS if layer(name) in heavy else ()
    tree = ast.parse(source)
    kept = [(target, line) for target, line, inside in imports(tree, name) if inside]
    # "from reports import sign" gives reports and reports.sign on one line: the second is judged.
    whole = {line for target, line in kept if target.startswith("reports.")}
    return [
        f"{name}:{line} imports {target} inside a function"
        for target, line in kept
        if not any(target == m or target.startswith(m + ".") for m in may)
        and not (target == "reports" and line in whole)
    ]


def clock_reads(source):
    """Lines that read a clock."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
            if (owner, node.attr) in CLOCKS:
                found.append(node.lineno)
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            found += [node.lineno for alias in node.names if ("time", alias.name) in CLOCKS]
    return found


def inline(text):
    """What a strict content security policy would refuse: inline style, script and handlers."""
    patterns = (r"<[a-z][^<>]*\sstyle\s*=", r"<style\b", r"<script(?![^>]*\ssrc\s*=)[^>]*>", r"javascript:",
                r"<[a-z][^<>]*\son[a-z]+\s*=")  # fmt: skip
    return [match.group(0) for pattern in patterns for match in re.finditer(pattern, text, re.I)]


def read(path):
    return path.read_text(encoding="utf-8")


def test_imports_point_down_only():
    found = [line for path in files("app", "reports", least=20)
             for line in upward(read(path), module(path), path.name == "__init__.py")]  # fmt: skip
    assert found == []


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("app.domain.x", "import flask"),
        ("app.domain.x", "from app import store"),
        ("app.domain.x", "from ..store import db"),
        ("app.domain.x", "def f():\n    import app.services.record"),
        ("app.store.x", "from reports import render"),
        ("reports.x", "from app.store import db"),
        ("reports.forms.x", "import sqlalchemy"),
        ("app.services.x", "from flask import request"),
        ("app.services.x", "from app.web import pages"),
        ("app.services.x", "from sqlalchemy import select"),
        ("app.web.x", "from app.store.db import db"),
        ("app.web.x", "import reports"),
        ("app.web.x", "from app.cli import start"),
        ("app.odd.x", "import os"),
    ],
)
def test_a_wrong_import_is_found(name, source):
    assert upward(source, name)


def test_a_right_import_is_let_through():
    for name, source in (
        ("app.domain.x", "import json\nfrom . import facts\nfrom app.domain import day"),
        ("app.services.x", "from app.store.db import transaction\nimport reports.sign"),
        ("app.web.x", "from app.services import record\nfrom flask import request"),
        ("app", "from app.store import db"),
    ):
        assert upward(source, name) == []


def test_domain_loads_with_the_standard_library_alone():
    names = [module(path) for path in files("app/domain", least=8)]
    script = f"import importlib, sys\nfor n in {names!r}: importlib.import_module(n)\nprint(*sys.modules)"
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert "app" in loaded
    assert loaded & ({"reportlab", "pyhanko", "cryptography", "click"} | DATABASE | WEB) == set()


def test_no_import_inside_a_function():
    paths = [path for path in files("app", "reports", least=20) if path != ROOT / "app" / "__init__.py"]
    assert [line for path in paths for line in late(read(path), module(path))] == []
    assert late("def f():\n    import json", "reports.x")
    assert late("def f():\n    from pyhanko import sign", "app.web.x")
    assert not late("def f():\n    from pyhanko.sign import signers", "reports.sign")
    assert not late("def f():\n    from reports import sign", "app.services.x")
    assert late("def f():\n    import reports", "app.services.x")
    assert late("def f():\n    from reports import layout", "app.services.x")


def test_no_file_is_too_long():
    paths = files("app", "reports", "tests", "templates", ends=(".py", ".html"), least=30)
    sizes = {path.relative_to(ROOT).as_posix(): len(read(path).splitlines()) for path in paths}
    assert {name: n for name, n in sizes.items() if n > LONG.get(name, MAX_LINES)} == {}
    assert LONG.keys() <= sizes.keys()


def test_no_module_is_a_drawer_for_everything():
    stems = {path.stem: path for path in files("app", "reports", "tests", least=20)}
    assert {"utils", "util", "helpers", "common", "manager", "misc"} & set(stems) == set()


def test_services_and_domain_read_no_clock():
    found = [f"{module(path)}:{line}" for path in files("app/domain", "app/services", least=10)
             for line in clock_reads(read(path))]  # fmt: skip
    assert found == []
    for source in ("datetime.now(UTC)", "datetime.datetime.utcnow()", "time.time()", "from time import time"):
        assert clock_reads(source)


def test_pages_hold_no_inline_style_or_script():
    found = [f"{path.relative_to(ROOT)}: {what}" for path in files("templates", ends=(".html",), least=5)
             for what in inline(read(path))]  # fmt: skip
    code = [f"{path.relative_to(ROOT)}: {what}" for path in files("app", "reports", ends=(".py", ".js"), least=20)
            for what in inline(read(path))]  # fmt: skip
    assert found + code == []
    for bad in ('<p class="a" style="x">', "<script>x", '<script type="module">', "<a onclick='x'>", "<style>"):
        assert inline(bad)
    assert not inline('<script src="/a.js" defer></script><script defer src="/b.js"></script><p data-style="x">')


def test_the_tree_names_no_registry_and_no_machine():
    text_files = [path for path in files(".", ends="", least=40) if b"\0" not in path.read_bytes()[:4096]]
    found = [f"{path.relative_to(ROOT)}: {word}" for path in text_files for word in HOSTS + MACHINE
             if word in path.read_bytes().decode("utf-8", "replace")]  # fmt: skip
    assert found == []


def test_no_centre_is_built_in():
    ends = (".py", ".html", ".js", ".css", ".toml", ".po", ".txt", ".json")
    paths = [path for path in files("app", "reports", "templates", ends=ends, least=30)
             if ROOT / "app" / "demo" not in path.parents]  # fmt: skip
    found = [f"{path.relative_to(ROOT)}: {word}" for path in paths for word in ONE_CENTRE if word in read(path)]
    assert found == []


def test_requirements_are_locked_with_hashes():
    pins = {}
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = read(ROOT / name)
        assert "//" not in text, "a lock names no host"
        blocks = re.findall(r"^([a-z0-9-]+)==([^ \n]+)((?:.*\\\n)+.*)", text, re.M)
        assert len(blocks) == len(re.findall(r"^[a-z0-9]", text, re.M)) > 20
        assert all("--hash=sha256:" in rest for _, _, rest in blocks)
        pins[name] = {package: version for package, version, _ in blocks}
    wanted = re.findall(r"^([a-z0-9_-]+)", read(ROOT / "requirements.in"), re.M)
    assert len(wanted) > 15 and {w.replace("_", "-") for w in wanted} <= set(pins["requirements.txt"])
    told = set(re.findall(r"^\| ([a-z0-9_-]+) \|", read(ROOT / "docs" / "dependencies.md"), re.M)) - {"package"}
    assert told == {*wanted, *re.findall(r"^([a-z0-9][a-z0-9_-]+)", read(ROOT / "requirements-dev.in"), re.M)}
    assert pins["requirements.txt"].items() <= pins["requirements-dev.txt"].items()
