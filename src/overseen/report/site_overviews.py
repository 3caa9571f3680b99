"""The maps by which a street or an area of a site is found: each leads to its page and is coloured by the share in view."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from overseen.model.wording import say
from overseen.report.picture import SHARE_EDGES, SHARE_WORDS
from overseen.report.site_city import SiteCity
from overseen.report.small_map import WIDTH_PX, Box, Layer, small_map, window_around
from overseen.report.words import percent

MARGIN_M = 60.0

MOST_DRAWN = 1_500
"""Of more streets or areas than these, none would be hit by a finger, and the page would be large: the search finds them."""

MOST_PIECES = 8_000
"""Of more pieces of street than these, none is drawn that leads nowhere."""

Overview = tuple[str, str, tuple[tuple[str, str], ...]]
"""A map, its caption, and what its colours mean."""

NOTHING: Overview = ("", "", ())


def street_overview(city: SiteCity) -> Overview:
    """Return the map of all streets with a page; nothing where there are none or too many."""
    streets = city.named_streets
    if streets.empty or len(streets) > MOST_DRAWN:
        return NOTHING
    names = streets.index.tolist()
    pieces = [shapely.union_all(city.pieces_of(name).geometry.to_numpy()) for name in names]
    window = window_around(np.array(pieces, dtype=object), margin_m=MARGIN_M)
    shapes = _plain(pieces, window)
    shares = [city.share_of(row) for _, row in streets.iterrows()]
    layers = (
        Layer("other-streets", _others(city)),
        Layer(
            "shares", shapes, _words(names, shares), kinds=_classes(shares), links=[city.street_paths[n] for n in names]
        ),
    )
    level = city.named["noticed"].name
    picture = small_map(
        layers, window, say("Map of the named streets; each leads to its page"), city.courses_in(window)
    )
    return (picture, say("Each coloured street leads to its page. {what}", what=_told(level)), _key())


def area_overview(city: SiteCity) -> Overview:
    """Return the map of all areas with a page; nothing where there are none or too many."""
    areas = city.areas
    if areas.empty or len(areas) > MOST_DRAWN:
        return NOTHING
    level = city.named["noticed"].name
    shares = (areas[f"reachable_{level}_length_m"] / areas["length_m"]).clip(upper=1.0).tolist()
    shapes = areas.geometry.to_numpy()
    window = window_around(shapes, margin_m=MARGIN_M)
    links = [city.area_paths[str(area)] for area in areas.index]
    layers = (
        Layer("area-shares", shapes, _words(city.area_names.tolist(), shares), kinds=_classes(shares), links=links),
        Layer("over-streets", _others(city)),
    )
    # Names of streets that are not drawn would stand for the areas under them.
    courses = city.courses_in(window) if len(layers[1].shapes) else []
    picture = small_map(layers, window, say("Map of the areas; each leads to its page"), courses)
    return (picture, say("Each area leads to its page. {what}", what=_told(level)), _key())


def _plain(shapes: Sequence[shapely.Geometry], window: Box) -> NDArray[np.object_]:
    """Return lines joined end to end and without corners smaller than a pixel of the map: a page is to be small."""
    pixel = (window[2] - window[0]) / WIDTH_PX
    return np.asarray(shapely.simplify(shapely.line_merge(np.array(shapes, dtype=object)), pixel), dtype=object)


def _others(city: SiteCity) -> NDArray[np.object_]:
    """Return every piece of street, to be drawn thin; none of a large city, in which they would be a grey ground."""
    return city.streets.geometry.to_numpy()[: len(city.streets) if len(city.streets) <= MOST_PIECES else 0]


def _told(level: str) -> str:
    return say("The colour tells the share of its street that cameras could look at, at {name}.", name=level)


def _words(names: list[str], shares: list[float]) -> list[str]:
    return [f"{name}: {percent(share)}" for name, share in zip(names, shares, strict=True)]


def _classes(shares: list[float]) -> list[str]:
    return [f"share-{number}" for number in np.searchsorted(SHARE_EDGES, shares, side="left").tolist()]


def _key() -> tuple[tuple[str, str], ...]:
    return tuple((f"share-{number}", say(words)) for number, words in enumerate(SHARE_WORDS))
