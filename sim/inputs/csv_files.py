"""Reading CSV files: what cannot be opened or is no such text becomes a problem, never a traceback."""

from __future__ import annotations

import csv
from pathlib import Path

from sim.errors import Problem, shown_path
from sim.inputs.yaml_files import unreadable


def read_rows(path: Path, problems: list[Problem]) -> list[list[str]]:
    """Cells of a CSV file in UTF-8, with or without the mark that Excel puts in front.

    Args:
        path: the file.
        problems: what is wrong is added here: a missing file, one that cannot be read, no CSV.

    Returns:
        The rows with the header first; empty if there is a problem.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return list(csv.reader(lines))
    except OSError as error:
        problems.append(unreadable(path, error))
    except UnicodeDecodeError:
        problems.append(Problem(shown_path(path), "", None, "the file is not UTF-8 text (in Excel: CSV UTF-8)"))
    except csv.Error as error:
        problems.append(Problem(shown_path(path), "", None, f"broken CSV: {error}"))
    return []
