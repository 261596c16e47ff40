"""One copy of footage in a process of its own: ``python -m bench.copying SOURCE DEST`` prints its most memory.

Nothing of the server is loaded. Without a source it says what the interpreter takes.
"""

import json
import sys
from pathlib import Path

from app.footage import transfer
from bench.measure import peak


def main(source: Path, dest: Path) -> None:
    """Copy once and say what it took."""
    if source.exists():
        transfer.copy(transfer.plan([source], dest))
    print(json.dumps({"peak_mb": peak()}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
