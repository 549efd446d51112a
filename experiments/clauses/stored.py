"""Measured effects of the clauses, kept with the province pack: a table, and where it comes from.

``python -m experiments.clauses.effects`` measures them anew; `greenmill explain clauses` and docs/clauses.md show them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from configs import CONFIG_ROOT
from experiments.clauses.effects import COLUMNS, FILE
from experiments.settings.config import ExperimentConfig
from experiments.store.folder import MANIFEST
from experiments.store.whole_files import write_csv, write_whole
from sim.errors import ConfigError, Problem, shown_path
from sim.inputs.province import Province

FOLDER = "measured"
"""Folder of a province pack that holds measured tables."""

PROVENANCE = "clause_effects.yaml"
"""Where the table comes from: written with it, and read with it."""

DIGITS = 6
"""Significant digits kept."""

ORIGIN: Mapping[str, str] = {
    "en": "province {province}, {seeds} seeds, uncertainty {uncertainty}, to {end}, fingerprint {short}",
    "zh": "省份{province}，{seeds}个种子，不确定性{uncertainty}，至{end}，指纹{short}",
}

FREE = ("seeds", "first_seed", "executor", "output", "figures", "lang", "name", "analyses")
"""Settings with which a stored measurement may differ from the default ones."""


@dataclass(frozen=True)
class StoredEffects:
    """Effects of switching clauses off, and where they come from.

    Attributes:
        effects: columns `experiments.clauses.effects.COLUMNS`.
        provenance: experiment, fingerprint, code (checksum), greenmill (version), province, scenario, behaviour,
            uncertainty, end, seeds, first_seed.
    """

    effects: pd.DataFrame
    provenance: Mapping[str, Any]

    def of(self, clause: str) -> pd.DataFrame:
        """Rows of one clause: its own indicator, then the outcome targets."""
        return self.effects[self.effects["clause"] == clause]

    def origin(self, lang: str) -> str:
        """Where the numbers come from, in one line."""
        return ORIGIN[lang].format(**self.provenance, short=str(self.provenance["fingerprint"])[:8])


def load_effects(province: Province) -> StoredEffects | None:
    """The effects kept with a province pack, None if nothing was measured.

    Raises:
        ConfigError: if the files do not hold what they should.
    """
    folder = province.folder / FOLDER
    table, origin = folder / FILE, folder / PROVENANCE
    if not table.exists() or not origin.exists():
        return None
    effects = pd.read_csv(table, dtype={"clause": str, "name": str, "unit": str})
    if tuple(effects.columns) != COLUMNS:
        text = f"does not have the columns {', '.join(COLUMNS)}; python -m experiments.clauses.effects writes it anew"
        raise ConfigError([Problem(shown_path(table), "", None, text)])
    return StoredEffects(effects, yaml.safe_load(origin.read_text(encoding="utf-8")))


def keep_effects(results: Path, folder: Path) -> list[Path]:
    """Keep the effects of a finished experiment on the clauses.

    Args:
        results: its result folder.
        folder: folder of the province pack.

    Returns:
        The table and its provenance, both written.
    """
    manifest = json.loads((results / MANIFEST).read_text(encoding="utf-8"))
    settings, code = manifest["settings"], manifest["code"]
    plain = ("province", "uncertainty", "end", "seeds", "first_seed")
    provenance = {
        "experiment": manifest["experiment"], "fingerprint": manifest["fingerprint"], "code": code["sha256"],
        "greenmill": code["greenmill"], **{name: settings[name] for name in plain},
        **{name: list(settings[name]) for name in ("scenario", "behaviour")},
    }
    effects = pd.read_csv(results / FILE)
    for name in ("difference", "low", "high"):
        effects[name] = [float(f"{value:.{DIGITS}g}") for value in effects[name]]
    text = "# Written by python -m experiments.clauses.effects beside the table; do not edit.\n"
    text += yaml.safe_dump(provenance, sort_keys=False, allow_unicode=True)
    origin = folder / FOLDER / PROVENANCE
    table = write_csv(folder / FOLDER / FILE, effects)
    write_whole(origin, lambda path: path.write_text(text, encoding="utf-8"))
    return [table, origin]


def update(arguments: Sequence[str]) -> list[str]:
    """Keep the results of `experiment=clauses` with these settings, and write docs/clauses.md anew where it is.

    Args:
        arguments: the settings; the experiment has to be finished.

    Returns:
        What was written, or why nothing was, in lines to be printed.
    """
    from experiments.clauses.document import write_document
    from experiments.run import prepare
    from sim.preparation import load_inputs

    experiment, plain = prepare(arguments), prepare(["experiment=clauses"])
    if other := objections(experiment.config, plain.config):
        return [f"not kept with the province pack: {', '.join(other)} differ from the default settings"]
    inputs = load_inputs(experiment.config.province)
    written = keep_effects(experiment.folder, inputs.province.folder)
    stored, page = load_effects(inputs.province), CONFIG_ROOT.parent / "docs" / "clauses.md"
    if stored and page.exists():
        written.append(write_document(page, stored, inputs.clauses))
    return [f"written: {shown_path(path)}" for path in written]


def objections(config: ExperimentConfig, plain: ExperimentConfig) -> list[str]:
    """Settings with which an experiment is not the measurement that is kept: the seeds alone may differ.

    Args:
        config: the configuration of the experiment.
        plain: that of the experiment on the clauses without any settings.
    """
    names = (each.name for each in fields(config) if each.name not in FREE)
    return [name for name in names if getattr(config, name) != getattr(plain, name)]
