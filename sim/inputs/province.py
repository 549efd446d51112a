"""The province pack: tables, schema, sources and parameters of one province, loaded and checked as a whole.

`load_province` reads ``province.yaml`` and every table it names, checks checksums, cells, keys, references
between tables and accounting identities, and raises one `ConfigError` that lists everything wrong. From the
command line, ``python -m sim.inputs.province sichuan`` checks a pack; ``--update-checksums`` accepts edited tables.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from agents.carriers import CARRIERS
from configs import CONFIG_ROOT
from sim.errors import ConfigError, Problem, nearest_name, shown_path
from sim.inputs.province_checks import cross_check
from sim.inputs.sources import source_ids
from sim.inputs.table_schema import Table, head_problems, parse_schema
from sim.inputs.tables import check_foreign_keys, checksum, read_table, update_checksums
from sim.inputs.yaml_files import read_yaml

PROVINCE_ROOT: Path = CONFIG_ROOT / "province"
TABLES = (
    "sources",
    "sectors",
    "prefectures",
    "firm_counts",
    "size_classes",
    "heterogeneity",
    "subtypes",
    "carriers",
    "measures",
    "power_balance",
    "hydrology",
    "plants",
    "growth",
    "demand_sectors",
    "chains",
    "carbon_prices",
    "targets",
    "waste_streams",
    "clauses",
)
"""Tables a pack consists of."""
_PACK_KEYS = ("name", "firms", "tables")
_VIEW_KEYS = ("name", "firms", "base")


@dataclass(frozen=True, eq=False)
class Province:
    """A province pack in memory. Tables are shared by everybody who loads the pack: copy before changing one.

    Each table has the columns of its schema in ``province.yaml`` (units there), the rows of its CSV in order,
    and a plain index. Text that is empty is ``""``, an empty number NaN, a flag is bool.
    """

    name: str
    name_zh: str
    name_en: str
    firms: int
    """Firms of the synthetic population: all above-scale manufacturers, or the size of a stratified draw."""
    folder: Path
    """Folder that holds tables, parameters and sources (for a smaller view of a province, that of its base)."""
    checksums: Mapping[str, str]
    """SHA-256 of each table, by table name."""
    schema: Mapping[str, Table]
    sources: pd.DataFrame
    sectors: pd.DataFrame
    prefectures: pd.DataFrame
    firm_counts: NDArray[np.int64]
    """(sectors, prefectures): above-scale firms at the end of 2025, in the order of the two tables."""
    size_classes: pd.DataFrame
    heterogeneity: pd.DataFrame
    subtypes: pd.DataFrame
    carriers: pd.DataFrame
    measures: pd.DataFrame
    power_balance: pd.DataFrame
    hydrology: pd.DataFrame
    plants: pd.DataFrame
    growth: pd.DataFrame
    demand_sectors: pd.DataFrame
    chains: pd.DataFrame
    carbon_prices: pd.DataFrame
    targets: pd.DataFrame
    waste_streams: pd.DataFrame
    clauses: pd.DataFrame

    def fuel_co2_factors(self) -> NDArray[np.float64]:
        """Direct emission factors, (sectors, 6) in the order of `CARRIERS`, tCO2/tce; electricity is zero."""
        by_carrier = (
            self.carriers.set_index("carrier")["co2_factor"].reindex(list(CARRIERS)).to_numpy(np.float64)
        )
        factors = np.tile(by_carrier, (len(self.sectors), 1))
        factors[:, CARRIERS.index("process_gas")] = self.sectors["co2_factor_process_gas"]
        return factors


_cache: dict[tuple[str, Path, str, str], Province] = {}


def load_province(name: str = "sichuan", folder: Path | None = None) -> Province:
    """Load and check a province pack; the result is kept for the process until a file of the pack changes.

    Args:
        name: a folder of ``configs/province``: ``sichuan``, or ``demo`` (500 firms of the same tables).
        folder: folder of a pack elsewhere; then `name` is only its label.

    Raises:
        ConfigError: lists everything that is wrong with the pack; an unknown name comes with the nearest one.
    """
    if folder is None:
        folder = PROVINCE_ROOT / name
        names = sorted(path.parent.name for path in PROVINCE_ROOT.glob("*/province.yaml"))
        if name not in names:
            text = f"unknown province; there are {', '.join(names)}"
            raise ConfigError([Problem("province", name, None, text, nearest_name(name, names))])
    problems: list[Problem] = []
    raw = read_yaml(folder / "province.yaml", problems)
    if raw is None:
        raise ConfigError(problems)
    view, home = raw, folder
    if "base" in raw:
        home = _base_folder(folder, str(raw["base"]))
        raw = read_yaml(home / "province.yaml", problems)
        if raw is None:
            raise ConfigError(problems)
    stamp = (name, folder.resolve(), _stamp(folder), _stamp(home))
    if stamp not in _cache:
        _cache[stamp] = _load(name, folder, view, home, raw)
    return _cache[stamp]


def pack_folder(name: str) -> Path:
    """Folder that holds tables and parameters of a province, as far as that can be told of a faulty pack."""
    folder = PROVINCE_ROOT / name
    raw = read_yaml(folder / "province.yaml", []) or {}
    return _base_folder(folder, str(raw["base"])) if "base" in raw else folder


def _base_folder(folder: Path, base: str) -> Path:
    """Folder of the pack a view is drawn from: beside it, or the one that ships with GreenMill."""
    beside = folder.parent / base
    return beside if beside.is_dir() else PROVINCE_ROOT / base


def _stamp(folder: Path) -> str:
    """Fingerprint of the files a pack consists of, parameters aside."""
    digest = hashlib.sha256()
    for file in sorted([*folder.glob("*.yaml"), *folder.glob("*.csv"), *folder.glob("tables/*.csv")]):
        readable = file.is_file() and os.access(file, os.R_OK)
        digest.update(file.name.encode() + b"\0" + (file.read_bytes() if readable else b""))
    return digest.hexdigest()


def _load(name: str, folder: Path, view: Mapping[str, Any], home: Path, raw: Mapping[str, Any]) -> Province:
    """Read and check all tables; raises ConfigError with every problem."""
    file = shown_path(home / "province.yaml")
    problems = head_problems(file, raw, _PACK_KEYS)
    if view is not raw:
        shown = shown_path(folder / "province.yaml")
        problems += head_problems(shown, view, _VIEW_KEYS)
        if not problems and view["firms"] > raw["firms"]:
            problems.append(Problem(shown, "firms", view["firms"], f"{home.name} has {raw['firms']} firms"))
    known = source_ids(home / "sources.csv")
    schema = parse_schema(raw.get("tables"), file, TABLES, known, problems)
    read = {table: read_table(home, spec, known, problems) for table, spec in schema.items()}
    frames = {table: frame for table, frame in read.items() if frame is not None}
    check_foreign_keys(home, schema, frames, problems)
    faulty = {problem.file for problem in problems}
    sound = {table: f for table, f in frames.items() if shown_path(home / schema[table].file) not in faulty}
    problems += cross_check(home, schema, sound, raw.get("firms"))
    sums = {table: checksum(home / schema[table].file) for table in frames}
    problems += [_changed(home, schema[table]) for table, sha in sums.items() if sha != schema[table].sha256]
    if problems:
        raise ConfigError(problems)
    counts = frames.pop("firm_counts").drop(columns="sector_code").to_numpy(dtype=np.int64)
    return Province(
        name=name,
        name_zh=view["name"]["zh"],
        name_en=view["name"]["en"],
        firms=int(view["firms"]),
        folder=home,
        checksums=sums,
        schema=schema,
        firm_counts=counts,
        **frames,
    )


def _changed(folder: Path, table: Table) -> Problem:
    """The problem of a table that is not the one whose checksum the pack states."""
    pack = folder.name if folder.parent == PROVINCE_ROOT else folder.as_posix()
    return Problem(
        shown_path(folder / table.file),
        "",
        None,
        f"the table was changed; if that is meant, run python -m sim.inputs.province --update-checksums {pack}",
    )


def accept_tables(folder: Path) -> list[str]:
    """Write the present checksums of a pack's tables into its ``province.yaml``; returns the changed files.

    Raises:
        ConfigError: if ``province.yaml`` is wrong or names a file that is missing.
    """
    problems: list[Problem] = []
    raw = read_yaml(folder / "province.yaml", problems) or {}
    known = source_ids(folder / "sources.csv")
    schema = parse_schema(raw.get("tables"), shown_path(folder / "province.yaml"), TABLES, known, problems)
    changed = [] if problems else update_checksums(folder, schema, problems)
    if problems:
        raise ConfigError(problems)
    return changed


def main(arguments: Sequence[str] | None = None) -> int:
    """Check a pack, or accept its edited tables; returns the exit code (2 if something is wrong)."""
    parser = argparse.ArgumentParser(prog="python -m sim.inputs.province", description="Check a province pack.")
    parser.add_argument("province", nargs="?", default="sichuan", help="name of the pack, or its folder")
    parser.add_argument("--update-checksums", action="store_true", help="accept the tables as they are now")
    options = parser.parse_args(arguments)
    path = Path(options.province)
    folder = path if (path / "province.yaml").is_file() else None
    try:
        if options.update_checksums:
            changed = accept_tables(folder or PROVINCE_ROOT / options.province)
            sys.stdout.write("".join(f"{file}: new checksum\n" for file in changed) or "nothing to update\n")
        province = load_province(path.name, folder)
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    size = f"{len(province.schema)} tables, {province.firms} firms"
    sys.stdout.write(f"{province.name_en} ({province.name_zh}): {size}, in order\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
