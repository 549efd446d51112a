"""Types of settings that several groups share: strict, so that nothing is silently taken for something else."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field

Count = Annotated[int, Field(strict=True, ge=1)]
Name = Annotated[str, Field(strict=True, min_length=1)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
FORBID_EXTRA = ConfigDict(extra="forbid")
