"""OpenStreetMap's services as their protocols have them: places by name, the size of an area, an area, an extract."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import shapely
from shapely.geometry.base import BaseGeometry

from overseen.errors import ServiceError
from overseen.sources.answer_cache import AnswerCache
from overseen.sources.boxes import Box
from overseen.sources.extract_clip import clip, stated_box, stated_time
from overseen.sources.fetched import Origin, write_sorted
from overseen.sources.overpass_query import box_query
from overseen.sources.packs import get_pack
from overseen.sources.polite_client import Manners, Query

_HEAD = 4_096
EXTRACT_ENDINGS = (".osm.pbf", ".osm.bz2", ".osm.gz", ".osm")


@dataclass(frozen=True, slots=True)
class Services:
    """Which services are asked, and within what limits.

    Parameters
    ----------
    geocoder, overpass
        Their addresses.
    program
        Name and version of who asks.
    rules
        The pack's limits: size, ages, lengths.
    """

    geocoder: str
    overpass: str
    program: str
    rules: Mapping[str, Any]

    @property
    def manners(self) -> Manners:
        """Return how servers are treated."""
        return Manners(**{name: value for name, value in self.rules["manners"].items() if name != "source"})

    def query(self, service: str, url: str, form: str = "") -> Query:
        """Return a question to one of them."""
        rules = self.rules[service]
        return Query(url, form, rules["option"], rules["most_bytes"])


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """A place that a geocoder knows by a name: what it is, its box, and its outline where it has one."""

    name: str
    kind: str
    box: Box
    outline: BaseGeometry | None


def services(program: str, *, geocoder: str | None = None, overpass: str | None = None) -> Services:
    """Return the shipped services, or the ones named instead."""
    rules = get_pack("services", "openstreetmap")
    return Services(geocoder or rules["geocoder"]["url"], overpass or rules["overpass"]["url"], program, rules)


def found_places(name: str, chosen: Services, cache: AnswerCache) -> tuple[FoundPlace, ...]:
    """Return the places of a name, in the geocoder's order; none if it knows none.

    Raises
    ------
    ServiceError
        If the geocoder cannot be reached, or answers with something else.
    """
    rules = chosen.rules["geocoder"]
    asked = {"q": name, "format": "jsonv2", "polygon_geojson": 1, "limit": rules["most_places"]}
    query = chosen.query("geocoder", f"{chosen.geocoder}?{urlencode(asked, quote_via=quote)}")

    def prepare(raw: Path, fresh: Path) -> None:
        fresh.write_text(json.dumps(_places_of(raw, query.host)), encoding="utf-8")

    kept = cache.answer(
        query, what=f"The place {name!r}", ending=".json", keep_days=rules["keep_days"], prepare=prepare
    )
    return tuple(
        FoundPlace(
            place["name"], place["kind"], Box(*place["box"]), shapely.from_geojson(json.dumps(place["outline"])) if place["outline"] else None
        )
        for place in json.loads(kept.read_text(encoding="utf-8"))
    )  # fmt: skip


def _places_of(raw: Path, host: str) -> list[dict[str, Any]]:
    """Return of a geocoder's answer what is used, as plain data."""
    try:
        answer = json.loads(raw.read_text(encoding="utf-8"))
        return [_place_of(item) for item in answer]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _useless(host, "places", "--geocoder") from error


def _place_of(item: Mapping[str, Any]) -> dict[str, Any]:
    south, north, west, east = (float(value) for value in item["boundingbox"])
    outline = item.get("geojson") or {}
    is_area = outline.get("type") in ("Polygon", "MultiPolygon")
    if is_area:
        shapely.from_geojson(json.dumps(outline))
    kind = f"{item.get('category', '')} {item.get('addresstype') or item.get('type', '')}".replace("_", " ").strip()
    return {
        "name": str(item["display_name"]),
        "kind": kind,
        "box": [west, south, east, north],
        "outline": outline if is_area else None,
    }


def element_count(box: Box, chosen: Services, cache: AnswerCache) -> int:
    """Return of how many nodes, ways and relations an area consists.

    Raises
    ------
    ServiceError
        If Overpass cannot be reached, or answers with something else.
    """
    query = _overpass(box, chosen, is_count=True)

    def prepare(raw: Path, fresh: Path) -> None:
        _refuse_remark(raw, query.host)
        try:
            (found,) = [
                item for item in json.loads(raw.read_text(encoding="utf-8"))["elements"] if item["type"] == "count"
            ]
            count = sum(int(found["tags"][sort]) for sort in ("nodes", "ways", "relations"))
        except (ValueError, KeyError, TypeError) as error:
            raise _useless(query.host, "a count", "--overpass") from error
        fresh.write_text(json.dumps(count), encoding="utf-8")

    days = chosen.rules["overpass"]["keep_days"]
    kept = cache.answer(query, what="The size of the area", ending=".json", keep_days=days, prepare=prepare)
    return int(json.loads(kept.read_text(encoding="utf-8")))


