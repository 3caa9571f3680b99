"""``overseen compare``: what changes from one plan, run or phase to another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from overseen.cli.languages import language_option


@click.command("compare")
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@click.option("-o", "--output", type=click.Path(path_type=Path), default=Path("out"), show_default=True,
              help="Folder for the result.")  # fmt: skip
@click.option(
    "--draws", type=click.IntRange(min=1), default=None, help="Draws of what is unknown; overrides the plans."
)
@click.option("--seed", type=click.IntRange(min=0), default=None, help="Seed of the draws; overrides the plans.")
@click.option("--tolerance", "tolerance_m", type=click.FloatRange(min=0.0, min_open=True, max=500.0), default=None,
              help="Metres within which cameras of different identifiers may be one.  [default: 15]")  # fmt: skip
@click.option("--tiles", type=click.IntRange(min=1), default=1, show_default=True,
              help="Parts to cut the city into; bounds the memory, changes no result.")  # fmt: skip
@click.option(
    "--workers", type=click.IntRange(min=1), default=None, help="Threads; changes no result.  [default: all cores]"
)
@click.option("--pdf", is_flag=True, help="Write the report as a PDF too; needs the extra overseen[pdf].")
@click.option("--paper", type=click.Choice(["a4", "letter"]), default="a4", show_default=True, help="Paper of the PDF.")
@language_option
@click.option("--quiet", is_flag=True, help="Say nothing but errors.")
def compare_command(a: str, b: str, output: Path, quiet: bool, pdf: bool, paper: str, **asked: Any) -> None:
    r"""Tell what changes from A to B: every number with its signed difference, and the cameras one to one.

    A and B are plans, folders of finished runs, or phases of a plan: the plan file, @ and the name of the phase, or baseline.

    \b
    Examples:
      overseen compare plan.toml rival.toml -o out
      overseen compare "plan.toml@baseline" "plan.toml@year 1"
      overseen compare runs/approved runs/built -o out --pdf
    """
    from overseen.cli.compared import Asked, compare_and_write

    report, answer = compare_and_write(a, b, output, Asked(**asked, paper=paper if pdf else None), quiet=quiet)
    if not quiet:
        for sentence in answer:
            click.echo(sentence)
        click.echo(f"Report: {report}")
