"""``overseen profile``: the view models that a plan may be run under."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.group("profile")
def profile_command() -> None:
    r"""List the view models that a plan may be run under, or show one.

    \b
    Examples:
      overseen profile list
      overseen profile show new-york-disc --json
    """


@profile_command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
def list_command(as_json: bool) -> None:
    r"""List the profiles with their titles and how far their sources were read.

    \b
    Examples:
      overseen profile list
    """
    from overseen.cli.profiles import listed, listed_words

    rows = listed()
    click.echo(json.dumps(rows, indent=2, ensure_ascii=False) if as_json else listed_words(rows))


@profile_command.command("show")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
def show_command(name: str, as_json: bool) -> None:
    r"""Show what the profile NAME gives each kind of camera to see, its source, and what it leaves out.

    NAME is a shipped profile or a TOML file of your own.

    \b
    Examples:
      overseen profile show trames
      overseen profile show own.toml --json
    """
    from overseen.cli.profiles import shown, shown_words

    profile = shown(name, Path())
    click.echo(json.dumps(profile.as_data(), indent=2, ensure_ascii=False) if as_json else shown_words(profile))
