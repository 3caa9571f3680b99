"""Own assumptions: what a file changes, what stays, and every fault at once."""

from __future__ import annotations

import pytest

from overseen.errors import SourceError
from overseen.sources.assumption_file import read_assumptions
from overseen.sources.packs import get_assumptions

OWN = """
name = "our survey"

[[unknowns]]
name = "mounting_height_m"
low = 2.5
central = 3.5
high = 6.0
source = "112 cameras measured in the old town"

[[unknowns.of_kind]]
kind = "panning"
low = 4.0
central = 6.0
high = 9.0
source = "19 of them"
"""


def written(tmp_path, text):
    """Return a file with a text."""
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_what_a_file_names_is_changed_and_the_rest_stays(tmp_path) -> None:
    own, shipped = read_assumptions(written(tmp_path, OWN)), get_assumptions("overseen")
    assert own.name == "our survey"
    assert own["mounting_height_m"].bounds() == (2.5, 3.5, 6.0)
    assert own["mounting_height_m"].bounds("panning") == (4.0, 6.0, 9.0)
    assert own["mounting_height_m"].bounds("fixed") == (2.5, 3.5, 6.0)
    assert own["mounting_height_m"].scale == shipped["mounting_height_m"].scale
    assert [u for u in own.unknowns if u.name != "mounting_height_m"] == [
        u for u in shipped.unknowns if u.name != "mounting_height_m"
    ]


def test_every_fault_is_told_at_once(tmp_path) -> None:
    text = OWN.replace("mounting_height_m", "mounting_hight_m") + (
        '[[unknowns]]\nname = "image_width_px"\nlow = 9.0\ncentral = 3.0\nhigh = 4.0\nsource = "x"\n'
    )
    with pytest.raises(SourceError) as caught:
        read_assumptions(written(tmp_path, text))
    message = str(caught.value)
    assert "did you mean 'mounting_height_m'?" in message
    assert "low, central and high must rise" in message


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name = ", "it is no TOML"),
        ('name = "x"\nbased_on = "nobody"\nunknowns = []', "no set is called 'nobody'"),
        ('name = "x"\n[[unknowns]]\nname = "image_width_px"\nlow = 1.0', "unknowns.0.central"),
        (OWN.replace("panning", "periscope"), "unknowns.0.of_kind.0.kind"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path, text, told) -> None:
    with pytest.raises(SourceError, match=told):
        read_assumptions(written(tmp_path, text))
