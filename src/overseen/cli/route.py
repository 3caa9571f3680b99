"""``overseen route``: the shortest and the least-seen way between two places."""

from __future__ import annotations

from pathlib import Path

import click

from overseen.cli.languages import language_option


@click.command("route")
@click.argument("start", metavar="FROM")
@click.argument("end", metavar="TO")
@click.option("--plan", type=click.Path(path_type=Path), default=None, help="Plan file with the cameras and the city.")
@click.option("--sample", is_flag=True, help="Use the embedded sample instead of a plan.")
@click.option("--detour", type=click.FloatRange(0.0, 5.0), default=None,
              help="How much longer than the shortest the way may be, 0.25 for a quarter; overrides the plan.")  # fmt: skip
@click.option("--gpx", "track", type=click.Path(path_type=Path), default=None,
              help="A track of your own, measured beside; nothing of it is kept.")  # fmt: skip
@click.option("-o", "--output", type=click.Path(path_type=Path), default=Path("out"), show_default=True,
              help="Folder for routes.gpx and route.html.")  # fmt: skip
@language_option
def route_command(
    start: str, end: str, plan: Path | None, sample: bool, detour: float | None, track: Path | None, output: Path
) -> None:
    r"""Find the shortest way FROM one place TO another and the one that cameras could look at least.

    A place is written latitude,longitude or as its name in the data.

    \b
    Examples:
      overseen route 60.1719,24.9414 60.1675,24.9520 --sample -o out
      overseen route "Kiasma" 60.1675,24.9520 --plan plan.toml --detour 0.5
    """
    if (plan is None) != sample:
        raise click.UsageError("Give --plan, or --sample, and not both.")
    from overseen.cli.routes import routes_between, write_gpx, write_page

    found, of_track = routes_between(plan, start, end, detour=detour, track=track)
    for sentence in (*found.sentences, *of_track):
        click.echo(sentence)
    click.echo(f"Ways: {write_gpx(tuple((way.name, way.route) for way in found.ways), output)}")
    click.echo(f"Map: {write_page(found, output)}")
