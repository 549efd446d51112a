"""Time and memory of a piece of work, measured alike by every benchmark."""

from __future__ import annotations

import gc
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

from experiments.peak_memory import peak_memory as peak_memory

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[1]


class Seconds(NamedTuple):
    """Elapsed time and the processor time of this process: equal on an idle machine."""

    wall: float
    processor: float


def timed(work: Callable[[], T]) -> tuple[Seconds, T]:
    """Run something once, after collecting garbage; the collector stays on, as in ordinary use."""
    gc.collect()
    wall, processor = time.perf_counter(), time.process_time()
    result = work()
    return Seconds(time.perf_counter() - wall, time.process_time() - processor), result


class Summary(NamedTuple):
    """Smallest and median of several measurements, seconds; `wall` is the median of the elapsed times."""

    minimum: float
    median: float
    wall: float

    @classmethod
    def of(cls, measurements: Sequence[Seconds]) -> Summary:
        """Summarise processor times, with the median elapsed time beside them."""
        processor = [each.processor for each in measurements]
        wall = statistics.median(each.wall for each in measurements)
        return cls(min(processor), statistics.median(processor), wall)

    def __str__(self) -> str:
        return f"min {self.minimum:8.3f}  median {self.median:8.3f}  elapsed {self.wall:8.3f}"


def memory_of(work: str, province: str, policy: str, seed: int) -> float:
    """Peak memory of one piece of work in a process of its own, MB (see `benchmarks.memory`)."""
    command = [sys.executable, "-m", "benchmarks.memory", work, province, policy, str(seed)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return float(done.stdout)


def machine() -> str:
    """Python, processor count and load, for the head of a report."""
    load = os.getloadavg()[0]
    return f"Python {platform.python_version()}, {os.cpu_count()} processors, load {load:.1f}, one thread"
