"""Rule packs as text for a terminal."""

from __future__ import annotations

from overseen.assessment.rules import condition_words
from overseen.model.rules import READ_AS_WORDS, Rule, RulePack
from overseen.sources.rule_packs import get_rule_pack, rule_pack_names


def listed() -> str:
    """Return the shipped packs, one a line."""
    packs = [get_rule_pack(name) for name in rule_pack_names()]
    width = max(len(pack.name) for pack in packs)
    return "\n".join(f"{pack.name:<{width}}  {len(pack.rules):>2} tests  {pack.title}" for pack in packs)


def shown(pack: RulePack) -> str:
    """Return a pack with all of its tests."""
    lines = [
        f"{pack.name}: {pack.title}",
        f"  {pack.jurisdiction}. Read: {pack.source}; {READ_AS_WORDS[pack.read_as]}.",
    ]
    if pack.chosen_by:
        lines.append(f"  {pack.chosen_by} tells which tests apply.")
    for rule in pack.rules:
        lines += _rule_lines(rule)
    lines.append("Every answer is an answer to the stated test, never a verdict on law.")
    return "\n".join(lines)


def _rule_lines(rule: Rule) -> list[str]:
    choice = f" ({rule.choice})" if rule.choice else ""
    limit = "" if rule.condition is None else f", {condition_words(rule.condition)}"
    lines = [f"{rule.rule_id}{choice}: {rule.test}", f"  {rule.kind}: reads {', '.join(rule.reads)}{limit}"]
    lines.append(f"  from {rule.citation}; {READ_AS_WORDS[rule.read_as]}")
    return [*lines, f"  where data cannot tell: {rule.filled_by}"] if rule.filled_by else lines
