"""A refuge is planted in a city and looked for in every byte that a run leaves."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pyproj
import pytest
import shapely

from overseen.assessment.assess import assess
from overseen.report.site import publish
from overseen.report.write import write_run
from overseen.sources.plan_file import read_plan
from tests.sources.osm_text import OsmText
from tests.town import viewing

NAME = "Turvakoti Zyxwvut"
LON, LAT = 24.94137219, 60.17043861
NUMBER = 987654321
PLAN = '[plan]\nname = "Small"\n[cameras]\nfile = "small.osm"\n[city]\nosm = "small.osm"\n'


def city(tmp_path: Path, refuges: int) -> Path:
    """Write a plan of a small town with cameras, a clinic, a house and so many refuges; return its path."""
    text = OsmText()
    for number, lon in enumerate((24.9405, 24.9415, 24.9425), start=1):
        text.node(number, lon, 60.1701, man_made="surveillance", camera__type="dome")
    for column in range(8):
        for row in range(8):
            text.node(100 + 10 * column + row, 24.938 + 0.001 * column, 60.168 + 0.0006 * row)
    for line in range(8):
        text.way(1000 + line, [100 + 10 * line + row for row in range(8)], highway="footway")
    for line in range(8):
        text.way(2000 + line, [100 + 10 * column + line for column in range(8)], highway="residential")
    text.box(3000, 24.9412, 60.1703, 0.0004, building="yes")
    text.node(400, 24.9401, 60.1711, amenity="clinic", name="Klinikka")
    for refuge in range(refuges):
        tags = {"amenity": "social_facility", "social_facility": "shelter", "name": f"{NAME} {refuge}"}
        text.node(NUMBER + refuge, LON + 0.0007 * refuge, LAT, **tags)
        # The same house as another map feature of its name.
        text.node(NUMBER + 100 + refuge, LON + 0.0007 * refuge + 0.00001, LAT, office="ngo", name=f"{NAME} {refuge}")
    folder = tmp_path / str(refuges)
    folder.mkdir()
    text.write(folder / "small.osm")
    (folder / "plan.toml").write_text(PLAN, encoding="utf-8")
    return folder / "plan.toml"


def run(tmp_path: Path, refuges: int):
    """Assess and write; return the assessment and the folder."""
    inputs = read_plan(city(tmp_path, refuges))
    found = assess(inputs.plan, inputs.city, viewing(draws=20))
    write_run(found, tmp_path / f"out{refuges}")
    return found, tmp_path / f"out{refuges}", inputs.city


def spots(folder: Path) -> dict[str, np.ndarray]:
    """Return the coordinates of every vertex in every file of shapes."""
    frames = {
        path.name: gpd.read_parquet(path)
        for path in folder.glob("*.parquet")
        if not path.name.startswith(("street_", "named_"))
    }
    layers = pyogrio.list_layers(folder / "overseen.gpkg")
    frames |= {
        f"overseen.gpkg {layer}": gpd.read_file(folder / "overseen.gpkg", layer=layer)
        for layer, kind in layers
        if kind is not None
    }
    return {name: shapely.get_coordinates(frame.geometry.to_numpy()) for name, frame in frames.items()}


@pytest.mark.parametrize("refuges", [1, 6])
def test_no_byte_of_any_output_holds_a_refuge(tmp_path, refuges) -> None:
    found, folder, whole = run(tmp_path, refuges)
    assert int(whole.sensitive.places["is_confidential"].sum()) == refuges
    secrets = [NAME.encode(), str(NUMBER).encode(), str(NUMBER + 100).encode(), b"24.94137", b"60.17043"]
    hidden = whole.sensitive.places[whole.sensitive.places["is_confidential"]]
    doors = whole.sensitive.entrances[whole.sensitive.entrances["place_id"].isin(hidden.index)]
    plain = np.vstack([shapely.get_coordinates(part.geometry.to_numpy()) for part in (hidden, doors)])
    secrets += [f"{value:.2f}".encode() for value in plain.ravel() if value > 1000.0]
    degrees = pyproj.Transformer.from_crs(whole.buildings.crs, 4326, always_xy=True).transform(*plain.T)
    secrets += [f"{value:.6f}".encode() for value in np.ravel(degrees)]
    site = publish(folder, tmp_path / "site")
    for path in (*site, *(path for path in folder.rglob("*") if path.is_file())):
        content = path.read_bytes()
        if path.suffix == ".parquet":
            # Compressed: as text, column by column, and vertex by vertex below.
            content = pd.read_parquet(path).drop(columns="geometry", errors="ignore").to_json().encode()
        for secret in secrets:
            assert secret not in content, (path.name, secret)
    for name, vertices in spots(folder).items():
        if len(vertices):
            near = shapely.distance(shapely.multipoints(vertices), shapely.points(plain[: len(hidden)]))
            assert (near > 0.05).all(), name
    # Nor does the assessment that a program is handed.
    assert not found.city.sensitive.places["is_confidential"].any()
    assert not found.city.places["name"].str.contains(NAME).any()
    assert set(found.places.index) == {"node/400"}


def test_the_search_would_find_an_open_place(tmp_path) -> None:
    _, folder, _ = run(tmp_path, 1)
    assert "Klinikka" in pd.read_parquet(folder / "places.parquet").drop(columns="geometry").to_json()
    assert (folder / "assessment.json").read_text(encoding="utf-8").count("places_health_count") == 1


def test_only_numbers_of_refuges_tell_two_cities_apart(tmp_path) -> None:
    (one, first, _), (none, second, _) = run(tmp_path, 1), run(tmp_path, 0)
    for name in ("streets", "cameras", "isovists", "places", "squares"):
        assert (first / f"{name}.parquet").read_bytes() == (second / f"{name}.parquet").read_bytes(), name
    changed = one.findings["value"] != none.findings["value"]
    assert list(one.findings.index[changed]) == ["places_refuge_count"]
    # Of so few nothing is told but how many they are.
    assert [name for name in one.findings.index if name.startswith("places_refuge_")] == ["places_refuge_count"]


def test_of_more_refuges_counts_are_told_and_nothing_else(tmp_path) -> None:
    found, _, _ = run(tmp_path, 6)
    told = found.findings[found.findings.index.str.startswith("places_refuge_")]
    assert told.loc["places_refuge_count", "value"] == 6.0
    assert told.loc["places_refuge_reachable_monitor_entrance_count", "denominator"] == 6.0
    assert "places_refuge_approach_share" not in told.index
    # In no total either: the clinic is one of one.
    assert found.finding("places_health_count")["denominator"] == 1.0
