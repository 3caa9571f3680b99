"""Tiles and their archive, read again by GDAL, which shares no code with the writer."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from overseen.kernels.tile_features import AREAS, LINES, POINTS
from overseen.report.tile_archive import tile_archive, tile_number
from overseen.report.vector_tiles import EARTH_M, TileLayer, pixel_m, vector_tiles, world_shapes

EXTENT = 4096
ZOOM = 14
GRID_M = EARTH_M / 2**ZOOM / EXTENT
"""Width of a unit in the plane of web Mercator, m of that plane."""

CENTRE = np.array([2_776_900.0, 8_438_100.0])
"""A spot in Helsinki in the plane of web Mercator."""


def mercator(shapes) -> gpd.GeoSeries:
    """Return shapes, m around the spot, in the plane of web Mercator."""
    return gpd.GeoSeries([shapely.transform(shape, lambda points: points + CENTRE) for shape in shapes], crs=3857)


def layer(kind: int, shapes, **changes) -> TileLayer:
    """Return a layer of shapes, m around the spot, at one zoom."""
    # GDAL tells the identifiers of a layer only if it has tags.
    tags = {"any": [1] * len(shapes)}
    plain = TileLayer(
        "things", kind, world_shapes(mercator(shapes)), np.arange(len(shapes)), range(ZOOM, ZOOM + 1), tags=tags
    )
    return replace(plain, **changes)


def written(layers, folder, *, extent: int = EXTENT):
    """Return the path of an archive of layers."""
    path = folder / "tiles.pmtiles"
    path.write_bytes(
        tile_archive(vector_tiles(layers, extent=extent), (24.0, 60.0, 25.0, 60.3), [one.described() for one in layers])
    )
    return path


def read(layers, folder, **options) -> gpd.GeoDataFrame:
    """Return what GDAL reads of the first layer, with the coordinates around the spot."""
    found = pyogrio.read_dataframe(written(layers, folder, **options), layer=layers[0].name)
    return found.set_geometry(shapely.transform(found.geometry.to_numpy(), lambda points: points - CENTRE))


def scattered_boxes(count: int = 200, *, seed: int = 5):
    """Return boxes of 5 to 60 m, turned, within 3 km."""
    draw = np.random.default_rng(seed)
    shapes = shapely.box(0, 0, *(draw.uniform(5, 60, count) for _ in range(2)))
    from shapely import affinity

    return [
        affinity.translate(affinity.rotate(shape, turn), *at)
        for shape, turn, at in zip(
            shapes, draw.uniform(0, 90, count), draw.uniform(-1500, 1500, (count, 2)), strict=True
        )
    ]


def test_areas_come_back_where_they_were(tmp_path) -> None:
    boxes = scattered_boxes()
    boxes[0] = boxes[0].buffer(100).difference(boxes[0].buffer(40))
    boxes[1] = shapely.MultiPolygon([boxes[1], shapely.box(1600, 0, 1650, 50)])
    found = read(
        [
            layer(
                AREAS,
                boxes,
                tags={"kind": [f"k{row % 3}" for row in range(len(boxes))], "row": list(range(len(boxes)))},
            )
        ],
        tmp_path,
    )
    assert found.geometry.is_valid.all()
    assert set(found["mvt_id"]) == set(range(len(boxes)))
    assert (found["kind"] == [f"k{row % 3}" for row in found["mvt_id"]]).all()
    assert (found["row"] == found["mvt_id"]).all()
    for row, parts in found.groupby("mvt_id"):
        whole = shapely.union_all(parts.geometry.to_numpy())
        # A corner is off by half a unit on either axis at most; along an edge that is cut at a tile, by a little more.
        assert shapely.hausdorff_distance(whole, boxes[row]) < 1.5 * GRID_M


def test_lines_and_points_come_back_where_they_were(tmp_path) -> None:
    draw = np.random.default_rng(3)
    courses = [shapely.LineString(draw.uniform(-2500, 2500, (4, 2))) for _ in range(30)]
    found = read([layer(LINES, courses)], tmp_path)
    for row, parts in found.groupby("mvt_id"):
        assert (
            shapely.hausdorff_distance(shapely.union_all(parts.geometry.to_numpy()), courses[row], densify=0.05)
            < 1.5 * GRID_M
        )
    spots = [shapely.Point(at) for at in draw.uniform(-2500, 2500, (50, 2))]
    found = read([layer(POINTS, spots)], tmp_path).drop_duplicates("mvt_id").set_index("mvt_id")
    assert len(found) == len(spots)
    apart = shapely.distance(found.geometry.to_numpy(), np.array(spots, dtype=object)[found.index])
    assert apart.max() <= GRID_M * np.sqrt(0.5) * 1.001


def test_what_is_not_known_has_no_tag(tmp_path) -> None:
    spots = [shapely.Point(0, 0), shapely.Point(5, 5), shapely.Point(9, 9)]
    found = read([layer(POINTS, spots, tags={"name": ["a", None, "ö"], "step": [-1, 0, 70_000]})], tmp_path)
    found = found.set_index("mvt_id")
    assert found["name"].fillna("").to_dict() == {0: "a", 1: "", 2: "ö"}
    assert found["step"].fillna(-1).to_dict() == {0: -1, 1: 0, 2: 70_000}


def test_what_is_too_small_is_left_out_but_for_what_always_stands(tmp_path) -> None:
    sizes = [1.0, 4.0, 30.0]
    boxes = [shapely.box(20 * row, 0, 20 * row + size, size) for row, size in enumerate(sizes)]
    few = layer(AREAS, boxes, least_px={ZOOM: 3.0 * 60.0 / 60.0})
    pixel = EARTH_M / 512 / 2**ZOOM
    assert set(read([few], tmp_path)["mvt_id"]) == {row for row, size in enumerate(sizes) if size >= 3.0 * pixel}
    kept = replace(few, is_always=np.array([True, False, False]))
    assert set(read([kept], tmp_path)["mvt_id"]) == {0, 2}


def test_a_ring_without_area_vanishes_with_its_holes(tmp_path) -> None:
    sliver = shapely.Polygon([(0, 0), (40, 0.01), (80, 0)])
    lone = shapely.Polygon([(0, 50), (0.01, 50), (0.01, 50.01)])
    full = shapely.box(100, 100, 140, 140).difference(shapely.box(110, 110, 110.01, 110.01))
    found = read([layer(AREAS, [sliver, lone, full])], tmp_path)
    assert found["mvt_id"].tolist() == [2]
    assert (
        len(
            found.geometry.iloc[0].geoms
            if found.geometry.iloc[0].geom_type == "MultiPolygon"
            else [found.geometry.iloc[0]]
        )
        == 1
    )


def test_a_tile_holds_a_rim_around_it(tmp_path) -> None:
    tiles = vector_tiles([layer(AREAS, [shapely.box(-3000, -3000, 3000, 3000)])], extent=EXTENT)
    # 6 km are three tiles wide in Helsinki; none is missing in between.
    columns, rows = ({tile[axis] for tile in tiles} for axis in (1, 2))
    assert columns == set(range(min(columns), max(columns) + 1))
    assert len(tiles) == len(columns) * len(rows) >= 9


def test_the_same_shapes_give_the_same_bytes_and_their_order_changes_no_shape(tmp_path) -> None:
    boxes = scattered_boxes()
    one = written([layer(AREAS, boxes)], tmp_path).read_bytes()
    assert (
        hashlib.sha256(written([layer(AREAS, boxes)], tmp_path).read_bytes()).digest() == hashlib.sha256(one).digest()
    )
    order = np.random.default_rng(1).permutation(len(boxes))
    mixed = layer(AREAS, [boxes[row] for row in order], number=order)
    first, second = (
        read([some], tmp_path).sort_values("mvt_id", kind="stable") for some in (layer(AREAS, boxes), mixed)
    )
    assert sorted(zip(first["mvt_id"], first.geometry.to_wkb(), strict=True)) == sorted(
        zip(second["mvt_id"], second.geometry.to_wkb(), strict=True)
    )


def test_coarser_zooms_simplify_by_what_is_said(tmp_path) -> None:
    circle = shapely.Point(0, 0).buffer(800, quad_segs=90)
    far = layer(AREAS, [circle], zooms=range(ZOOM - 3, ZOOM - 2), simplified_last_px=0.5)
    near = layer(AREAS, [circle])
    corners = [int(shapely.get_num_coordinates(read([one], tmp_path).geometry.iloc[0])) for one in (far, near)]
    assert 8 < corners[0] < corners[1] / 3
    pixel = EARTH_M / 512 / 2 ** (ZOOM - 3)
    drawn = read([far], tmp_path).geometry.iloc[0]
    assert shapely.hausdorff_distance(drawn, circle) < 0.5 * pixel + 8 * GRID_M


def test_a_layer_of_no_known_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="things is of no kind that tiles hold: 7"):
        vector_tiles([layer(7, [shapely.Point(0, 0)])], extent=EXTENT)


def test_a_pixel_is_as_wide_as_its_tile_says() -> None:
    assert pixel_m(ZOOM, 0.0) * 512 * 2**ZOOM == pytest.approx(EARTH_M)


@pytest.mark.parametrize("zoom", range(6))
def test_numbers_of_tiles_run_through_a_zoom_step_by_step(zoom) -> None:
    tiles = {tile_number((zoom, x, y)): (x, y) for x in range(2**zoom) for y in range(2**zoom)}
    first = (4**zoom - 1) // 3
    assert sorted(tiles) == list(range(first, first + 4**zoom))
    walk = np.array([tiles[number] for number in sorted(tiles)])
    # Along a Hilbert curve each tile touches the next.
    assert (np.abs(np.diff(walk, axis=0)).sum(axis=1) == 1).all()


def test_an_archive_of_very_many_tiles_has_leaves_and_all_of_them(tmp_path) -> None:
    side = 145
    step = EARTH_M / 2**ZOOM
    spots = [
        shapely.Point((x + 0.5) * step - 80_000, (y + 0.5) * step - 80_000) for x in range(side) for y in range(side)
    ]
    draw = np.random.default_rng(8)
    names = ["".join(map(chr, draw.integers(97, 123, size))) for size in draw.integers(1, 90, len(spots))]
    path = written([layer(POINTS, spots, tags={"name": names})], tmp_path)
    header = path.read_bytes()[:127]
    assert int.from_bytes(header[48:56], "little") > 0, "no leaf was needed: the test is too small"
    found = pyogrio.read_dataframe(path, layer="things")
    assert found["mvt_id"].nunique() == side * side


@given(
    st.lists(
        st.tuples(st.floats(-900, 900), st.floats(-900, 900), st.floats(2, 300), st.floats(2, 300)),
        min_size=1,
        max_size=8,
    )
)
@settings(max_examples=10, deadline=None)
def test_no_area_is_lost_or_added(tmp_path_factory, corners) -> None:
    boxes = [shapely.box(x, y, x + width, y + height) for x, y, width, height in corners]
    found = read([layer(AREAS, boxes)], tmp_path_factory.mktemp("tiles"))
    for row, box in enumerate(boxes):
        drawn = shapely.union_all(found.geometry[found["mvt_id"] == row].to_numpy())
        assert abs(drawn.area - box.area) <= GRID_M * box.length
