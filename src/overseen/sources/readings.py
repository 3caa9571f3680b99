"""The account of a reading: what each row gave of each attribute, and what was odd, counted as it is met."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from overseen.model.provenance import Notice, Reading

MOST_REASONS = 12
"""So many reasons are told apart for one attribute; a column of free text would have thousands."""

OTHER_REASONS = "other reasons, each of fewer values"

LONGEST_EXAMPLE = 60
"""A text longer than this is no value of an attribute, and is not quoted."""


@dataclass(slots=True)
class _Account:
    """One attribute: its counts over the rows."""

    origins: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    read: int = 0
    refused: int = 0
    values_read: int = 0
    values_empty: int = 0


@dataclass(slots=True)
class Tally:
    """Readings and notices of one file.

    Parameters
    ----------
    file
        What messages call it.
    is_private
        Whether a text may hold what must reach no output; such a text is never quoted.
    """

    file: str
    is_private: Callable[[str], bool]
    _accounts: dict[str, _Account] = field(default_factory=dict)
    _notices: dict[str, Notice] = field(default_factory=dict)

    def note(self, kind: str, source: str, consequence: str, *, text: str = "") -> None:
        """Count an oddity of the row ``source``; ``text`` is quoted in the example where it may be."""
        before = self._notices.get(kind)
        if before is None:
            example = f"{source}: {self.quoted(text)}" if self.quoted(text) else source
            before = Notice(self.file, kind, 0, example, consequence)
        self._notices[kind] = replace(before, count=before.count + 1)

    def quoted(self, text: str) -> str:
        """Return a text as it may be shown, empty if it may not."""
        text = " ".join(text.split())
        return text if len(text) <= LONGEST_EXAMPLE and not self.is_private(text) else ""

    def take(self, attribute: str, origin: str, *, read: int = 0, refused: Sequence[str] = (), empty: int = 0) -> None:
        """Count what one row gave of an attribute: values read, the reasons of those refused, empty values.

        A row that says nothing of it is not counted here, nor is one of empty values alone but for those.
        """
        account = self._accounts.setdefault(attribute, _Account())
        account.values_read += read
        account.values_empty += empty
        account.reasons.update(refused)
        account.read += read > 0
        account.refused += read == 0 and len(refused) > 0
        account.origins[origin] += 1

    def notices(self) -> tuple[Notice, ...]:
        """Return one notice per oddity, in the order met."""
        return tuple(self._notices.values())

    def readings(self, attributes: Sequence[str], cameras: int) -> tuple[Reading, ...]:
        """Return one reading per attribute for a file of so many cameras, also where no camera says anything."""
        found = []
        for attribute in attributes:
            account = self._accounts.get(attribute, _Account())
            found.append(
                Reading(
                    self.file,
                    attribute,
                    "; ".join(name for name, _ in _most_frequent(account.origins)),
                    account.read,
                    account.refused,
                    cameras - account.read - account.refused,
                    account.values_read,
                    account.reasons.total(),
                    account.values_empty,
                    _told_apart(account.reasons),
                )
            )
        return tuple(found)


def _told_apart(reasons: Counter[str]) -> tuple[tuple[str, int], ...]:
    """Return the most frequent reasons, and all others as one."""
    ordered = _most_frequent(reasons)
    rest = sum(count for _, count in ordered[MOST_REASONS:])
    return ordered[:MOST_REASONS] + (((OTHER_REASONS, rest),) if rest else ())


def _most_frequent(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    """Return the counts, largest first, whatever the order in which the rows came."""
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
