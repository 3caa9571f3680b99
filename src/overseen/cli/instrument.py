"""``overseen instrument``: drafts of the documents that oversight laws ask for."""

from __future__ import annotations

import json
from pathlib import Path

import click

from overseen.cli.languages import language_option


@click.group("instrument")
def instrument_command() -> None:
    r"""List the oversight documents that can be drafted, or draft one from a plan.

    \b
    Examples:
      overseen instrument list
      overseen instrument write uk-dpia plan.toml -o out/dpia
    """


@instrument_command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
def list_command(as_json: bool) -> None:
    r"""List the instruments: what law asks for each, and how far its text was read.

    \b
    Examples:
      overseen instrument list --json
    """
    from overseen.cli.instruments import listed, listed_words

    rows = listed()
    click.echo(json.dumps(rows, indent=2, ensure_ascii=False) if as_json else listed_words(rows))


@instrument_command.command("write")
@click.argument("name")
@click.argument("plan", required=False, type=click.Path(path_type=Path))
@click.option("--sample", is_flag=True, help="Draft it for the embedded sample, central Helsinki, instead of a plan.")
@click.option("-o", "--output", type=click.Path(path_type=Path), default=None, help="Folder for it.  [default: NAME]")
@click.option("--draws", type=click.IntRange(min=1), default=None, help="Draws of what is unknown; overrides the plan.")
@click.option("--seed", type=click.IntRange(min=0), default=None, help="Seed of the draws; overrides the plan.")
@click.option(
    "--tiles",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Parts to cut the city into; bounds the memory, changes no result.",
)
@click.option(
    "--workers", type=click.IntRange(min=1), default=None, help="Threads; changes no result.  [default: all cores]"
)
@click.option("--paper", type=click.Choice(["a4", "letter"]), default="a4", show_default=True, help="Paper of the PDF.")
@language_option
@click.option("--quiet", is_flag=True, help="Say nothing but errors.")
def write_command(
    *,
    name: str,
    plan: Path | None,
    sample: bool,
    output: Path | None,
    draws: int | None,
    seed: int | None,
    tiles: int,
    workers: int | None,
    paper: str,
    quiet: bool,
) -> None:
    r"""Assess PLAN and draft the instrument NAME: as HTML, as PDF and as DOCX to go on writing.

    The PDF needs the extra overseen[pdf], the DOCX overseen[office]; without one of them that file is left out.

    \b
    Examples:
      overseen instrument write seattle-sir --sample -o out/sir
      overseen instrument write eu-fria plan.toml -o out/fria --draws 500
    """
    if (plan is None) != sample:
        raise click.UsageError("Give a plan file, or --sample, and not both.")
    from overseen.cli.instruments import left_out, named_instrument, writer
    from overseen.cli.run import assess_and_fill

    instrument = named_instrument(name)
    folder = output or Path(name)
    assess_and_fill(
        plan,
        folder,
        writer(instrument, paper),
        draws=draws,
        seed=seed,
        tiles=tiles,
        workers=workers,
        quiet=quiet,
    )
    if not quiet:
        for sentence in left_out():
            click.echo(sentence)
        click.echo(f"Draft: {folder / name}.html")
