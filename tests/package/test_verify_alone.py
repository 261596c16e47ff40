"""The one file that outsiders get: alone, with nothing of ours and nothing but Python's standard library."""

import ast
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


def test_it_is_one_file_for_python_3_9_with_the_standard_library_alone() -> None:
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
