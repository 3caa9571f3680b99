"""What every section of the plan file has in common: no key that is not known, no empty name."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, StringConstraints

Name = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]

CLOSED = ConfigDict(extra="forbid", populate_by_name=True)
