"""Slurm jobs that start Dask workers, by dask-jobqueue: the job script, and keeping jobs there until the run ends."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dask_jobqueue.slurm import SLURMCluster, SLURMJob
from distributed import Status
from tornado.ioloop import PeriodicCallback

from experiments.executors.dask_backend import ClusterError
from experiments.executors.worker_environment import NANNY_ENVIRONMENT

if TYPE_CHECKING:
    from experiments.settings.executor import ExecutorConfig

SECONDS_BETWEEN_LOOKS = 2
"""How often it is seen whether jobs are left."""


class Job(SLURMJob):  # type: ignore[misc]
    """A Slurm job that notes why it was refused instead of raising where nobody hears it."""

    refusal = ""

    async def start(self) -> None:
        """Submit the job."""
        try:
            await super().start()
        except (RuntimeError, OSError, ValueError) as error:
            lines = [line for line in str(error).splitlines() if line.strip()]
            self.refusal = lines[-1] if lines else type(error).__name__
            self.status = Status.running

    async def close(self) -> None:
        """Cancel the job."""
        await super().close()
        self.status = Status.closed


@contextmanager
def slurm_cluster(executor: ExecutorConfig, blocks: int) -> Iterator[SLURMCluster]:
    """A Dask scheduler in this process with its jobs submitted; they may still wait in the queue.

    Args:
        executor: of kind ``slurm``.
        blocks: number of seed blocks; no more jobs are asked for than these fill.

    Raises:
        ClusterError: if Slurm refuses a job.
    """
    with prepared_cluster(executor) as cluster, jobs_kept(cluster, job_count(executor, blocks)):
        check_submission(cluster)
        yield cluster


def job_count(executor: ExecutorConfig, blocks: int) -> int:
    """Jobs to ask for: as set, but no more than the blocks fill with one block a core."""
    return min(executor.jobs or 1, -(-blocks // (executor.cores or 1)))


def prepared_cluster(executor: ExecutorConfig) -> SLURMCluster:
    """A scheduler in this process and the script by which jobs start workers for it, one a core; no job yet."""
    cores = executor.cores or 1
    return SLURMCluster(
        job_cls=Job,
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


@contextmanager
def jobs_kept(cluster: SLURMCluster, jobs: int) -> Iterator[None]:
    """Ask for `jobs` jobs, and again when all of them have ended, as at the end of their walltime."""
    started = ended = False

    def look() -> None:
        nonlocal started, ended
        workers = bool(cluster.scheduler_info["workers"])
        if ended:
            cluster.scale(jobs=jobs)
        ended = started and not workers
        if ended:
            # Only jobs that are forgotten are asked for anew, at the next look.
            cluster.scale(0)
        started = workers

    keeper = PeriodicCallback(look, 1000.0 * SECONDS_BETWEEN_LOOKS)
    cluster.scale(jobs=jobs)
    cluster.loop.add_callback(keeper.start)
    try:
        yield
    finally:
        cluster.loop.add_callback(keeper.stop)


def check_submission(cluster: SLURMCluster) -> None:
    """Wait until Slurm has taken every job.

    Raises:
        ClusterError: with Slurm's reason, if it refuses one.
    """
    while True:
        jobs = list(cluster.workers.values())
        refused = [job.refusal for job in jobs if job.refusal]
        if refused:
            raise ClusterError(
                f"Slurm refused a job: {refused[0]}. Check executor.queue, account, memory, walltime and directives."
            )
        if jobs and all(job.job_id for job in jobs):
            return
        time.sleep(0.1)
