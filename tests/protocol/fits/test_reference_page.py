"""The reference page is true: its snippets run one after the other, and its tables hold what there is."""

import re
import subprocess
import sys

import numpy as np

from lightapt_protocol import fits
from lightapt_protocol.fits.pixels import PIXEL_TYPES
from tests.docs_snippets import ROOT, blocks, table
from tests.protocol.fits.test_validity import OBSERVATION

PAGE = ROOT / "docs" / "reference" / "fits.md"


def test_the_snippets_run_one_after_the_other(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = {}
    for block in blocks(PAGE, "python"):
        exec(compile(block.text, str(block), "exec"), names)
    assert names["image"].header["EXPTIME"] == 60.0
    assert len(names["zipped"]) < len(names["file"])
    assert np.array_equal(fits.read(names["tiles"]).pixels, np.zeros((1024, 1280)))


def test_every_type_is_in_its_table():
    named = [name for cell in table(PAGE, "Write") for name in re.findall(r"\w+", cell)]
    assert {np.dtype(name) for name in named} == set(PIXEL_TYPES)


def test_every_field_of_an_observation_is_in_its_table_with_its_keywords():
    rows = table(PAGE, "The header of an observation")
    named = {name for cell in rows for name in re.findall(r"\w+", cell)}
    assert named == set(fits.Observation.__dataclass_fields__)
    keywords = " ".join(cells[0] for cells in rows.values())
    for card in OBSERVATION.cards():
        generic = re.sub(r"^(CTYPE|CUNIT|CRPIX|CRVAL)\d$", r"\1i", re.sub(r"^CD\d_\d$", "CDi_j", card.keyword))
        assert re.search(rf"(?<![\w-]){generic}(?![\w-])", keywords), card.keyword


def test_astropy_is_loaded_only_for_compressed_tiles():
    program = "import sys, lightapt_protocol.fits; sys.exit('astropy' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_all_public_names_are_there():
    assert all(hasattr(fits, name) for name in fits.__all__)
