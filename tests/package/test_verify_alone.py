"""The one file that outsiders get: alone, with nothing of ours and nothing but Python's standard library."""

import ast
import builtins
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import bagit
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.package import verify
from app.package.content import PROGRAM
from tests.package.conftest import Made, python, unpack

# RFC 8032, section 7.1: public key, message, signature.
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
    (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
    ),
]  # fmt: skip


def alone(folder: Path, *words: str, path: str | None = None) -> tuple[int, list[str]]:
    """Run the program in an empty folder, without site packages and without anything of ours."""
    shutil.copy(PROGRAM, folder / "verify.py")
    done = subprocess.run(
        [python(), "-I", "-S", "verify.py", *words], cwd=folder, capture_output=True, text=True, timeout=120,
        env={"PATH": os.environ["PATH"] if path is None else path, "PYTHONIOENCODING": "utf-8"}, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


@pytest.mark.parametrize(("public", "message", "signature"), VECTORS)
def test_ed25519_is_that_of_rfc_8032(public: str, message: str, signature: str) -> None:
    key, text, signed = (bytes.fromhex(x) for x in (public, message, signature))
    assert verify.ed25519(key, text, signed)
    assert not verify.ed25519(key, text + b"\0", signed)
    assert not verify.ed25519(key, text, bytes([signed[0] ^ 1]) + signed[1:])
    s = int.from_bytes(signed[32:], "little") + verify.ORDER
    assert not verify.ed25519(key, text, signed[:32] + s.to_bytes(32, "little")), "another spelling of the signature"


def test_ed25519_agrees_with_another_library() -> None:
    rng = random.Random(8032)
    for _ in range(12):
        key = Ed25519PrivateKey.from_private_bytes(rng.randbytes(32))
        message = rng.randbytes(rng.randrange(200))
        signature, public = key.sign(message), key.public_key().public_bytes_raw()
        assert verify.ed25519(public, message, signature)
        place = rng.randrange(512)
        flipped = bytearray(signature)
        flipped[place // 8] ^= 1 << place % 8
        assert not verify.ed25519(public, message, bytes(flipped))


NEWER = {  # what Python 3.9 does not have, by where it is taken from
    "datetime": {"UTC"}, "itertools": {"pairwise", "batched"}, "enum": {"StrEnum"}, "hashlib": {"file_digest"},
    "contextlib": {"chdir"}, "typing": {"Self", "assert_never", "TypeAlias", "override", "ParamSpec"},
    "types": {"NoneType", "UnionType", "EllipsisType"}, "math": {"cbrt", "exp2"},
}  # fmt: skip
METHODS = {"bit_count", "exception_group", "add_note", "walk_up"}
DEFAULTS = {"to_bytes": 2, "from_bytes": 2}  # the byte order has a default since 3.11


def too_new(tree: ast.AST) -> list[str]:
    """What a parser for 3.9 lets pass and Python 3.9 does not run: names, arguments, types that are worked out.

    Annotations are not worked out where the file says ``from __future__ import annotations``.
    """
    found = []
    silent = {id(x) for n in ast.walk(tree) for a in _annotations(n) for x in ast.walk(a)}
    for node in ast.walk(tree):
        where = f"line {getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.ImportFrom) and (names := NEWER.get(str(node.module))):
            found += [f"{where}: {a.name}" for a in node.names if a.name in names]
        elif isinstance(node, ast.Attribute):
            owner = node.value.id if isinstance(node.value, ast.Name) else ""
            if node.attr in METHODS or node.attr in NEWER.get(owner, ()):
                found.append(f"{where}: {node.attr}")
        elif isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            words = {k.arg for k in node.keywords}
            if name == "zip" and "strict" in words:
                found.append(f"{where}: zip strict")
            if name == "dataclass" and words & {"slots", "kw_only"}:
                found.append(f"{where}: dataclass")
            if name in ("isinstance", "issubclass") and any(isinstance(a, ast.BinOp) for a in node.args):
                found.append(f"{where}: isinstance with |")
            if name in DEFAULTS and "byteorder" not in words and len(node.args) < DEFAULTS[name]:
                found.append(f"{where}: {name} without byte order")
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr) and id(node) not in silent:
            if any(isinstance(x, ast.Constant) and x.value is None for x in (node.left, node.right)):
                found.append(f"{where}: X | None")
            elif all(isinstance(x, ast.Name) and x.id in dir(builtins) for x in (node.left, node.right)):
                found.append(f"{where}: X | Y")
    return found


def _annotations(node: ast.AST) -> list[ast.AST]:
    given = (getattr(node, "annotation", None), getattr(node, "returns", None))
    return [a for a in given if isinstance(a, ast.AST)]


SNIPPETS = [
    "zip(a, b, strict=True)", "from datetime import UTC", "import datetime\ndatetime.UTC", "A = int | str",
    "A = dict[str, X] | None", "isinstance(x, int | str)", "x.bit_count()", "n.to_bytes(25)", "int.from_bytes(b)",
    "hashlib.file_digest(f, 'sha256')", "@dataclass(slots=True)\nclass A: pass", "from itertools import pairwise",
]  # fmt: skip
SYNTAX = ["match x:\n case 1: pass", "with (open(a) as b, open(c) as d): pass", "try: pass\nexcept* ValueError: pass",
          "type A = int", "def f[T](x: T): pass"]  # fmt: skip


def test_what_python_3_9_does_not_know_is_found() -> None:
    """The finder itself, on each construct; what it does not list it does not find: no Python 3.9 is here to run."""
    for text in SNIPPETS:
        assert too_new(ast.parse(text)), text
    for fine in ("zip(a, b)", "def f(x: int | None) -> str | None: ...", "n.to_bytes(2, 'big')", "a | b", "1 << 2 | 3"):
        assert not too_new(ast.parse(fine)), fine
    for text in SYNTAX:
        with pytest.raises(SyntaxError):
            compiled_for_3_9(text)


def compiled_for_3_9(text: str) -> ast.AST:
    """Parsed as Python 3.9 does. Its newer parser lets two things pass that it should not: they are looked for."""
    tree = ast.parse(text, feature_version=(3, 9))
    for node in ast.walk(tree):
        newer = type(node).__name__ in ("Match", "TryStar", "TypeAlias") or getattr(node, "type_params", None)
        if newer or (isinstance(node, ast.With) and ast.get_source_segment(text, node, padded=False) is not None
                     and "(" in text.splitlines()[node.lineno - 1].partition("with")[2][:2]
                     and len(node.items) > 1):  # fmt: skip
            raise SyntaxError(f"line {getattr(node, 'lineno', 0)}")
    return tree


def test_it_is_one_file_for_python_3_9_with_the_standard_library_alone() -> None:
    text = PROGRAM.read_text(encoding="utf-8")
    assert not too_new(compiled_for_3_9(text)) and "from __future__ import annotations" in text
    tree = ast.parse(PROGRAM.read_text(encoding="utf-8"), feature_version=(3, 9))
    names = {a.name.split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    froms = [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
    assert all(n.level == 0 for n in froms)
    assert names | {str(n.module).split(".")[0] for n in froms} <= sys.stdlib_module_names


def test_a_machine_that_never_saw_the_product_proves_the_package(made: Made, tmp_path: Path) -> None:
    code, lines = alone(tmp_path, str(made.first), "--vkey", made.vkey, "--root", made.root)
    assert (code, lines[0]) == (0, "proved"), lines
    assert f"  SHA-256 of the root certificate: {made.root}" in lines
    assert "  7 signatures of people hold" in lines


def test_without_the_published_keys_the_first_line_says_so(made: Made, tmp_path: Path) -> None:
    code, lines = alone(tmp_path, str(made.first))
    assert (code, lines[0]) == (0, "consistent, origin not checked")
    assert alone(tmp_path, str(made.first), "--vkey", made.vkey)[1][0] == "consistent, origin not checked"
    assert alone(tmp_path, str(made.first), "--root", made.root)[1][0] == "consistent, origin not checked"


def test_without_openssl_the_signatures_of_people_are_named_as_not_checked(made: Made, tmp_path: Path) -> None:
    code, lines = alone(tmp_path, str(made.first), "--vkey", made.vkey, "--root", made.root, path="/nowhere")
    assert (code, lines[0]) == (2, "not everything was checked")
    assert "  not checked: signatures of people (openssl is not on this machine)" in lines


def test_an_openssl_that_does_not_run_proves_nothing(made: Made) -> None:
    for program in ("/bin/false", "/nowhere/openssl"):
        answer = made.judged(made.first, program)
        assert answer.exit == 2 and any("not checked: signatures of people" in line for line in answer.lines)


def test_the_unpacked_folder_is_as_good_and_bagit_finds_it_valid(made: Made, tmp_path: Path) -> None:
    folder = unpack(made.first, tmp_path / "unpacked")
    bagit.Bag(str(folder)).validate()
    assert made.judged(folder, None).exit == 0
    assert made.judged(folder.parent, None).exit == 0


def test_a_pdf_with_its_proof_and_the_log_key_is_enough(made: Made, tmp_path: Path) -> None:
    folder = unpack(made.first, tmp_path) / "data" / "documents"
    pdf = folder / "access-journal.pdf"
    code, lines = alone(tmp_path, str(pdf), "--vkey", made.vkey)
    assert (code, lines[0]) == (0, "proved") and "access-journal, revision 1" in lines[1]
    assert alone(tmp_path, str(pdf), str(folder / "access-journal-r2.pdf.tlog-proof"), "--vkey", made.vkey)[0] == 1
    assert alone(tmp_path, str(pdf))[0] == 2, "without the key nothing is known"
    pdf.write_bytes(pdf.read_bytes() + b"\n")
    assert alone(tmp_path, str(pdf), "--vkey", made.vkey)[1] == [
        "changed", "  the file is not the one that the proof names"
    ]


def test_what_is_not_there_or_is_no_key_could_not_be_checked(made: Made, tmp_path: Path) -> None:
    assert alone(tmp_path, "nothing.zip")[0] == 2
    assert alone(tmp_path, str(made.first), "--vkey", "logbook+0+x")[0] == 2
    assert alone(tmp_path, str(made.first), "--root", str(made.first))[0] == 2
    os.mkfifo(tmp_path / "pipe")
    assert alone(tmp_path, "pipe")[0] == 2


def test_an_answer_that_nobody_reads_is_no_traceback(made: Made, tmp_path: Path) -> None:
    shutil.copy(PROGRAM, tmp_path / "verify.py")
    script = f"{python()} -I -S verify.py {made.first} 2>told | true; code=${{PIPESTATUS[0]}}; cat told; exit $code"
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, timeout=120, check=False)
    assert (done.returncode, done.stdout) == (0, b"")
