"""A TOML file held against a description of its keys: every fault at once, an unknown key with the nearest known one."""

from __future__ import annotations

import difflib
import tomllib
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from overseen.errors import Fault, InputError, SourceError

ModelT = TypeVar("ModelT", bound=BaseModel)


def checked_toml(path: Path, model: type[ModelT], *, error: type[InputError] = SourceError) -> ModelT:
    """Return the content of a TOML file as ``model`` describes it.

    Raises
    ------
    InputError
        Of the kind ``error``, with every fault at once, if it is no TOML or a key or value is not as described.
    """
    return checked_content(parsed_toml(path, error=error), model, file=path.name, error=error)


def parsed_toml(path: Path, *, error: type[InputError] = SourceError) -> dict[str, Any]:
    """Return what a TOML file holds; InputError of the kind ``error`` if it is none."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as reason:
        raise error([Fault(path.name, "", f"it is no TOML ({reason})", "correct the place named")]) from reason


def checked_content(
    raw: dict[str, Any], model: type[ModelT], *, file: str, within: str = "", error: type[InputError] = SourceError
) -> ModelT:
    """Return parsed content as ``model`` describes it; ``within`` is the part of the file that faults lie in."""
    try:
        return model.model_validate(raw)
    except ValidationError as reason:
        raise error([_fault(file, dict(problem), model, within) for problem in reason.errors()]) from reason


def _fault(file: str, problem: dict[str, Any], model: type[BaseModel], within: str) -> Fault:
    where = within + ".".join(
        str(part) for part in problem["loc"] if not str(part).startswith(("list[", "constrained-str", "str"))
    )
    match problem["type"]:
        case "extra_forbidden":
            known = _known_keys(problem["loc"][:-1], model)
            near = difflib.get_close_matches(str(problem["loc"][-1]), known, n=1, cutoff=0.5)
            remedy = f"did you mean {near[0]!r}?" if near else f"known here: {', '.join(known) or 'nothing'}"
            return Fault(file, where, "there is no such key", remedy)
        case "missing":
            return Fault(file, where, "it is missing", "add it")
        case _:
            text = str(problem["msg"]).removeprefix("Value error, ")
            return Fault(file, where, f"{problem['input']!r} does not fit", text[:1].lower() + text[1:])


def _known_keys(location: tuple[int | str, ...], model: type[BaseModel]) -> list[str]:
    """Return the keys that the section at a location understands."""
    for part in location:
        if isinstance(part, str) and part in model.model_fields:
            model = _section_of(model.model_fields[part].annotation) or model
        elif isinstance(part, str):
            by_alias = [f for f in model.model_fields.values() if f.alias == part]
            model = (_section_of(by_alias[0].annotation) if by_alias else None) or model
    return sorted(field.alias or name for name, field in model.model_fields.items())


def _section_of(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        found = _section_of(inner)
        if found is not None:
            return found
    return None
