"""The reference names every endpoint, command, option and operator, and no endpoint that is not there."""

import re
from collections.abc import Iterator
from typing import Any

import typer
from prometheus_client.metrics import MetricWrapperBase

from pointsman import metrics
from pointsman.cli.main import app as command_line
from pointsman.core.actions import ACTIONS
from pointsman.core.calls import DID_NOT_PICK, Outcome
from pointsman.core.condition import Operator
from pointsman.core.delay import UNITS
from pointsman.core.dialling import DO_NOT_CALL, INVALID_PHONE_NUMBER
from pointsman.core.workflow import NodeType
from pointsman.core.workflow_settings import KEYS
from tests.conftest import Cast
from tests.docs.examples import ROOT

REFERENCE = ROOT / "docs/reference"
SURFACES = {
    "nexor-api.md": "/api/public",
    "dialnexa-api.md": "/v1",
    "dialnexa-resources.md": "/v1",
    "dialnexa-leads.md": "/v1",
    "lead-hooks.md": "",
    "routeswit-contacts.md": "/api/v1",
    "routeswit-rulesets.md": "/api/v1",
    "routeswit-api.md": "/api/v1",
    "routeswit-leads.md": "/api/v1",
    "analytics.md": "",
    "workflows.md": "",
    "console-api.md": "",
}
BESIDE = ("/", "/healthz", "/readyz", "/metrics", "/openapi.json")
"""Paths of no surface, and"""
UNDESCRIBED = {"GET /metrics", "GET /openapi.json"}
"""those endpoints among them that OpenAPI does not list."""

ENDPOINT = re.compile(r"`((?:GET|POST|PUT|PATCH|DELETE) /[^`?]*)`")


def page(name: str) -> str:
    return (REFERENCE / name).read_text(encoding="utf-8")


def test_the_reference_lists_the_endpoints_that_are_there(cast: Cast) -> None:
    paths = cast.stranger().get("/openapi.json").json()["paths"]
    served = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    assert documented() - UNDESCRIBED == served


def documented() -> set[str]:
    """The endpoints that the tables of these pages name."""
    found = set()
    for name, prefix in SURFACES.items():
        rows = "\n".join(line.split("|")[1] for line in page(name).splitlines() if line.startswith("| `"))
        for endpoint in ENDPOINT.findall(rows):
            method, path = endpoint.split()
            found.add(endpoint if path in BESIDE else f"{method} {prefix}{path}")
    return found


def test_the_reference_names_every_command_and_option() -> None:
    unnamed = [
        (name, word)
        for name, options in commands()
        for word in (f"pointsman {name}", *options)
        if f"`{word}" not in page("benchmarks.md" if name.startswith("bench ") else "cli.md")
    ]
    assert unnamed == []


def commands() -> Iterator[tuple[str, list[str]]]:
    """Every command with its options, as `key create` and `["--org", …]`."""
    left: list[tuple[str, Any]] = [("", typer.main.get_command(command_line))]
    while left:
        name, command = left.pop()
        if hasattr(command, "commands"):
            left += [(f"{name} {inner}".strip(), part) for inner, part in command.commands.items()]
        if name:
            yield name, [option for param in command.params for option in param.opts if option.startswith("--")]


def test_workflows_name_every_node_outcome_unit_action_and_setting() -> None:
    words = (*NodeType, *Outcome, DID_NOT_PICK, *UNITS, DO_NOT_CALL, INVALID_PHONE_NUMBER, *ACTIONS, *KEYS)
    assert [word for word in words if f"`{word}`" not in page("workflows.md")] == []


def test_every_metric_is_explained() -> None:
    text = (ROOT / "docs/how-to/watch-it.md").read_text(encoding="utf-8")
    ours = [metric for metric in vars(metrics).values() if isinstance(metric, MetricWrapperBase)]
    described = [family for metric in ours for family in metric.describe()]
    names = {f"{family.name}_total" if family.type == "counter" else family.name for family in described}
    assert set(re.findall(r"^\| `(pointsman_\w+)` \| \w+ \|", text, re.MULTILINE)) == names


def test_conditions_name_every_operator() -> None:
    text = page("conditions.md")
    assert [operator for operator in Operator if f"`{operator}`" not in text] == []
