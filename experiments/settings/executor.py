"""Where blocks are computed: the settings of every kind of executor, and what is wrong with them."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from typing import Literal

from experiments.settings.strict_types import FORBID_EXTRA, Count, Name
from sim.errors import Problem


@dataclass(frozen=True)
class ExecutorConfig:
    """Where seed blocks are computed. What a kind does not use stays at its default.

    Attributes:
        kind: in this process, in processes of this machine, on a Dask cluster, in Slurm jobs.
        workers: local, dask: processes on this machine; None: one a core.
        address: dask: a scheduler that runs already; None: a cluster of this machine's processes.
        cores: slurm: cores, and so workers, of a job.
        memory: slurm: memory of a job, such as ``16GB``.
        walltime: slurm: longest duration of a job, ``HH:MM:SS``.
        jobs: slurm: number of jobs.
        queue: slurm: partition.
        account: slurm: account to charge.
        interface: slurm: network interface by which workers reach this machine.
        python: slurm: interpreter on the compute nodes; None: the one that runs this.
        prologue: slurm: shell lines before the workers start.
        directives: slurm: further ``#SBATCH`` options.
    """

    __pydantic_config__ = FORBID_EXTRA
    kind: Literal["serial", "local", "dask", "slurm"] = "local"
    workers: Count | None = None
    address: Name | None = None
    cores: Count | None = None
    memory: Name | None = None
    walltime: Name | None = None
    jobs: Count | None = None
    queue: Name | None = None
    account: Name | None = None
    interface: Name | None = None
    python: Name | None = None
    prologue: tuple[Name, ...] = ()
    directives: tuple[Name, ...] = ()


_EXECUTOR_SETTINGS = {
    "serial": ("workers",),
    "local": ("workers",),
    "dask": ("workers", "address"),
    "slurm": (
        "cores", "memory", "walltime", "jobs", "queue", "account", "interface", "python", "prologue", "directives"
    ),
}  # fmt: skip
"""What each kind of executor can be told."""

_EXECUTOR_PATTERNS = {
    "address": (r"[a-z]+://\S+:\d+", "an address such as tcp://10.0.0.5:8786 is needed"),
    "memory": (r"\d+(\.\d+)? ?[kMGT]i?B", "an amount such as 16GB is needed"),
    "walltime": (r"(\d+-)?\d{1,2}:\d{2}:\d{2}", "a duration HH:MM:SS such as 02:00:00 is needed, in quotes in a file"),
}
"""How settings that are text have to look."""


def executor_setting_problems(executor: ExecutorConfig) -> list[Problem]:
    """Settings of another kind of executor, settings that are missing, and text that is not what it should be."""
    problems = []
    for name in (each.name for each in dataclasses.fields(executor) if each.name != "kind"):
        value = getattr(executor, name)
        key, own = f"executor.{name}", name in _EXECUTOR_SETTINGS[executor.kind]
        if value and not own:
            kinds = " or ".join(f"executor={kind}" for kind, names in _EXECUTOR_SETTINGS.items() if name in names)
            problems.append(Problem("", key, value, f"is a setting of {kinds}, not of executor={executor.kind}"))
        elif value and name in _EXECUTOR_PATTERNS:
            pattern, text = _EXECUTOR_PATTERNS[name]
            problems += [] if re.fullmatch(pattern, value) else [Problem("", key, value, text)]
        elif own and value is None and name in ("cores", "memory", "walltime", "jobs"):
            problems.append(Problem("", key, None, "has to be given"))
    if executor.kind == "serial" and executor.workers not in (None, 1):
        text = "executor=serial has one worker; choose executor=local for more"
        problems.append(Problem("", "executor.workers", executor.workers, text))
    if executor.address and executor.workers:
        text = "a scheduler has the workers it has; leave executor.workers or executor.address out"
        problems.append(Problem("", "executor.workers", executor.workers, text))
    return problems
