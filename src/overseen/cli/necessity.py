"""``overseen necessity``: which of the given cameras the declared purposes need."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.command("necessity")
@click.argument("plan", type=click.Path(path_type=Path))
@click.option("--draws", type=click.IntRange(min=1), default=None, help="Draws of what is unknown; overrides the plan.")
@click.option("--seed", type=click.IntRange(min=0), default=None, help="Seed of the draws; overrides the plan.")
@click.option("--seconds", type=click.FloatRange(min=1.0), default=60.0, show_default=True,
              help="Longest time for one connected part of the network; a bound is told in any case.")  # fmt: skip
@click.option(
    "--workers", type=click.IntRange(min=1), default=None, help="Threads; changes no result.  [default: all cores]"
)
@click.option("--masks/--no-masks", "with_masks", default=True, show_default=True,
              help="Whether masks that spare homes are a rung of the ladder; they take the most memory in a large city.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
def necessity_command(
    plan: Path,
    draws: int | None,
    seed: int | None,
    seconds: float,
    workers: int | None,
    with_masks: bool,
    as_json: bool,
) -> None:
    r"""Say whether the cameras of PLAN serve its purposes, and which of them are needed for that.

    The answer is always a part of what the plan has: nothing is added, moved or turned.

    \b
    Examples:
      overseen necessity plan.toml
      overseen necessity plan.toml --json > necessity.json
    """
    from overseen.cli.necessities import necessities, worded

    result = necessities(plan, draws=draws, seed=seed, seconds=seconds, workers=workers, with_masks=with_masks)
    if as_json:
        from overseen.report.export import purpose_record

        click.echo(json.dumps(purpose_record(result), indent=2, ensure_ascii=False))
    else:
        click.echo(worded(result))
