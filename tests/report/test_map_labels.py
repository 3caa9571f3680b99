"""Names of streets on the still map: along the street, on no other name, none that the font cannot draw."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from overseen.report.map_labels import MOST_NAMES, street_labels

WINDOW = shapely.box(-100.0, -100.0, 1100.0, 1100.0)


def streets(*named):
    """Return a table of streets from pairs of a name and corners."""
    return gpd.GeoDataFrame(
        {"name": [name for name, _ in named]}, geometry=[shapely.LineString(line) for _, line in named]
    )


def test_a_name_lies_along_its_street_and_is_never_upside_down() -> None:
    for angle in range(0, 360, 20):
        end = (500 + 400 * np.cos(np.radians(angle)), 500 + 400 * np.sin(np.radians(angle)))
        (label,) = street_labels(streets(("High Street", [(500, 500), end])), WINDOW, letter_m=8.0)
        assert -90.0 <= label.angle_deg < 90.0
        assert min(abs(label.angle_deg - angle) % 180, 180 - abs(label.angle_deg - angle) % 180) < 0.1


def test_no_name_stands_on_another_and_the_longest_come_first() -> None:
    near = [(f"Street {place}", [(0, 4 * place), (80 + place, 4 * place)]) for place in range(12)]
    labels = street_labels(streets(*near), WINDOW, letter_m=8.0)
    assert labels[0].name == "Street 11"
    assert 1 < len(labels) < 12
    boxes = [shapely.box(one.x - 20, one.y - 6, one.x + 20, one.y + 6) for one in labels]
    assert not any(a.intersects(b) for place, a in enumerate(boxes) for b in boxes[:place])


def test_what_cannot_stand_is_left_out() -> None:
    short, bent = [(0, 0), (20, 0)], [(x, 10 * (-1) ** (x // 10)) for x in range(0, 200, 10)]
    table = streets(
        ("A very long name", short),
        ("Crooked Lane", bent),
        ("中文路", [(0, 500), (900, 500)]),
        (None, [(0, 9), (900, 9)]),
    )
    assert street_labels(table, WINDOW, letter_m=8.0) == []
    outside = streets(("High Street", [(2000, 0), (2900, 0)]))
    assert street_labels(outside, WINDOW, letter_m=8.0) == []
    many = streets(*[(f"S{place}", [(0, 25 * place), (500, 25 * place)]) for place in range(44)] * 2)
    assert len(street_labels(many, WINDOW, letter_m=5.0)) <= MOST_NAMES
