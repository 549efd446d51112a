"""How much memory this process has needed so far. Imports nothing heavy: what is measured is not to grow by it."""

from __future__ import annotations

import sys
from pathlib import Path

KILOBYTES_PER_MEGABYTE = 1024.0


def peak_memory() -> float:
    """Largest resident size of this process so far, MB.

    Linux: `VmHWM`, which starts anew with the programme; `ru_maxrss` would inherit the parent's size across fork.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return float(line.split()[1]) / KILOBYTES_PER_MEGABYTE
    import resource  # POSIX only

    unit = KILOBYTES_PER_MEGABYTE**2 if sys.platform == "darwin" else KILOBYTES_PER_MEGABYTE
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
