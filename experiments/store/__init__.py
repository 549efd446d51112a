"""The result folder of an experiment: written whole or not at all, by one writer, read at any time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from experiments.store.loading import StoredResults


def load(folder: str | Path) -> StoredResults:
    """Read a result folder, finished or not; another process may be writing to it.

    Args:
        folder: a result folder, such as ``outputs/policy_mixes-0a1b2c3d``.

    Returns:
        Data frames of the finished blocks, the manifest, and the state of every block.

    Raises:
        ConfigError: if the folder is no result folder, with advice on what may have been meant.
    """
    from experiments.store.loading import read_folder

    return read_folder(Path(folder))
