"""One list of awkward inputs that the whole line meets: nothing breaks, nothing is silently wrong."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pytest
import shapely

from overseen.assessment.assess import assess
from overseen.errors import FrameError, SchemaError
from overseen.model.city import City
from overseen.model.schema import VIEWS
from overseen.report.compose import answer, document
from overseen.report.html import html_report
from tests.town import ATTRIBUTES, KNOWN, network, plan, town, viewing

HOUSE = shapely.box(50, 50, 90, 80)
RING = shapely.box(100, 100, 160, 160).difference(shapely.box(120, 120, 140, 140))
BOW = shapely.Polygon([(20, 120), (40, 140), (40, 120), (20, 140)])
WAY = [(5.0, 95.0), (195.0, 96.0)]


@dataclass(frozen=True)
class Case:
    """A scene, and the number of cameras in it whose view counts."""

    cameras: list[dict[str, object]]
    examined: int
    buildings: list[shapely.Geometry] = field(default_factory=lambda: [HOUSE, RING])
    streets: list[list[tuple[float, float]]] = field(default_factory=lambda: [WAY])


CASES = {
    "no cameras": Case([], 0),
    "one camera": Case([{"at": (30, 90)}], 1),
    "two on one spot": Case([{"at": (30, 90)}, {"at": (30, 90)}], 2),
    "on a facade": Case([{"at": (50, 60)}], 1),
    "on a vertex": Case([{"at": (50, 50)}], 1),
    "inside a building": Case([{"at": (70, 65)}], 0),
    "just inside a building": Case([{"at": (51, 65)}], 1),
    "in a courtyard": Case([{"at": (130, 130)}], 1),
    "on a courtyard's wall": Case([{"at": (120, 130)}], 1),
    "at the map's edge": Case([{"at": (200, 100)}, {"at": (0, 0)}], 2),
    "beyond the map": Case([{"at": (2000, 100)}], 1),
    "on the street": Case([{"at": (5, 95)}, {"at": (100, 95.5)}], 2),
    "touching footprints": Case([{"at": (49, 65)}], 1, [HOUSE, shapely.box(90, 50, 120, 80), shapely.box(50, 80, 90, 90)]),
    "overlapping footprints": Case([{"at": (49, 65)}], 1, [HOUSE, shapely.box(60, 40, 120, 70), HOUSE]),
    "a self-crossing footprint": Case([{"at": (30, 90)}, {"at": (50, 130)}], 2, [BOW]),
    "collinear walls": Case([{"at": (30, 50)}, {"at": (120, 80)}], 2, [HOUSE, shapely.box(140, 50, 180, 80)]),
    "a camera in line with walls": Case([{"at": (30, 80)}], 1),
    "a gap of no width": Case([{"at": (70, 40)}], 1, [shapely.box(50, 50, 70, 80), shapely.box(70, 50, 90, 80)]),
    "no buildings": Case([{"at": (30, 90)}], 1, []),
    "no streets": Case([{"at": (30, 90)}], 1, streets=[]),
    "a street of no length": Case([{"at": (30, 90)}], 1, streets=[[(30, 30), (30, 30)], WAY]),
    "a street that leaves the map": Case([{"at": (30, 90)}], 1, streets=[[(-50, 30), (500, 30)], [(500, 0), (600, 0)]]),
    "everything known": Case([{"at": (30, 90), **KNOWN}], 1),
    "a lens below the target": Case([{"at": (30, 90), "mounting_height_m": 0.5}], 1),
    "a lens so high that no level is reached": Case([{"at": (30, 90), "mounting_height_m": 190.0, "image_width_px": 300.0}], 1),
    "names in other letters": Case([{"at": (30, 90), "operator": "Город Ω 東京", "remark": "Ümläut"}], 1),
    "all round and narrow": Case([{"at": (30, 90), "kind": "panorama"}, {"at": (30, 91), **KNOWN, "field_of_view_deg": 0.5}], 2),
    "a field of view of the full turn": Case([{"at": (30, 90), **KNOWN, "field_of_view_deg": 360.0}], 1),
    "a head for every bearing": Case([{"at": (30, 90), "heads": [{**KNOWN, "bearing_deg": 10.0 * i} for i in range(36)]}], 1),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_the_whole_line(case: Case) -> None:
    found = assess(plan(case.cameras), town(case.buildings, case.streets), viewing(draws=4))
    assert found.cameras["is_examined"].sum() == case.examined
    assert found.isovists.is_valid.all()
    assert not found.isovists.is_empty.any()
    numbers = found.findings[["value", "denominator"]].to_numpy(dtype=float)
    assert np.isfinite(numbers).all()
    shares = found.findings.query("unit == 'share'")
    assert shares[["value", "low", "high"]].stack().dropna().between(0.0, 1.0 + 1e-9).all()
    for level in found.viewing.ladder.names:
        for view in VIEWS:
            assert (found.streets[f"{view}_{level}_length_m"] <= found.streets["length_m"] + 1e-6).all()
    assert answer(found)
    assert "</html>" in html_report(document(found))


@pytest.mark.parametrize("column", ATTRIBUTES.values())
def test_each_attribute_may_be_missing_alone(column) -> None:
    known = {name: value for name, value in {**KNOWN, "tilt_deg": 5.0}.items() if name != column}
    found = assess(plan([{"at": (30, 90), **known}]), town([HOUSE], [WAY]), viewing(draws=4))
    attribute = next(name for name, its in ATTRIBUTES.items() if its == column)
    assert attribute in found.cameras["assumed"].iloc[0].split()


def in_crs(city: City, crs: int) -> City:
    """Return a city in another plane."""
    layers = {name: getattr(city, name).to_crs(crs) for name in ("buildings", "streets", "places", "land")}
    boundary = city.buildings.iloc[:0].geometry
    import geopandas as gpd

    boundary = gpd.GeoSeries([city.boundary], crs=city.buildings.crs).to_crs(crs).iloc[0]
    return replace(city, boundary=boundary, **layers)


@pytest.mark.parametrize("crs", [4326, 3857, 2263])
def test_planes_that_would_lie_are_refused(crs) -> None:
    with pytest.raises(FrameError, match="reproject the city to its UTM zone"):
        in_crs(town([HOUSE], [WAY]), crs)


def test_another_true_plane_gives_the_same_answer() -> None:
    cameras = [{"at": (30, 90), **KNOWN, "bearing_deg": 70.0}, {"at": (150, 90), **KNOWN, "bearing_deg": 260.0}]
    city = town([HOUSE, RING], [WAY])
    one, other = (assess(plan(cameras), c, viewing(draws=2)) for c in (city, in_crs(city, 3067)))
    name = "streets_reachable_detect_share"
    assert other.finding(name)["value"] == pytest.approx(one.finding(name)["value"], rel=5e-3)


def test_tables_that_are_not_as_described_are_refused_with_all_faults() -> None:
    made = network([{"at": (30, 90)}])
    heads = made.heads.assign(bearing_deg=400.0, colour="red")
    with pytest.raises(SchemaError, match=r"bearing_deg: 400 is above 360.*colour: not described"):
        type(made)(made.cameras, heads)
    with pytest.raises(SchemaError, match="cameras and heads do not match"):
        type(made)(made.cameras, made.heads.assign(camera_id="other"))


def test_either_side_of_the_date_line(tmp_path) -> None:
    from overseen.errors import OverseenError
    from overseen.sources.osm_city import OsmFile
    from tests.sources.osm_text import OsmText

    text = OsmText()
    text.node(1, 179.9995, -16.5, man_made="surveillance")
    text.node(2, 179.999, -16.5)
    text.node(3, -179.999, -16.5)
    text.node(4, 179.998, -16.501)
    text.way(10, [2, 3], highway="residential")
    text.way(11, [2, 4], highway="residential")
    extract = OsmFile(text.write(tmp_path / "line.osm"))
    with pytest.raises(OverseenError, match="must be cut along it"):
        extract.city("On the line")
