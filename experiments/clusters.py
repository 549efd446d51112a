"""Dask clusters to compute on: made on this machine for one run, joined at an address, or asked of Slurm.

Dask, distributed and dask-jobqueue come with ``pip install greenmill[cluster]``; nothing here is imported before a
run asks for such an executor.
"""

from __future__ import annotations

import logging
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import dask
from distributed import Client, LocalCluster

from experiments.dask_backend import ClusterError
from experiments.executors import worker_count
from experiments.fingerprint import code_checksum

if TYPE_CHECKING:
    from dask_jobqueue import SLURMCluster

    from experiments.executor_config import ExecutorConfig

SECONDS_TO_ANSWER = 10
"""How long a scheduler may take to answer, and then to name a first worker."""

TRIMMING = "MALLOC_TRIM_THRESHOLD_"
"""Dask sets it for its workers. glibc then gives every numpy temporary back to the system: runs take 5-9 times as
long. See https://distributed.dask.org/en/stable/worker-memory.html and mallopt(3)."""

ONE_THREAD = {"OMP_NUM_THREADS": 1, "MKL_NUM_THREADS": 1, "OPENBLAS_NUM_THREADS": 1}
"""Numeric libraries of a worker process: one thread, as many processes as cores."""

NANNY_VARIABLE = "DASK_DISTRIBUTED__NANNY__PRE_SPAWN_ENVIRON"
NANNY_ENVIRONMENT = f"{NANNY_VARIABLE}=\"{ {TRIMMING: None, **ONE_THREAD} }\""
"""Assignment for the shell that starts workers: Dask unsets a variable whose value is None."""

NUMERIC_PACKAGES = ("mesa", "numpy", "pandas", "scipy")
"""Libraries whose version can change the last bits of a result."""


@contextmanager
def connected(executor: ExecutorConfig, blocks: int, rounds: int) -> Iterator[Client]:
    """A client of the cluster that an executor setting names; a cluster made for it ends with it.

    Args:
        executor: of kind ``dask`` or ``slurm``.
        blocks: number of seed blocks; no more workers are made.
        rounds: how often a block whose worker was killed is handed out in all.

    Raises:
        ClusterError: if there is no scheduler, no worker, or workers with another code; the text advises.
    """
    settings = {
        "distributed.nanny.pre-spawn-environ": ONE_THREAD,
        "distributed.scheduler.allowed-failures": rounds - 1,
        # Blocks wait at the scheduler, not at a worker, where they would be blamed for its death.
        "distributed.scheduler.worker-saturation": 1.0,
        "distributed.comm.timeouts.connect": f"{SECONDS_TO_ANSWER}s",
    }
    # What Dask would log about lost workers and schedulers, with tracebacks, the run tells in a sentence.
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    with dask.config.set(settings):
        if executor.address:
            yield from _joined(executor.address)
        elif executor.kind == "slurm":
            yield from _made(slurm_cluster(executor, blocks))
        else:
            yield from _made(local_cluster(executor, blocks))


def local_cluster(executor: ExecutorConfig, blocks: int) -> LocalCluster:
    """Worker processes on this machine, one thread each, reachable from this machine only and without dashboard."""
    return LocalCluster(
        n_workers=worker_count(executor, blocks),
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address=None,
        memory_limit=None,
        silence_logs=logging.CRITICAL,
    )


def slurm_cluster(executor: ExecutorConfig, blocks: int) -> SLURMCluster:
    """Worker processes in Slurm jobs, one a core; jobs that reach their time limit are asked for again.

    Args:
        executor: of kind ``slurm``.
        blocks: number of seed blocks; no more jobs are asked for than these fill. Zero asks for none.
    """
    from dask_jobqueue import SLURMCluster

    cores = executor.cores or 1
    cluster = SLURMCluster(
        queue=executor.queue,
        account=executor.account,
        cores=cores,
        processes=cores,
        memory=executor.memory,
        walltime=executor.walltime,
        interface=executor.interface,
        python=executor.python or sys.executable,
        job_name="greenmill",
        job_script_prologue=[f"export {NANNY_ENVIRONMENT}", *executor.prologue],
        job_extra_directives=list(executor.directives),
        scheduler_options={"dashboard": False},
        silence_logs=logging.CRITICAL,
    )
    jobs = min(executor.jobs or 1, -(-blocks // cores))
    if jobs:
        cluster.adapt(minimum_jobs=jobs, maximum_jobs=jobs)
    return cluster


def _made(cluster: Any) -> Iterator[Client]:
    """A client of a cluster that is closed afterwards."""
    with cluster, Client(cluster, set_as_default=False) as client:
        yield client


def _joined(address: str) -> Iterator[Client]:
    """A client of a scheduler that somebody else runs."""
    try:
        client = Client(address, timeout=SECONDS_TO_ANSWER, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ClusterError(
            f"no Dask scheduler answers at {address} (waited {SECONDS_TO_ANSWER} s: {error}). Check that it runs "
            "(`dask scheduler`), that executor.address is the address it printed, and that no firewall is between."
        ) from None
    with client:
        check_workers(client, address)
        yield client


def check_workers(client: Client, address: str) -> None:
    """See that workers are there and can compute what this process would compute.

    Raises:
        ClusterError: if there is no worker, or one with another GreenMill or none.
    """
    try:
        client.wait_for_workers(1, timeout=SECONDS_TO_ANSWER)
    except TimeoutError:
        raise ClusterError(
            f"the Dask scheduler at {address} has no worker. Start some on its machines: "
            f"{NANNY_ENVIRONMENT} dask worker {address} --nworkers 8 --nthreads 1"
        ) from None
    try:
        facts = client.run(worker_facts)
    except ImportError as error:
        raise ClusterError(
            f"the workers of {address} cannot import GreenMill ({error}). Install the same version there: "
            "pip install greenmill[cluster]"
        ) from None
    here = worker_facts()
    strangers = [worker for worker, each in facts.items() if each["code"] != here["code"]]
    if strangers:
        raise ClusterError(
            f"{len(strangers)} of {len(facts)} workers of {address} have another GreenMill than this one, such as "
            f"{strangers[0]}. Results would not belong together: install the same version there."
        )
    for text in worker_warnings(facts, here):
        warnings.warn(text, stacklevel=2)


def worker_facts() -> dict[str, Any]:
    """What decides speed and results in this process: code, library versions, memory setting. Runs in a worker."""
    return {
        "code": code_checksum(),
        "versions": {name: version(name) for name in NUMERIC_PACKAGES},
        "trimming": os.environ.get(TRIMMING),
    }


def worker_warnings(facts: dict[str, dict[str, Any]], here: dict[str, Any]) -> list[str]:
    """What is not as it should be on workers that can compute all the same, with advice.

    Args:
        facts: `worker_facts` by worker.
        here: `worker_facts` of this process.
    """
    found = []
    slow = [worker for worker, each in facts.items() if each["trimming"] is not None]
    if slow:
        found.append(
            f"{len(slow)} of {len(facts)} Dask workers have {TRIMMING} set, as Dask does by default: runs take several "
            f"times as long there. Start them with {NANNY_ENVIRONMENT} in front of `dask worker`."
        )
    other = [each["versions"] for each in facts.values() if each["versions"] != here["versions"]]
    if other:
        same = here["versions"].items()
        differing = sorted({name for each in other for name, _ in each.items() - same})
        found.append(
            f"{len(other)} of {len(facts)} Dask workers have another version of {', '.join(differing)} than this "
            "process: the last digits of results may differ. Install from constraints.txt on all machines."
        )
    return found
