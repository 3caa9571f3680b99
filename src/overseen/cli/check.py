"""``overseen check``: what is in my files, what was odd, what will be assumed."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

KINDS = ("cameras", "osm", "buildings", "streets", "places", "land", "boundary", "areas", "census", "grid", "trips", "plan",
         "assumptions", "place_kinds")  # fmt: skip
"""The same as ``FILE_KINDS`` of the reader, which is not loaded before it is needed."""

SHAPE = 1
"""Number of the form that the JSON has; it grows when a key changes its meaning or goes."""


def _plane(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """Refuse what is no reference system as a wrong use of the command, not as a fault of the files."""
    if value is None:
        return None
    import pyproj

    try:
        pyproj.CRS.from_user_input(value)
    except pyproj.exceptions.CRSError as error:
        raise click.BadParameter(f"{value!r} is no coordinate reference system; write it as EPSG:25833.") from error
    return value


@click.command("check")
@click.argument("files", nargs=-1, metavar="FILE...", type=click.Path(path_type=Path))
@click.option("--sample", is_flag=True, help="Check the embedded sample.")
@click.option(
    "--crs", callback=_plane, default=None, help="Reference system of files that do not state theirs, as EPSG:25833."
)
@click.option(
    "--as", "kind", type=click.Choice(KINDS), default=None, help="What the files are, where that is told wrongly."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
def check_command(files: tuple[Path, ...], sample: bool, crs: str | None, kind: Any, as_json: bool) -> None:
    """Say what each FILE is and holds, what was odd in it and what will be assumed.

    A FILE is a camera list, an OpenStreetMap extract, a layer of buildings, streets, places or land, a boundary, areas or a grid
    with residents, a table of residents or of trips, a plan, or a file of assumptions or of kinds of places. No plan is needed.
    Nothing is computed and nothing is written.

    \b
    Examples:
      overseen check plan.toml
      overseen check cameras.csv --json
      overseen check cameras.xlsx buildings.gpkg census.csv
      overseen check list.txt --as cameras --crs EPSG:25833

    \b
    Exit codes: 0 every file can be used and nothing in it was odd; 1 every file can be used, and something
    was odd, refused or left out; 2 the command was used wrongly; 3 a file cannot be used.
    """  # noqa: D301 - click wants the sign itself, by which it leaves a paragraph as it is
    if bool(files) == sample:
        raise click.UsageError("Give files, or --sample, and not both.")
    from overseen.cli.checked import checked, exit_code
    from overseen.cli.checked_text import worded

    results = checked(files, crs=crs, kind=kind)
    click.echo(
        json.dumps({"shape": SHAPE, "checked": results}, indent=2, ensure_ascii=False) if as_json else worded(results)
    )
    sys.exit(exit_code(results))
