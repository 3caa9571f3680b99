"""``overseen check``: what is in my files, what was odd, what will be assumed."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.command("check")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--sample", is_flag=True, help="Check the embedded sample.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
def check_command(file: Path | None, sample: bool, as_json: bool) -> None:
    r"""Say what FILE (a plan, or a camera list by itself) holds, what was odd in it and what will be assumed.

    Nothing is computed and nothing is written.

    \b
    Examples:
      overseen check plan.toml
      overseen check cameras.csv --json
    """
    if (file is None) != sample:
        raise click.UsageError("Give a file, or --sample, and not both.")
    from overseen.cli.checked import checked, worded

    result = checked(file)
    click.echo(json.dumps(result, indent=2, ensure_ascii=False) if as_json else worded(result))
