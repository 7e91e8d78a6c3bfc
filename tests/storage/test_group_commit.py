"""Requests that arrive together are stored together."""

import asyncio
from collections.abc import Sequence

import pytest

from pointsman.storage.group_commit import GroupCommit

WITHIN = 5.0


class Store:
    """Remembers the groups it was given, and refuses the word `bad`."""

    def __init__(self) -> None:
        self.groups: list[list[str]] = []

    async def perform(self, jobs: Sequence[str]) -> list[str | Exception]:
        self.groups.append(list(jobs))
        await asyncio.sleep(0)
        if "bad" in jobs:
            raise ValueError("bad")
        return [job.upper() for job in jobs]

    def commit(self, heaviest: int = 10) -> GroupCommit[str, str]:
        return GroupCommit(self.perform, len, heaviest=heaviest, lanes=1)


def together(commit: GroupCommit[str, str], *jobs: str) -> list[str | BaseException]:
    async def submit() -> list[str | BaseException]:
        async with asyncio.timeout(WITHIN):
            return await asyncio.gather(*map(commit.submit, jobs), return_exceptions=True)

    return asyncio.run(submit())


def test_jobs_that_come_together_are_one_group() -> None:
    store = Store()
    assert together(store.commit(), "a", "b", "c") == ["A", "B", "C"]
    assert store.groups == [["a", "b", "c"]]


def test_a_group_is_no_heavier_than_allowed() -> None:
    store = Store()
    together(store.commit(heaviest=5), "aaa", "bb", "c")
    assert store.groups == [["aaa", "bb"], ["c"]]


def test_a_job_that_is_too_heavy_for_any_group_goes_alone() -> None:
    store = Store()
    together(store.commit(heaviest=2), "aaa", "b")
    assert store.groups == [["aaa"], ["b"]]


def test_nobody_fails_for_the_sake_of_another() -> None:
    first, second, third = together(Store().commit(), "a", "bad", "c")
    assert (first, third) == ("A", "C")
    assert isinstance(second, ValueError)


@pytest.mark.parametrize("callers", [1, 2, 16])
def test_a_caller_who_comes_back_at_once_is_not_overlooked(callers: int) -> None:
    commit = Store().commit(heaviest=1000)

    async def call() -> list[str]:
        return [await commit.submit("a") for _ in range(50)]

    async def all_of_them() -> list[list[str]]:
        async with asyncio.timeout(WITHIN):
            return await asyncio.gather(*(call() for _ in range(callers)))

    assert asyncio.run(all_of_them()) == [["A"] * 50] * callers
