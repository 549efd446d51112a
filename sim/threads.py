"""One thread for the numerical libraries while the model runs.

More threads sum in another order, which changes the last bits, and on arrays of this size they only wait for each
other. Work is shared out by seed blocks instead.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from threadpoolctl import threadpool_limits

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


def one_thread(function: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
    """Decorator: the function runs with one thread of the numerical libraries."""

    @wraps(function)
    def limited(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Answer:
        with threadpool_limits(limits=1):
            return function(*args, **kwargs)

    return limited
