"""Dask clusters to compute on: made on this machine for one run, joined at an address, or made of Slurm jobs.

Dask, distributed and dask-jobqueue come with ``pip install greenmill[cluster]``; nothing here is imported before a
run asks for such an executor.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import dask
from distributed import Client, LocalCluster

from experiments.executors.blocks import worker_count
from experiments.executors.dask_backend import ClusterError
from experiments.executors.worker_environment import NANNY_ENVIRONMENT, ONE_THREAD, TRIMMING
from experiments.store.fingerprint import code_checksum

if TYPE_CHECKING:
    from experiments.settings.executor import ExecutorConfig

SECONDS_TO_ANSWER = 10
"""How long a scheduler may take to answer, and then to name a first worker."""

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
            from experiments.executors.slurm import slurm_cluster

            with slurm_cluster(executor, blocks) as cluster:
                yield from _made(cluster)
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


def _made(cluster: Any) -> Iterator[Client]:
    """A client of a cluster that is closed afterwards."""
    with cluster, Client(cluster, set_as_default=False) as client:
        yield client


def _joined(address: str) -> Iterator[Client]:
    """A client of a scheduler that somebody else runs."""
    try:
        client = Client(address, timeout=SECONDS_TO_ANSWER, set_as_default=False)
    # A server of another kind answers with what is read as the length of a message: more memory than there is.
    except (OSError, ValueError, MemoryError) as error:
        raise ClusterError(
            f"no Dask scheduler answers at {address} ({error}). Check that it runs (`dask scheduler`), that "
            "executor.address is the address it printed, and that no firewall is between."
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
            f"{len(slow)} of {len(facts)} Dask workers have {TRIMMING} set, as Dask does by default: runs take about "
            f"twice as long there. Start them with {NANNY_ENVIRONMENT} in front of `dask worker`."
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
