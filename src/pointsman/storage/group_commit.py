"""Requests that arrive together are stored together: one transaction, one flush to disk, many answers."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

J = TypeVar("J")
A = TypeVar("A")


class GroupCommit(Generic[J, A]):
    """Collects jobs while earlier ones are being written, then hands them over as one group.

    `perform` writes a group in one transaction and returns, per job, its answer or the exception that refuses it.
    When it raises, the whole group was undone, and each job is tried alone: nobody fails for somebody else's sake.
    """

    def __init__(
        self,
        perform: Callable[[Sequence[J]], Awaitable[Sequence[A | Exception]]],
        weigh: Callable[[J], int],
        *,
        heaviest: int,
        lanes: int,
    ) -> None:
        self._perform = perform
        self._weigh = weigh
        self._heaviest = heaviest
        self._lanes = lanes
        self._waiting: deque[tuple[J, asyncio.Future[A]]] = deque()
        self._running: set[asyncio.Task[None] | None] = set()

    async def submit(self, job: J) -> A:
        """Have a job written with whatever else is waiting, and return its answer."""
        answer: asyncio.Future[A] = asyncio.get_running_loop().create_future()
        self._waiting.append((job, answer))
        if len(self._running) < self._lanes:
            self._running.add(asyncio.create_task(self._drain()))
        return await answer

    async def _drain(self) -> None:
        try:
            while self._waiting:
                await self._write(self._take())
        finally:  # in the same breath as seeing that nobody waits: a job submitted from now on starts a lane again
            self._running.discard(asyncio.current_task())

    async def _write(self, group: Sequence[tuple[J, asyncio.Future[A]]]) -> None:
        try:
            answers = await self._perform([job for job, _ in group])
        except Exception as problem:  # noqa: BLE001 - whatever it was, every caller must hear of it
            await self._one_by_one(group, problem)
        else:
            for (_, future), answer in zip(group, answers, strict=True):
                _settle(future, answer)

    async def _one_by_one(self, group: Sequence[tuple[J, asyncio.Future[A]]], problem: Exception) -> None:
        if len(group) == 1:
            _settle(group[0][1], problem)
            return
        for job, future in group:
            try:
                answers = await self._perform([job])
            except Exception as alone:  # noqa: BLE001 - as above
                _settle(future, alone)
            else:
                _settle(future, answers[0])

    def _take(self) -> list[tuple[J, asyncio.Future[A]]]:
        group = [self._waiting.popleft()]
        weight = self._weigh(group[0][0])
        while self._waiting and weight + (more := self._weigh(self._waiting[0][0])) <= self._heaviest:
            group.append(self._waiting.popleft())
            weight += more
        return group


def _settle(future: "asyncio.Future[A]", answer: A | Exception) -> None:
    if future.done():  # the caller has gone away; what was stored stays stored
        return
    if isinstance(answer, Exception):
        future.set_exception(answer)
    else:
        future.set_result(answer)
