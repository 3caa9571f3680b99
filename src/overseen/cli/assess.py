"""``overseen assess``: from a plan to a report."""

from __future__ import annotations

from pathlib import Path

import click

from overseen.cli.languages import languages_option

SAMPLE_FOLDER = Path("out") / "helsinki"


@click.command("assess")
@click.argument("plan", required=False, type=click.Path(path_type=Path))
@click.option("--sample", is_flag=True, help="Assess the embedded sample, central Helsinki, instead of a plan.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), default=None, help="Folder for the result.  [default: out]"
)
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
@click.option("--pdf", is_flag=True, help="Write the report as a PDF too; needs the extra overseen[pdf].")
@click.option("--paper", type=click.Choice(["a4", "letter"]), default="a4", show_default=True, help="Paper of the PDF.")
@languages_option
@click.option("--quiet", is_flag=True, help="Say nothing but errors.")
def assess_command(
    *,
    plan: Path | None,
    sample: bool,
    output: Path | None,
    draws: int | None,
    seed: int | None,
    tiles: int,
    workers: int | None,
    pdf: bool,
    paper: str,
    languages: tuple[str, ...],
    quiet: bool,
) -> None:
    r"""Compute what the cameras of PLAN see and whom they expose, and write the report.

    \b
    Examples:
      overseen assess --sample -o out/helsinki
      overseen assess plan.toml -o out --draws 500
      overseen assess plan.toml -o out --pdf --paper letter
      overseen assess plan.toml -o out --language de --language en
    """
    if (plan is None) != sample:
        raise click.UsageError("Give a plan file, or --sample, and not both.")
    # Heavy libraries are loaded only once there is something to compute, so that --help answers at once.
    from overseen.cli.run import assess_and_write

    folder = output or (SAMPLE_FOLDER if sample else Path("out"))
    size = paper if pdf else None
    report, answer = assess_and_write(
        plan, folder, draws=draws, seed=seed, tiles=tiles, workers=workers, quiet=quiet, paper=size, languages=languages
    )
    if not quiet:
        for sentence in answer:
            click.echo(sentence)
        click.echo(f"Report: {report}")
