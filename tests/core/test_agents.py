"""What an agent's config may show, and what it keeps."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointsman.core.agents import MASK, mask, unmask
from pointsman.core.errors import Invalid

NAMES = st.sampled_from(["url", "headers", "auth_token", "Api-Key", "x"])
LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=3)
CONFIGS: Any = st.dictionaries(
    NAMES,
    st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3)),
    max_size=4,
)


@given(CONFIGS)
def test_what_is_shown_and_sent_back_changes_nothing(config: Any) -> None:
    assert unmask(mask(config), config) == config


@pytest.mark.parametrize(
    "name",
    [
        "auth_token",
        "secret",
        "api_key",
        "password",
        "token",
        "authorization",
        "Authorization",
        "X-API-Key",
        "apiKey",
        "client_secret",
        "accessToken",
        "Proxy-Authorization",
        "AUTH_TOKEN",
    ],
)
@pytest.mark.parametrize("value", ["x", 5, True, ["x"], {"a": "x"}])
def test_a_secret_is_masked_wherever_it_is(name: str, value: Any) -> None:
    assert mask({"deep": [{name: value}]}) == {"deep": [{name: MASK}]}


def test_every_header_is_a_secret() -> None:
    assert mask({"Headers": {"X-Custom": "x", "X-Empty": ""}}) == {"Headers": {"X-Custom": MASK, "X-Empty": ""}}
    assert mask({"headers": [{"name": "X-Custom", "value": "x"}]}) == {"headers": MASK}


def test_what_is_no_secret_is_shown() -> None:
    config = {"url": "https://example.com", "max_tokens": 5, "tokens": [1], "secret": None, "password": ""}
    assert mask(config) == config


@pytest.mark.parametrize(
    "stored",
    [{}, {"list": []}, {"list": "x"}, {"list": [{"token": "a"}, {"token": "b"}]}, {"list": [{"token": None}]}, []],
)
def test_a_mask_needs_a_stored_secret(stored: Any) -> None:
    with pytest.raises(Invalid, match=r"^config\.list\[0\]\.token must be the secret itself"):
        unmask({"list": [{"token": MASK}]}, stored)
