"""``overseen fetch``: the map of a place from OpenStreetMap's public services, into a file. Nothing else here touches the network."""

from __future__ import annotations

import contextlib
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import click

ABOUT = "reads maps for impact assessments of camera networks"
"""What those who run the services are told beside name and version."""


@click.command("fetch", context_settings={"ignore_unknown_options": True})
@click.argument("place")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="File to write, .osm.pbf or .osm.")
@click.option("--boundary", type=click.Path(path_type=Path), default=None,
              help="Also write the outline of the place found, as GeoJSON for [city] boundary.")  # fmt: skip
@click.option("--pick", type=click.IntRange(min=1), default=None, help="Which of several places of the name.")
@click.option("--extract", metavar="URL", default=None,
              help="Download this extract (such as one of Geofabrik) and cut the box out of it, instead of asking Overpass.")  # fmt: skip
@click.option("--overpass", metavar="URL", default=None, help="Another Overpass server, such as your own.")
@click.option("--geocoder", metavar="URL", default=None, help="Another geocoder that speaks as Nominatim does.")
@click.option("--cache", type=click.Path(path_type=Path), default=None,
              help="Folder in which answers are kept.  [default: overseen in the user's folder of caches]")  # fmt: skip
@click.option("--no-cache", is_flag=True, help="Ask again, whatever was answered before, and keep nothing.")
@click.option("--yes", is_flag=True, help="Agree to a large area without being asked.")
@click.option("--quiet", is_flag=True, help="Say nothing but errors.")
def fetch_command(
    *,
    place: str,
    output: Path,
    boundary: Path | None,
    pick: int | None,
    extract: str | None,
    overpass: str | None,
    geocoder: str | None,
    cache: Path | None,
    no_cache: bool,
    yes: bool,
    quiet: bool,
) -> None:
    """Fetch the map of PLACE, a name or a box west,south,east,north, from OpenStreetMap's public services.

    The services live on donations: one request at a time, at most one a second to a server, the size asked before the data, every
    answer kept on disk (places and extracts 30 days, areas 7).

    \b
    Examples:
      overseen fetch "Trafford, England" -o city.osm.pbf --boundary trafford.geojson
      overseen fetch 24.93,60.16,24.95,60.18 -o city.osm.pbf
      overseen fetch Vaduz -o city.osm.pbf --extract https://download.geofabrik.de/europe/liechtenstein-latest.osm.pbf

    \b
    Exit codes: 0 the file stands; 1 the place is not known, not the only one of its name, or too large;
    2 the command was used wrongly; 3 the file could not be written; 4 a service could not be reached or
    its answer is of no use. An earlier file is whole unless the code is 0.
    """  # noqa: D301 - click wants the sign itself, by which it leaves a paragraph as it is
    if cache is not None and no_cache:
        raise click.UsageError("Give --cache or --no-cache, not both.")
    from overseen.sources.answer_cache import AnswerCache, cache_folder
    from overseen.sources.fetch_area import Order, fetch_area
    from overseen.sources.files import OSM_ATTRIBUTION, OSM_LICENCE
    from overseen.sources.openstreetmap_services import services
    from overseen.sources.polite_client import PoliteClient

    def tell(sentence: str) -> None:
        if not quiet:
            click.echo(sentence)

    program = f"overseen {version('overseen')}"
    chosen = services(program, geocoder=geocoder, overpass=overpass)
    client = PoliteClient(f"{program.replace(' ', '/')} ({ABOUT})", chosen.manners, tell=tell)
    with _folder(None if no_cache else cache or cache_folder()) as folder:
        kept = AnswerCache(folder, client, tell=tell)
        order = Order(place, output, boundary, extract, pick)
        found = fetch_area(order, chosen, kept, is_agreed=lambda question: yes or _is_agreed(question), tell=tell)
    counts = found.counts
    tell(
        f"Wrote {output}: {counts['nodes']:,} nodes, {counts['ways']:,} ways, {counts['relations']:,} relations, among them "
        f"{counts['buildings']:,} buildings, {counts['streets']:,} streets and {counts['cameras']:,} cameras."
    )
    tell(f"{OSM_ATTRIBUTION}, {OSM_LICENCE}.")


def _is_agreed(question: str) -> bool:
    return sys.stdin.isatty() and click.confirm(question)


@contextlib.contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    """Yield the folder of answers, or one that is gone afterwards."""
    if kept is not None:
        yield kept
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)
