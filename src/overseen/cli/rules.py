"""``overseen rules``: which rule packs ship, and what stands in one."""

from __future__ import annotations

from pathlib import Path

import click


@click.group("rules")
def rules_command() -> None:
    r"""List rule packs, and show the tests of one.

    A pack is data: each test reads one fact and states its limit and where it is from. A file of your own is one, too.

    \b
    Examples:
      overseen rules list
      overseen rules show edpb-2019
      overseen rules show ours.toml
    """


@rules_command.command("list")
def list_command() -> None:
    r"""Name the packs that ship.

    \b
    Examples:
      overseen rules list
    """
    from overseen.cli.rule_words import listed

    click.echo(listed())


@rules_command.command("show")
@click.argument("pack")
def show_command(pack: str) -> None:
    r"""Show the tests of PACK, a name or a TOML file.

    \b
    Examples:
      overseen rules show national-retention
    """
    from overseen.cli.rule_words import shown
    from overseen.sources.rule_packs import get_rule_pack, is_own_pack, read_rule_pack, rule_pack_names

    if is_own_pack(pack):
        if not Path(pack).is_file():
            raise click.UsageError(f"There is no file {pack!r}.")
        click.echo(shown(read_rule_pack(Path(pack))))
        return
    if pack not in rule_pack_names():
        raise click.UsageError(f"No pack is called {pack!r}; known are {', '.join(rule_pack_names())}.")
    click.echo(shown(get_rule_pack(pack)))
