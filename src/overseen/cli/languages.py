"""The option that tells in which languages something is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from overseen.model.wording import ENGLISH


def _begun(context: click.Context, _parameter: click.Parameter, code: str) -> str:
    if code != ENGLISH:
        from overseen.errors import OutputError
        from overseen.report.languages import speaking_in

        try:
            context.with_resource(speaking_in(code))
        except OutputError as refused:
            raise click.BadParameter(str(refused)) from refused
    return code


def language_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the option ``--language``; what it writes is in that language."""
    return click.option(
        "--language",
        default=ENGLISH,
        show_default=True,
        expose_value=False,
        callback=_begun,
        help="Language of what is written, such as de or fa.",
    )(command)


def _checked(_context: click.Context, _parameter: click.Parameter, codes: tuple[str, ...]) -> tuple[str, ...]:
    from overseen.errors import OutputError
    from overseen.report.languages import check_language

    for code in codes:
        try:
            check_language(code)
        except OutputError as refused:
            raise click.BadParameter(str(refused)) from refused
    return codes


def _checked_or_english(context: click.Context, parameter: click.Parameter, codes: tuple[str, ...]) -> tuple[str, ...]:
    # What nobody asked for loads nothing.
    return _checked(context, parameter, codes) if codes else (ENGLISH,)


def languages_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the option ``--language``, which may be given again for each further language."""
    return click.option(
        "--language",
        "languages",
        multiple=True,
        callback=_checked_or_english,
        help="Language of what is written, such as de or fa; again for a further one beside it.  [default: en]",
    )(command)


def chosen_languages_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the option ``--language``; where it is not given, the languages are those of what is read."""
    return click.option(
        "--language",
        "languages",
        multiple=True,
        callback=_checked,
        help="Language of the pages, such as de or fa; again for a further one.  [default: those of the run's report]",
    )(command)
