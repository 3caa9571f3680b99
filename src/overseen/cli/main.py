"""The command ``overseen``: it only reads options, calls, and says what went wrong in one sentence each."""

from __future__ import annotations

import sys
from importlib.metadata import version

import click

from overseen.cli.assess import assess_command
from overseen.cli.check import check_command
from overseen.cli.compare import compare_command
from overseen.cli.fetch import fetch_command
from overseen.cli.imagine import imagine_command
from overseen.cli.instrument import instrument_command
from overseen.cli.necessity import necessity_command
from overseen.cli.profile import profile_command
from overseen.cli.publish import publish_command
from overseen.cli.route import route_command
from overseen.cli.rules import rules_command
from overseen.errors import InputError, OutputError, OverseenError, ServiceError

EXIT_CODES = """
Exit codes: 0 all is well; 1 an input has faults, each told in a sentence; 2 the command was used wrongly;
3 the output could not be written, and what stood there before is whole; 4 a service on the network could
not be reached; 130 interrupted. Those of `overseen check` are in its own help.
"""


@click.group(epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("overseen"), prog_name="overseen")
def overseen() -> None:
    """Turn a camera network into an accountable document.

    \b
    Examples:
      overseen assess --sample -o out/helsinki
      overseen assess plan.toml -o out
      overseen check cameras.csv
      overseen compare plan.toml rival.toml -o out
    """  # noqa: D301 - click wants the sign itself


overseen.add_command(assess_command)
overseen.add_command(check_command)
overseen.add_command(imagine_command)
overseen.add_command(fetch_command)
overseen.add_command(profile_command)
overseen.add_command(compare_command)
overseen.add_command(publish_command)
overseen.add_command(route_command)
overseen.add_command(rules_command)
overseen.add_command(necessity_command)
overseen.add_command(instrument_command)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    try:
        overseen.main(arguments, standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted; earlier output is untouched.", err=True)
        sys.exit(130)
    except OverseenError as error:
        _tell(error)
        sys.exit(_code(error))


def _code(error: OverseenError) -> int:
    if isinstance(error, ServiceError):
        return 4
    return 3 if isinstance(error, OutputError) else 1


def _tell(error: OverseenError) -> None:
    if isinstance(error, InputError):
        for fault in error.faults:
            click.echo(str(fault), err=True)
        return
    click.echo(f"{error}.", err=True)
