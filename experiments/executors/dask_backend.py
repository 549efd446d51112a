"""How joblib hands seed blocks to a Dask cluster: a backend of joblib, and what becomes of a block that is lost.

joblib has a Dask backend of its own. It does not answer for a task whose workers keep dying, nor when the scheduler
is gone: `joblib.Parallel` then waits for ever (joblib 1.6). With a single worker it computes in the calling process.
This backend makes the same futures and passes every end on, by the interface joblib documents for backends.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from distributed import KilledWorker
from joblib.parallel import ParallelBackendBase

if TYPE_CHECKING:
    from distributed import Client, Future


class ClusterError(ConnectionError):
    """The cluster cannot be reached or used, or was lost; the text says what to check."""


class DaskBackend(ParallelBackendBase):
    """Computes joblib's tasks on the workers of a Dask client.

    Args:
        client: connected to the cluster.
        lost: makes the result of a task that Dask gave up, from the task's arguments and the reason.
    """

    supports_retrieve_callback = True
    default_n_jobs = -1

    def __init__(self, client: Client, lost: Callable[[tuple[Any, ...], str], Any]) -> None:
        super().__init__()
        self.client = client
        self.address = client.scheduler_info()["address"]
        self.lost = lost
        self.arguments: dict[str, tuple[Any, ...]] = {}
        """Arguments of the tasks under way, by the key of their future."""

    def effective_n_jobs(self, n_jobs: int) -> int:
        """Threads of the workers there are now; at least two, since joblib computes a single job by itself."""
        return max(2, sum(self.client.nthreads().values()))

    def submit(self, func: Any, callback: Callable[[Future], Any] | None = None) -> Future:
        """Hand out one task (joblib's batch of a single call); `callback` hears how it ended, whatever the end."""
        (_, arguments, _), = func.items
        # The name before the dash makes one group of all blocks, which Dask then keeps back until a worker is free.
        future = self.client.submit(func, key=f"block-{uuid4().hex}")
        self.arguments[future.key] = arguments
        future.add_done_callback(callback)
        return future

    def retrieve_result_callback(self, out: Future) -> Any:
        """Results of a task that ended: one, because a batch holds one call.

        Raises:
            ClusterError: if the scheduler is gone.
        """
        arguments = self.arguments.pop(out.key)
        try:
            return list(out.result())
        except CancelledError:
            raise ClusterError(lost_scheduler(self.address)) from None
        except KilledWorker:
            return [self.lost(arguments, "every worker process that computed it was killed (out of memory?)")]
        except Exception as error:
            return [self.lost(arguments, f"{type(error).__name__}: {error}".splitlines()[0])]
        finally:
            # A result that is still held on a worker would be computed again if that worker died.
            out.release()


def lost_scheduler(address: str) -> str:
    """What to tell when the scheduler went away during a run."""
    return (
        f"the connection to the Dask scheduler at {address} was lost. Check that it runs and can be reached; "
        "finished seed blocks are kept, and the same command goes on from there."
    )