def area_file(box: Box, chosen: Services, cache: AnswerCache) -> Path:
    """Return the file of an area as Overpass has it, sorted and screened.

    Raises
    ------
    ServiceError
        If Overpass cannot be reached, or answers with something else.
    """
    query = _overpass(box, chosen)

    def prepare(raw: Path, fresh: Path) -> None:
        _refuse_remark(raw, query.host)
        stated = re.search(rb'osm_base="([0-9TZ:.-]+)"', raw.read_bytes()[:_HEAD])
        origin = Origin(chosen.program, query.host, _today(), stated[1].decode() if stated else "", box)
        # The ending by which the reader knows the format: Overpass was asked for XML.
        answer = raw.replace(raw.with_name(f"{raw.name}.osm"))
        try:
            write_sorted(answer, fresh, origin)
        except RuntimeError as error:
            raise _useless(query.host, "OpenStreetMap data", "--overpass") from error
        finally:
            answer.unlink(missing_ok=True)

    days = chosen.rules["overpass"]["keep_days"]
    return cache.answer(query, what="The area", ending=".osm.pbf", keep_days=days, prepare=prepare)


def extract_file(url: str, box: Box, chosen: Services, cache: AnswerCache, folder: Path) -> Path:
    """Return the file of a box cut out of a published extract, sorted and screened, in ``folder``.

    Raises
    ------
    ServiceError
        If it cannot be downloaded, is no OpenStreetMap data, or does not hold the box.
    """
    ending = next((known for known in EXTRACT_ENDINGS if urlsplit(url).path.lower().endswith(known)), None)
    if ending is None:
        raise ServiceError(f"{url} is no address of an extract; name one that ends in {', '.join(EXTRACT_ENDINGS)}")
    query, rules = chosen.query("extract", url), chosen.rules["extract"]

    def prepare(raw: Path, fresh: Path) -> None:
        try:
            stated_box(raw)
        except RuntimeError as error:
            raise _useless(query.host, "an extract of OpenStreetMap", "--extract") from error
        raw.replace(fresh)

    kept = cache.answer(query, what="The extract", ending=ending, keep_days=rules["keep_days"], prepare=prepare)
    clipped, fresh = folder / "clipped.osm.pbf", folder / "fetched.osm.pbf"
    try:
        held = stated_box(kept)
        if held is not None and not held.contains(shapely.box(*box)):
            bounds = ",".join(f"{value:.7g}" for value in held.bounds)
            raise ServiceError(
                f"the extract {url} holds {bounds} only, and the box asked for reaches beyond; name a larger one"
            )
        clip(kept, box, clipped)
        write_sorted(clipped, fresh, Origin(chosen.program, query.host, _today(), stated_time(kept), box))
    except RuntimeError as error:
        kept.unlink(missing_ok=True)
        raise _useless(query.host, "an extract of OpenStreetMap", "--extract") from error
    return fresh


def _overpass(box: Box, chosen: Services, *, is_count: bool = False) -> Query:
    rules = chosen.rules["overpass"]
    text = box_query(box, seconds=rules["query_seconds"], size_bytes=rules["query_bytes"], is_count=is_count)
    return replace(chosen.query("overpass", chosen.overpass), form=urlencode({"data": text}))


def _refuse_remark(raw: Path, host: str) -> None:
    """Refuse an answer that ends in a remark of what went wrong: Overpass sends it after part of the data, and calls it success."""
    with raw.open("rb") as file:
        file.seek(max(0, raw.stat().st_size - _HEAD))
        tail = file.read().decode("utf-8", errors="replace")
    found = re.search(r"<remark>(.*?)</remark>|\"remark\":\s*\"(.*?)\"", tail, flags=re.DOTALL)
    if found is not None:
        words = " ".join((found[1] or found[2]).split())[:200]
        raise ServiceError(f"{host} gave up ({words}); ask for a smaller area, or take an extract with --extract")


def _useless(host: str, wanted: str, option: str) -> ServiceError:
    return ServiceError(f"{host} answered with something that is not {wanted}; check the address given in {option}")


def _today() -> str:
    return dt.datetime.now(dt.UTC).date().isoformat()
