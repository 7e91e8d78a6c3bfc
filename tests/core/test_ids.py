"""UUIDv7 ids and their spellings."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pointsman.core.ids import NOISE_BYTES_PER_ID, first_id, make_ids, parse_id, prefixed

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ID = "0190f3a2-7b4c-7def-8abc-0123456789ab"

noises = st.binary(min_size=NOISE_BYTES_PER_ID, max_size=5 * NOISE_BYTES_PER_ID)
moments = st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis adds the zone


@given(noises)
def test_one_id_for_every_eight_bytes_of_noise(noise: bytes) -> None:
    assert len(list(make_ids(NOW, noise))) == len(noise) // 8


@given(moments, noises)
def test_ids_are_uuid_version_7(moment: datetime, noise: bytes) -> None:
    for id_ in make_ids(moment, noise):
        parsed = uuid.UUID(id_)
        assert (str(parsed), parsed.version, parsed.variant) == (id_, 7, uuid.RFC_4122)


@given(moments, noises)
@example(datetime(2004, 5, 4, 21, 58, 56, 649_000, tzinfo=UTC), bytes(8))
def test_ids_begin_with_their_millisecond(moment: datetime, noise: bytes) -> None:
    milliseconds = (moment - EPOCH) // timedelta(milliseconds=1)
    assert {uuid.UUID(id_).int >> 80 for id_ in make_ids(moment, noise)} == {milliseconds}


@pytest.mark.parametrize("noise", [b"\x00", b"\xff"])
def test_ids_of_one_call_ascend(noise: bytes) -> None:
    ids = list(make_ids(NOW, noise * NOISE_BYTES_PER_ID * 10_000))
    assert ids == sorted(set(ids))


def test_later_calls_give_larger_ids() -> None:
    [earlier] = make_ids(NOW, b"\xff" * 8)
    [later] = make_ids(NOW + timedelta(microseconds=1), b"\x00" * 8)
    assert earlier < later


def test_noise_tells_ids_of_one_moment_apart() -> None:
    assert list(make_ids(NOW, bytes(8))) != list(make_ids(NOW, bytes(7) + b"\x01"))


@given(noises)
def test_every_spelling_is_read_back(noise: bytes) -> None:
    for id_ in make_ids(NOW, noise):
        bare, short = id_.replace("-", ""), prefixed("wf", id_)
        assert {parse_id(text) for text in (id_, id_.upper(), bare, short, short.upper(), f"lead_{id_}")} == {id_}


def test_prefixed_id_is_bare_hex_behind_the_prefix() -> None:
    assert prefixed("wf", ID) == "wf_0190f3a27b4c7def8abc0123456789ab"


@pytest.mark.parametrize(
    "text",
    [
        *("", "wf_", "\ud800", "x" * 1_000_000, ID[:-1], f"{ID}0", f"{ID}\n", f" {ID}", f"{{{ID}}}"),
        *(f"_{ID}", f"wf{ID}", f"wf__{ID}", f"w1_{ID}", ID.replace("0", "g"), ID.replace("0", "\u0660")),
    ],
)
def test_anything_else_is_no_id(text: str) -> None:
    assert parse_id(text) is None


@given(st.text())
def test_any_text_gets_an_answer(text: str) -> None:
    assert parse_id(text) is None


def test_the_first_id_of_a_moment_parts_what_came_before_from_what_comes() -> None:
    moment = datetime(2026, 3, 31, 12, tzinfo=UTC)
    (before,) = make_ids(moment - timedelta(milliseconds=1), b"\xff" * 8)
    (after,) = make_ids(moment, bytes(7) + b"\x01")
    assert before < first_id(moment) < after
