"""``overseen publish``: from a finished run to a site."""

from __future__ import annotations

from pathlib import Path

import click

from overseen.cli.languages import chosen_languages_option


@click.command("publish")
@click.argument("run", type=click.Path(path_type=Path))
@click.argument("site", type=click.Path(path_type=Path))
@chosen_languages_option
@click.option("--quiet", is_flag=True, help="Say nothing but errors.")
def publish_command(run: Path, site: Path, languages: tuple[str, ...], quiet: bool) -> None:
    r"""Write the finished run in the folder RUN as a site of pages into the folder SITE.

    The site holds the report, a page for each named street and each area, a search that works offline, the tables and
    the licences. Any web host serves it, and it opens from a disk: begin with its index.html. It is in every language that
    the run's report is in, unless languages are named: the first at its root, each other in a folder of its own.

    \b
    Examples:
      overseen publish out site
      overseen publish out site --language de --language en
    """
    from overseen.report.site import publish

    files = publish(run, site, languages=languages)
    if not quiet:
        pages = sum(path.suffix == ".html" for path in files)
        click.echo(f"{pages:,} pages and {len(files) - pages:,} other files. Begin with {site / 'index.html'}")
