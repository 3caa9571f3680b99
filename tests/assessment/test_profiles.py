"""The published models on the sample: golden shares of street, and the laws that tie them to each other."""

from __future__ import annotations

import pytest

from overseen.assessment.examine import examine
from overseen.exposure.streets import street_exposure
from overseen.sources.profile_file import get_profile, profile_names, profile_viewing

NOT_HERE = ("overseen", "panopticity-worst")
"""The sample's own golden numbers stand elsewhere; views of kilometres take as long as all others together."""

GOLDEN = {
    "brooklyn-disc-120": 0.653443656,
    "brooklyn-disc-200": 0.754511266,
    "brooklyn-disc-500": 0.857082498,
    "flockhopper": 0.528815682,
    "jyvaskyla-disc": 0.058490869,
    "kamerafrei": 0.208719906,
    "new-york-disc": 0.772103369,
    "panopticity-best": 0.088668791,
    "panopticity-mean": 0.303812506,
    "sunders": 0.017514163,
    "trames": 0.177220038,
}


@pytest.fixture(scope="module")
def shares(sample) -> dict[str, float]:
    """Return the share of the sample's street in view under published profiles, at its lowest level, one draw."""
    found = {}
    for name in profile_names():
        if name not in NOT_HERE:
            viewing = profile_viewing(get_profile(name), draws=1)
            exposure = street_exposure(
                sample.city, examine(sample.plan.network, sample.city, viewing).examined, viewing
            )
            found[name] = float(exposure.drawn_length_m["reachable"][0, 0]) / exposure.counted_length_m
    return found


def faults(found, golden) -> list[str]:
    """Return the names of which a share is not as golden."""
    return sorted(
        name
        for name in found.keys() | golden.keys()
        if found.get(name) != pytest.approx(golden.get(name, -1.0), rel=1e-6)
    )


def test_golden(shares) -> None:
    assert faults(shares, GOLDEN) == []


def test_the_golden_comparison_can_fail(shares) -> None:
    assert faults(shares, GOLDEN | {"sunders": GOLDEN["sunders"] * 1.00001}) == ["sunders"]
    assert faults(shares, GOLDEN | {"of_old": 0.5}) == ["of_old"]
    assert faults(shares, {name: share for name, share in GOLDEN.items() if name != "trames"}) == ["trames"]


def test_a_wider_disc_and_a_longer_lens_see_more_and_walls_less(shares) -> None:
    discs = [shares[f"brooklyn-disc-{radius}"] for radius in (120, 200, 500)]
    assert discs == sorted(discs)
    lenses = [shares[f"panopticity-{scenario}"] for scenario in ("best", "mean")]
    assert lenses == sorted(lenses)
    assert shares["brooklyn-disc-120"] < shares["new-york-disc"]
    assert shares["jyvaskyla-disc"] < shares["kamerafrei"] < shares["new-york-disc"]
