"""``overseen imagine``: what a network would see of which only the number of cameras is public."""

from __future__ import annotations

from pathlib import Path

import click

from overseen.cli.languages import language_option


@click.command("imagine")
@click.argument("plan", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), default=Path("out"), show_default=True, help="Folder.")
@click.option("--networks", type=click.IntRange(min=1), default=None, help="Networks to draw; overrides the plan.")
@click.option(
    "--workers", type=click.IntRange(min=1), default=None, help="Threads; changes no result.  [default: all cores]"
)
@click.option(
    "--write",
    "number",
    type=click.IntRange(min=0),
    default=None,
    help="Write the camera list of the network of this number instead, as GeoJSON at OUTPUT; nothing of it is measured.",
)
@language_option
@click.option("--quiet", is_flag=True, help="Say nothing but errors.")
def imagine_command(
    plan: Path, output: Path, networks: int | None, workers: int | None, number: int | None, quiet: bool
) -> None:
    r"""Draw networks by the rule that PLAN states under [imagine], and write the spread of what they would see.

    Networks are never ranked and none is chosen: the result tells only what all of them have in view, as a range.

    \b
    Examples:
      overseen imagine plan.toml -o out
      overseen imagine plan.toml --write 7 -o network-7.geojson
    """
    from overseen.cli.imagining import imagine_and_write, write_network

    if number is not None:
        click.echo(f"Network {number}: {write_network(plan, number, output)}")
        return
    report, answer = imagine_and_write(plan, output, networks=networks, workers=workers, quiet=quiet)
    if not quiet:
        for sentence in answer:
            click.echo(sentence)
        click.echo(f"Report: {report}")
