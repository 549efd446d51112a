"""The environment a Dask worker has to be started in, so that runs are fast and give the same digits everywhere."""

from __future__ import annotations

TRIMMING = "MALLOC_TRIM_THRESHOLD_"
"""Dask sets it for its workers. glibc then gives every larger numpy temporary back to the system, and runs take about
twice as long. See https://distributed.dask.org/en/stable/worker-memory.html and mallopt(3)."""

ONE_THREAD = {"OMP_NUM_THREADS": 1, "MKL_NUM_THREADS": 1, "OPENBLAS_NUM_THREADS": 1}
"""Numeric libraries of a worker process: one thread, as many processes as cores."""

NANNY_VARIABLE = "DASK_DISTRIBUTED__NANNY__PRE_SPAWN_ENVIRON"
NANNY_ENVIRONMENT = f"{NANNY_VARIABLE}=\"{ {TRIMMING: None, **ONE_THREAD} }\""
"""Assignment for the shell that starts workers: Dask unsets a variable whose value is None."""
