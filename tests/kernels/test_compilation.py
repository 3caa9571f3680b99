"""The same answers however the kernels run: compiled or not, on one thread or on several."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from overseen.kernels._compile import drop_stale
from overseen.kernels.facades import facades
from overseen.kernels.layers import regions
from overseen.kernels.sections import section_areas
from overseen.kernels.sectors import sector_areas
from overseen.kernels.sightings import point_sightings, segment_sightings
from overseen.kernels.stars import Lenses
from overseen.visibility import from_points
from overseen.visibility.cells import Work
from overseen.visibility.coverage import coverage_of
from overseen.visibility.from_points import flat_outlines
from overseen.visibility.frustums import half_planes, sections
from overseen.visibility.isovists import polygons_of
from tests.scenes import rectangles, seen
from tests.visibility.test_from_points import AT, CRS, shifted

TURN = 2.0 * np.pi
LENSES = 6


def everything(*, executor=None, seed=0, count=LENSES):
    """Return what every kernel answers about a small scene, as arrays by name."""
    rng = np.random.default_rng(seed)
    footprints = rectangles(seed, 25, clear_m=12.0)
    tops = rng.choice([1.0, 2.0, 3.0, 4.5, 10.0], len(footprints))
    centre = rng.uniform(-8.0, 8.0, (count, 2))
    views, obstacles = seen(footprints, centre, tops_m=tops, height_m=5.0)
    lens = np.arange(count)
    sector = np.column_stack([rng.uniform(0.0, TURN, count), rng.uniform(0.5, TURN, count), np.full(count, 70.0)])
    view = (views.stars, views.shadows)
    shapes = regions(*view, obstacles.chains.vertex, lens, sector, 0.02)
    start, end = rng.uniform(-80.0, 80.0, (2, 60, 2))
    rows = np.arange(60)
    eyes = np.zeros(60, dtype=np.int64)
    tilted = sections(np.full(count, 70.0), np.full(count, 40.0), np.full(count, 12.0), np.full(count, 3.4))
    walls = facades(
        obstacles.chains,
        obstacles.tops_m(tops),
        Lenses(centre, np.full(count, 60.0), np.full(count, 5.0), np.full(count, 1.6), np.zeros(count, dtype=np.int64)),
    )
    # The sort of numpy and that of the compiler take equal directions in another order, and with them the parts of walls.
    parts = np.column_stack(
        [np.repeat(lens, np.diff(walls.offsets)), walls.wall, walls.along, walls.low_m, walls.top_m]
    )
    work = Work() if executor is None else Work(executor)
    return {
        "spans": views.stars.span,
        "walls": views.stars.wall,
        "slabs": views.shadows.slab,
        "strips": np.nan_to_num(views.shadows.strip, posinf=0.0),
        "areas": sector_areas(*view, lens, *np.ascontiguousarray(sector.T)),
        "section areas": section_areas(*view, lens, half_planes(sector[:, 0], tilted), sector[:, 2].copy()),
        "outlines": shapes.point,
        "flat outlines": flat_outlines(obstacles, centre, sector, executor=executor)[0],
        "segments": segment_sightings(*view, start, end, rows, eyes).interval,
        "points": point_sightings(*view, start, rows, eyes).astype(float),
        "facades": parts[np.lexsort(parts.T[::-1])],
        "coverage": coverage_of(polygons_of(shapes), lens, work=work).area_m2,
    }


def as_text(found):
    """Return arrays as text that keeps every bit."""
    return json.dumps({name: np.asarray(array, dtype=float).tolist() for name, array in found.items()})


def in_another_process(**environment):
    """Return what every kernel answers in a process of its own."""
    code = "from tests.kernels.test_compilation import as_text, everything; print(as_text(everything()))"
    paths = os.pathsep.join(path or str(Path.cwd()) for path in sys.path)
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": paths, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {name: np.array(values) for name, values in json.load(io.StringIO(done.stdout)).items()}


def test_without_the_compiler_the_answers_are_the_same() -> None:
    compiled = everything()
    plain = in_another_process(NUMBA_DISABLE_JIT="1")
    assert plain.keys() == compiled.keys()
    for name, values in compiled.items():
        assert plain[name].shape == values.shape, name
        # All but sums of angles are the same to the bit: the arc tangents of numpy and of the compiler differ in the last one.
        assert plain[name] == pytest.approx(np.asarray(values, dtype=float), rel=1e-12, abs=1e-12), name


def test_a_second_process_gives_the_same_bytes() -> None:
    assert as_text(everything()) == as_text(in_another_process())


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_threads_change_no_byte(threads: int, monkeypatch) -> None:
    alone = as_text(everything(count=40))
    # Few lenses to a chunk, so that several threads have some.
    monkeypatch.setattr(from_points, "CHUNK", 3)
    with ThreadPoolExecutor(threads) as executor:
        assert as_text(everything(count=40, executor=executor)) == alone


def test_the_public_isovists_do_not_depend_on_how_they_are_shared_out(monkeypatch) -> None:
    rng = np.random.default_rng(2)
    footprints = rectangles(2, 60, clear_m=12.0)
    buildings = gpd.GeoDataFrame(
        {"height_m": rng.uniform(1.0, 9.0, len(footprints))}, geometry=[shifted(shape) for shape in footprints], crs=CRS
    )
    lenses = gpd.GeoSeries(shapely.points(AT + rng.uniform(-80.0, 80.0, (100, 2))), crs=CRS)
    options = {"reach_m": 70.0, "field_of_view_deg": rng.uniform(10, 360, 100), "lens_height_m": rng.uniform(1, 8, 100)}
    whole = from_points.isovists(lenses, buildings, **options)
    monkeypatch.setattr(from_points, "CHUNK", 3)
    parts = from_points.isovists(lenses, buildings, **options)
    assert (whole.geometry.to_wkb() == parts.geometry.to_wkb()).all()
    assert whole.drop(columns="geometry").equals(parts.drop(columns="geometry"))


def test_many_scenes_at_once_on_several_threads_are_each_as_alone() -> None:
    alone = [as_text(everything(seed=seed)) for seed in range(12)]
    with ThreadPoolExecutor(4) as executor:
        assert list(executor.map(lambda seed: as_text(everything(seed=seed)), range(12))) == alone


def test_what_was_compiled_before_an_edit_is_dropped(tmp_path) -> None:
    source, compiled = tmp_path / "steps.py", tmp_path / "__pycache__" / "other.kernel-1.py311.nbi"
    compiled.parent.mkdir()
    source.touch()
    compiled.touch()
    os.utime(source, (1000.0, 1000.0))
    os.utime(compiled, (2000.0, 2000.0))
    drop_stale(tmp_path)
    assert compiled.exists()
    os.utime(source, (3000.0, 3000.0))
    drop_stale(tmp_path)
    assert not compiled.exists()
