"""What `greenmill run --plan` tells against what the same run then takes: runs, time, memory, disk.

Run `python -m benchmarks.plan_accuracy [province=demo seeds=8 ...]`; without settings a sweep of the demo province and
one of Sichuan with four seeds. Memory is that of all processes of the run together, which needs Linux.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.measure import ROOT, machine

SWEEPS = (("province=demo", "seeds=8"), ("province=sichuan", "seeds=4"))
POLL = 0.05
"""Seconds between two looks at the processes."""

KILOBYTES_PER_MEGABYTE = 1024.0
MEGABYTE = 1e6


@dataclass(frozen=True)
class Takes:
    """What a run takes, as told or as measured."""

    runs: int
    seconds: float
    memory: float
    """MB of all processes together at their largest."""
    disk: float
    """MB of the result folder."""


def told(settings: Sequence[str]) -> Takes:
    """What the plan tells, in a process of its own as for a user."""
    command = [sys.executable, "-m", "benchmarks.plan_accuracy", "--tell", *settings]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return Takes(**json.loads(done.stdout))


def measured(settings: Sequence[str], folder: Path) -> Takes:
    """Run it and look at its processes.

    Args:
        settings: words of the run.
        folder: an empty folder for the results.

    Raises:
        RuntimeError: if the run fails.
    """
    began, peak = time.perf_counter(), 0.0
    command = [sys.executable, "-m", "experiments.cli", "run", *settings, f"output.root={folder}"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            peak = max(peak, sum(map(resident, family(process.pid))))
            time.sleep(POLL)
        seconds = time.perf_counter() - began
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    frames = list(folder.glob("*/runs/*.parquet"))
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / MEGABYTE
    return Takes(sum(map(_runs, frames)), seconds, peak, size)


def _runs(path: Path) -> int:
    """Policy runs of one block's file."""
    import pyarrow.parquet as pq

    return len(set(pq.read_table(path, columns=["policy"]).column("policy").to_pylist()))


def family(pid: int) -> Iterator[int]:
    """A process and all that come from it."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        children.setdefault(parent, []).append(int(entry.name))
    waiting = [pid]
    while waiting:
        yield (each := waiting.pop())
        waiting += children.get(each, [])


def resident(pid: int) -> float:
    """Resident size of a process, MB; 0 if it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    sizes = [float(line.split()[1]) for line in lines if line.startswith("VmRSS")]
    return sum(sizes) / KILOBYTES_PER_MEGABYTE


def report(settings: Sequence[str]) -> tuple[Takes, Takes]:
    """Measure one sweep and print told, real and the error of each."""
    print(f"What --plan tells against what is: {' '.join(settings)}")
    print(f"  {machine()}")
    plan = told(settings)
    with tempfile.TemporaryDirectory() as root:
        real = measured(settings, Path(root))
    for name, unit in (("runs", ""), ("seconds", "s"), ("memory", "MB"), ("disk", "MB")):
        one, other = (float(getattr(each, name)) for each in (plan, real))
        print(f"  {name:8} told {one:9,.1f} {unit:3} real {other:9,.1f} {unit:3} error {one / other - 1:+.0%}")
    return plan, real


def _tell(settings: Sequence[str]) -> Takes:
    """The estimate of this process."""
    from experiments.estimate import estimate
    from experiments.run import prepare

    with tempfile.TemporaryDirectory() as root:
        config = prepare([*settings, f"output.root={root}"]).config
        result = estimate(config, config.design.blocks)
    return Takes(result.runs, result.seconds, result.memory, result.disk)


def main(arguments: Sequence[str]) -> None:
    """Command line: settings of one sweep, or none."""
    if arguments[:1] == ["--tell"]:
        print(json.dumps(asdict(_tell(arguments[1:]))))
        return
    for sweep in [arguments] if arguments else SWEEPS:
        report(sweep)


if __name__ == "__main__":
    main(sys.argv[1:])
