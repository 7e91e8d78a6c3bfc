"""A hook into a workflow, and somebody without a key to send leads to it."""

import pytest

from pointsman.bootstrap import App
from tests.conftest import Cast, Client
from tests.factories import make_workflow
from tests.web.hooks.hooking import new_hook


@pytest.fixture
def workflow_id(app: App, alice: Client) -> str:
    return make_workflow(app, alice, "Sales")


@pytest.fixture
def anybody(cast: Cast) -> Client:
    """Somebody with a browser and no key."""
    return cast.stranger()


@pytest.fixture
def path(alice: Client, workflow_id: str) -> str:
    """Where the leads of a plain hook into the workflow go."""
    return str(new_hook(alice, workflow_id=workflow_id)["path"])
