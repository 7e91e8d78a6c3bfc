"""A desk to write down assignments at."""

import pytest

from pointsman.bootstrap import App
from tests.conftest import Client
from tests.web.routeswit.assigned import Desk


@pytest.fixture
def desk(app: App, alice: Client) -> Desk:
    return Desk(app, alice)
