"""Rule packs: the shipped ones and files of a user's own, held against the same description."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints, field_validator, model_validator

from overseen.errors import Fault, SourceError
from overseen.model.rules import Condition, ReadAs, Rule, RuleKind, RulePack
from overseen.sources.packs import pack_names
from overseen.sources.plan_section import CLOSED, Name
from overseen.sources.toml_file import checked_toml

FOLDER = "rules"

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]

CONDITIONS = ("at_most", "at_least", "more_than", "equals", "is_declared")


class _Rule(BaseModel):
    model_config = CLOSED

    id: Identifier
    test: Name
    kind: RuleKind
    reads: list[Name]
    citation: Name
    read_as: ReadAs | None = None
    at_most: float | None = None
    at_least: float | None = None
    more_than: float | None = None
    equals: Annotated[bool | str | None, Field(alias="is")] = None
    is_declared: bool | None = None
    is_judgement: bool = False
    needs: str = ""
    filled_by: str = ""
    choice: str = ""

    @field_validator("reads", mode="before")
    @classmethod
    def _several(cls, value: object) -> object:
        return [value] if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_question(self) -> _Rule:
        given = [name for name in CONDITIONS if getattr(self, name) is not None]
        if self.kind == "section":
            if given:
                raise ValueError("a section has no limit: it is answered by what it reads, or filled by somebody")
            if not self.filled_by:
                raise ValueError("a section says in filled_by who must fill what data cannot")
        elif len(given) != 1 or len(self.reads) != 1:
            raise ValueError(
                "a limit or a trigger reads one fact and has one of at_most, at_least, more_than, is, is_declared"
            )
        if self.is_declared is False:
            raise ValueError("is_declared is true or left out")
        return self

    def rule(self, read_as: ReadAs) -> Rule:
        """Return the rule; ``read_as`` is that of its pack."""
        given = {name: getattr(self, name) for name in CONDITIONS if getattr(self, name) is not None}
        condition = None
        for name, value in given.items():
            condition = Condition("is" if name == "equals" else name, value, self.is_judgement)  # type: ignore[arg-type]
        return Rule(self.id, self.test, self.kind, tuple(self.reads), condition, self.citation, self.read_as or read_as,
                    self.needs, self.filled_by, self.choice)  # fmt: skip


class _Pack(BaseModel):
    model_config = CLOSED

    name: Identifier
    title: Name
    jurisdiction: Name
    source: Name
    read_as: ReadAs
    chosen_by: str = ""
    rules: Annotated[list[_Rule], Field(min_length=1)]

    @model_validator(mode="after")
    def _names_once(self) -> _Pack:
        ids = [rule.id for rule in self.rules]
        again = sorted({name for name in ids if ids.count(name) > 1})
        if again:
            raise ValueError(f"rules are called {', '.join(again)} more than once")
        if any(rule.choice for rule in self.rules) != bool(self.chosen_by):
            raise ValueError("choice and chosen_by go together")
        return self

    def pack(self) -> RulePack:
        """Return the pack."""
        rules = tuple(rule.rule(self.read_as) for rule in self.rules)
        return RulePack(self.name, self.title, self.jurisdiction, self.source, self.read_as, rules, self.chosen_by)


def rule_pack_names() -> tuple[str, ...]:
    """Return the names of the shipped packs.

    Examples
    --------
    >>> "edpb-2019" in rule_pack_names()
    True
    """
    return pack_names(FOLDER)


def get_rule_pack(name: str) -> RulePack:
    """Return a shipped pack; KeyError if there is none of that name.

    Examples
    --------
    >>> get_rule_pack("eu-ai-act-27").rules[0].kind
    'section'
    """
    if name not in rule_pack_names():
        raise KeyError(name)
    with as_file(files("overseen.packs") / FOLDER / f"{name}.toml") as path:
        return read_rule_pack(path)


def read_rule_pack(path: Path) -> RulePack:
    """Return a pack from a file.

    Raises
    ------
    SourceError
        With every fault at once.
    """
    return checked_toml(path, _Pack).pack()


def is_own_pack(name: str) -> bool:
    """Return whether a name is that of a file rather than of a shipped pack."""
    return name.lower().endswith(".toml")


def read_rule_packs(names: Sequence[str], folder: Path) -> tuple[RulePack, ...]:
    """Return packs by name or by file beside the plan, each once.

    Raises
    ------
    SourceError
        With the faults of all files.
    """
    packs: dict[str, RulePack] = {}
    faults: list[Fault] = []
    for name in dict.fromkeys(names):
        try:
            pack = read_rule_pack(folder / name) if is_own_pack(name) else get_rule_pack(name)
        except SourceError as error:
            faults += error.faults
            continue
        packs.setdefault(pack.name, pack)
    if faults:
        raise SourceError(faults)
    return tuple(packs.values())
