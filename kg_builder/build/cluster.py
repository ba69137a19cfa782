"""Tasks on a Dask cluster (extra `mingzhang[cluster]`): the same functions as in the processes of one machine.

The workers of the cluster see the folders of the inputs and of DIR under the same paths (a shared file system), and
have the same code installed. A worker that dies costs nothing: its task is given to another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, Self, TypeVar

from distributed import Client, as_completed
from distributed.scheduler import KilledWorker

from kg_builder.build.workers import Lost, lost_to

if TYPE_CHECKING:
    from distributed import Future

Task = TypeVar("Task")
Result = TypeVar("Result")

# Tasks that wait at the scheduler for each thread of the cluster, so that no worker is idle and no list is long.
_AHEAD = 4


class ClusterWorkers:
    """`workers.Workers` on the cluster of a scheduler's address; OSError where none answers."""

    def __init__(self, address: str) -> None:
        self._address = address

    def __enter__(self) -> Self:
        self._client = Client(self._address, set_as_default=False)
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def run(
        self, function: Callable[[Task], Result], tasks: Iterable[Task], seconds: float
    ) -> Iterator[tuple[Task, Result | Lost]]:
        """Call a module's function on each task; yields as tasks end, in no fixed order.

        A task that raises, or that ends its worker again and again, gives `Lost`. `seconds` is how long one may take.
        """
        waiting, of = iter(tasks), dict[Any, Task]()
        running = as_completed([], loop=self._client.loop)

        def submit(count: int) -> None:
            for task in islice(waiting, count):
                future = self._client.submit(_done, function, task, pure=False)
                of[future.key] = task
                running.add(future)

        submit(_AHEAD * max(1, sum(self._client.nthreads().values())))
        for future in running:
            submit(1)
            yield of.pop(future.key), _result(future, seconds)


def _done(function: Callable[[Task], Result], task: Task) -> Result | Lost:
    """Runs on a worker of the cluster: whatever a task raises is its result."""
    return lost_to(function, task)


def _result(future: Future, seconds: float) -> Any:
    try:
        return future.result(timeout=seconds)
    except KilledWorker as error:
        return Lost(f"the processes reading it ended: {' '.join(str(error).split())[:200]}", "died")
