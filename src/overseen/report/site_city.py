"""What the pages of a site draw on: the tables of a finished run, ready to be asked for what lies where."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from overseen.exposure.drawn_streets import named_levels
from overseen.exposure.named_streets import BETWEEN
from overseen.model.viewing import Ladder, Level
from overseen.model.wording import numeral, say
from overseen.report.map_labels import longest_course
from overseen.report.site_names import page_paths
from overseen.report.small_map import Box, Layer
from overseen.sources.run_folder import Run

MOST_STREETS = 20_000
"""So many streets have a page of their own, the longest; the others are in the tables."""

MOST_COURSES = 60
"""So many streets of a map may be named, before it is asked where there is room."""

MOST_VIEWS = 40
"""So many views are drawn on one map, those of the cameras listed first."""


@dataclass(frozen=True)
class SiteCity:
    """A finished run, asked page by page.

    Parameters
    ----------
    run
        The run.
    """

    run: Run

    @cached_property
    def levels(self) -> tuple[Level, ...]:
        """The detail levels, lowest first."""
        return tuple(
            Level(level["name"], _number(level["density_px_per_m"]), level["meaning"])
            for level in self.run.summary["viewing"]["ladder"]["levels"]
        )

    @cached_property
    def named(self) -> Mapping[str, Level]:
        """The levels that whole streets are told at: the lowest, that of noticing someone, the finest."""
        ladder = self.run.summary["viewing"]["ladder"]
        numbers = named_levels(Ladder(ladder["name"], ladder["source"], self.levels))
        return {name: self.levels[number] for name, number in numbers.items()}

    @cached_property
    def streets(self) -> gpd.GeoDataFrame:
        """Counted pieces of street."""
        streets = self.run["streets"]
        return streets[streets["is_counted"] & (streets["length_m"] > 0.0)]

    @cached_property
    def cameras(self) -> gpd.GeoDataFrame:
        """All cameras."""
        return self.run["cameras"]

    @cached_property
    def areas(self) -> gpd.GeoDataFrame:
        """Areas with street in them."""
        areas = self.run["areas"]
        return areas[areas["length_m"] > 0.0]

    @cached_property
    def named_streets(self) -> pd.DataFrame:
        """Whole streets with a page of their own."""
        return self.run["named_streets"].head(MOST_STREETS)

    @cached_property
    def street_paths(self) -> Mapping[str, str]:
        """Where the page of each whole street stands."""
        return page_paths("streets", self.named_streets.index.tolist())

    @cached_property
    def area_paths(self) -> Mapping[str, str]:
        """Where the page of each area stands."""
        return page_paths("areas", self.areas.index.tolist())

    @cached_property
    def area_names(self) -> pd.Series:
        """What each area is called: its name, or its identifier."""
        named = pd.Series(self.areas["name"].to_numpy(dtype=object), index=self.areas.index)
        return named.where(named.notna(), pd.Series(self.areas.index, index=self.areas.index))

    @cached_property
    def area_streets(self) -> Mapping[str, list[str]]:
        """Whole streets with the middle of a piece in each area, by name."""
        pairs = self._pieces.join(self._middles_in_area.rename("area"), how="inner")
        found = pairs.drop_duplicates(["area", "named"]).groupby("area")["named"]
        return {str(area): sorted(names) for area, names in found}

    @cached_property
    def street_areas(self) -> Mapping[str, list[str]]:
        """The areas of each whole street."""
        found: dict[str, list[str]] = {}
        for area, names in sorted(self.area_streets.items()):
            for name in names:
                found.setdefault(name, []).append(area)
        return found

    @cached_property
    def cameras_of_streets(self) -> Mapping[str, pd.DataFrame]:
        """Which cameras could look at each whole street, those in most draws first."""
        return dict(iter(self.run["named_street_cameras"].groupby("named_street_id", sort=False)))

    @cached_property
    def cameras_of_areas(self) -> Mapping[str, pd.DataFrame]:
        """Which cameras could look at a street of each area, each with its share of draws at the street it sees most."""
        pairs = self.run["street_cameras"]
        pairs = pairs.assign(area=self._middles_in_area.reindex(pairs["street_id"]).to_numpy()).dropna(subset=["area"])
        best = pairs.groupby(["area", "camera_id"], sort=True)[["is_for_vehicles", "draws_share"]].max().reset_index()
        best = best.sort_values(["area", "draws_share", "camera_id"], ascending=[True, False, True])
        return dict(iter(best.groupby("area", sort=False)))

    def pieces_of(self, named: str) -> gpd.GeoDataFrame:
        """Return the pieces of a whole street."""
        return self.streets.loc[self.named_streets.loc[named, "street_ids"].split(BETWEEN)]

    def layers(
        self, window: Box, subject: Layer, camera_ids: Sequence[str], *, under: Sequence[Layer] = ()
    ) -> tuple[Layer, ...]:
        """Return what a map around a subject shows: other streets, views, the subject, other cameras, cameras with their number."""
        box = shapely.box(*window)
        nearby = self._streets_tree.query(box)
        listed = [camera for camera in camera_ids if camera in self._camera_rows]
        rows = [self._camera_rows[camera] for camera in listed]
        others = sorted(set(self._cameras_tree.query(box).tolist()) - set(rows))
        views = [self._views[camera] for camera in listed[:MOST_VIEWS] if camera in self._views]
        points = self.cameras.geometry.to_numpy()
        return (
            Layer("other-streets", self.streets.geometry.to_numpy()[np.sort(nearby)]),
            *under,
            Layer("views", np.concatenate(views) if views else np.empty(0, dtype=object)),
            subject,
            Layer("other-cameras", points[others], self._camera_words(others), 3.5),
            Layer(
                "cameras",
                points[rows],
                self._camera_words(rows),
                5.0,
                [numeral(str(n)) for n in range(1, len(rows) + 1)],
            ),
        )

    def courses_in(self, window: Box) -> list[tuple[str, shapely.LineString]]:
        """Return the whole streets that a window shows, each with its longest course there, the longest first."""
        names, lines, tree = self._courses
        box = shapely.box(*window)
        rows = np.sort(tree.query(box))[:MOST_COURSES]
        clipped = [(names[row], longest_course(shapely.intersection(lines[row], box))) for row in rows]
        return [(name, line) for name, line in clipped if line is not None]

    def share_of(self, row: pd.Series) -> float:
        """Return the share of a whole street that cameras could look at closely enough to notice someone."""
        return min(1.0, float(row["noticed_length_m"]) / float(row["length_m"])) if row["length_m"] else 0.0

    @cached_property
    def _courses(self) -> tuple[list[str], NDArray[np.object_], shapely.STRtree]:
        """The longest course of each whole street, the longest street first."""
        order = self.named_streets.sort_values("length_m", ascending=False, kind="stable").index
        found = [(name, longest_course(shapely.union_all(self.pieces_of(name).geometry.to_numpy()))) for name in order]
        kept = [(name, line) for name, line in found if line is not None]
        lines = np.array([line for _, line in kept], dtype=object)
        return [name for name, _ in kept], lines, shapely.STRtree(lines)

    def _camera_words(self, rows: Sequence[int]) -> list[str]:
        return [say("Camera {identifier}", identifier=str(self.cameras.index[row])) for row in rows]

    @cached_property
    def _camera_rows(self) -> Mapping[str, int]:
        return {camera: row for row, camera in enumerate(self.cameras.index)}

    @cached_property
    def _streets_tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.streets.geometry.to_numpy())

    @cached_property
    def _cameras_tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.cameras.geometry.to_numpy())

    @cached_property
    def _views(self) -> Mapping[str, NDArray[np.object_]]:
        """What each camera could look at, at the lowest level, under the central assumptions."""
        table = self.run["isovists"]
        rows = table[(table["view"] == "reachable") & (table["level"] == self.levels[0].name)]
        return {str(camera): some.geometry.to_numpy() for camera, some in rows.groupby("camera_id")}

    @cached_property
    def _middles_in_area(self) -> pd.Series:
        """The area in which the middle of each piece lies; a piece whose middle lies in none is not in it."""
        middles = shapely.line_interpolate_point(self.streets.geometry.to_numpy(), 0.5, normalized=True)
        row, area = shapely.STRtree(self.areas.geometry.to_numpy()).query(middles, predicate="intersects")
        found = pd.Series(self.areas.index.to_numpy(dtype=object)[area], index=self.streets.index[row])
        # On the line between two areas: the first.
        return found[~found.index.duplicated()]

    @cached_property
    def _pieces(self) -> pd.DataFrame:
        named = self.named_streets["street_ids"].str.split(BETWEEN, regex=False).explode()
        return pd.DataFrame({"named": named.index}, index=pd.Index(named.to_numpy(), name="street_id"))


def _number(value: Any) -> float:
    return math.nan if value is None else float(value)
