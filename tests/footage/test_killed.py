"""A copy that is killed at any moment leaves no file under its final name that is not whole, and can go on."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest

ROOT = Path(__file__).resolve().parents[2]
MEMORY = "/dev/shm"  # hundreds of fsyncs, which a disk would make slow


@pytest.fixture
def fast(tmp_path: Path) -> Iterator[Path]:
    folder = Path(mkdtemp(dir=MEMORY)) if os.access(MEMORY, os.W_OK) else tmp_path
    yield folder
    shutil.rmtree(folder)


def test_killed_at_every_call_that_changes_the_medium_the_copy_is_honest_and_goes_on(fast: Path) -> None:
    done = subprocess.run(
        [sys.executable, Path(__file__).with_name("killing.py"), fast], cwd=ROOT, capture_output=True, text=True,
        timeout=60, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert seen["wrong"] == []
    assert seen["moments"] > 120, "the copy was not killed at all its moments"
