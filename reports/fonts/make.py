# mypy: ignore-errors
"""Make the six static cuts of this folder from the variable font IBM Plex Sans (run once, by hand).

    pip install fontpkg-ibm-plex-sans==3.201 fonttools==4.68.0
    python reports/fonts/make.py

Not part of the product: nothing imports this file. See README beside it.
"""

import importlib.resources
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

HERE = Path(__file__).parent
SOURCE = importlib.resources.files("fontpkg_ibm_plex_sans") / "files" / "IBMPlexSans[wdth,wght].ttf"

# cut: (weight, width). Regular, semibold, light where a screen would use grey; C: narrow, for tables.
CUTS = {"R": (400, 100), "S": (600, 100), "L": (320, 100), "C": (400, 86), "CS": (600, 86), "CL": (320, 86)}

SPANS = """
20-7e a0-17f 18f 192 1a0-1a1 1af-1b0 1cd-1dc 218-21b 259 2bb-2bc 2c6-2c7 400-45f 490-4c2 4cf-4d9 4dc-4e9
4ee-4f9 1e80-1e85 1e9e 1ea0-1ef9 2010-2015 2018-201a 201c-201e 2020-2022 2026 202f-2030 2032-2033 2039-203a
20ac 20b8 20bd 2116 2122 2190-2193 2212 2248 2260 2264-2265 fffd
"""
NAMES = {1: "Logbook Sans {0}", 3: "Logbook Sans {0}", 4: "Logbook Sans {0}", 6: "LogbookSans-{0}",
         16: "Logbook Sans {0}", 25: "LogbookSans{0}"}  # fmt: skip


def codes() -> list[int]:
    """The characters that every cut holds."""
    found: list[int] = []
    for span in SPANS.split():
        first, _, last = span.partition("-")
        found += range(int(first, 16), int(last or first, 16) + 1)
    return found


def make(cut: str, weight: int, width: int) -> int:
    """Write one cut; returns its size in bytes."""
    with importlib.resources.as_file(SOURCE) as path:
        variable = TTFont(path, recalcTimestamp=False)
    face = instancer.instantiateVariableFont(variable, {"wght": weight, "wdth": width})
    options = subset.Options(hinting=False, name_IDs=["*"], glyph_names=False, notdef_outline=True, layout_features=[])
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=codes())
    cutter.subset(face)
    for record in list(face["name"].names):  # the licence reserves the name "Plex"; equal names would hide a cut
        if record.nameID in NAMES:
            text = NAMES[record.nameID].format(cut)
            face["name"].setName(text, record.nameID, record.platformID, record.platEncID, record.langID)
    target = HERE / f"LogbookSans-{cut}.ttf"
    face.save(target)
    return target.stat().st_size


if __name__ == "__main__":
    for name, (weight, width) in CUTS.items():
        print(name, make(name, weight, width))
