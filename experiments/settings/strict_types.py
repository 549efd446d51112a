"""Types of settings that several groups share: strict, so that nothing is silently taken for something else."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field

Count = Annotated[int, Field(strict=True, ge=1)]
Seed = Annotated[int, Field(strict=True, ge=1, le=1_000_000_000)]
SeedCount = Annotated[int, Field(strict=True, ge=1, le=1_000_000)]
Name = Annotated[str, Field(strict=True, min_length=1)]
FolderName = Annotated[str, Field(strict=True, pattern=r"^[^\s./\\\x00-\x1f][^/\\\x00-\x1f]{0,99}$")]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
FORBID_EXTRA = ConfigDict(extra="forbid")
