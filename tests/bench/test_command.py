"""`pointsman bench`: says what was found, and writes every figure."""

from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from pointsman.bench import engine, intake, report, routing, rules
from pointsman.bench.measure import Bar, Comparison, NotMeasured
from pointsman.cli.bench import app

MISSED = Comparison(what="speed", peer="light", unit="m/s", bar=Bar(least=0.6), ours=[1.0, 1.0], theirs=[2.0, 4.0])


def run(*arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return done.exit_code, done.output


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        rules, "measure_rules", lambda **_options: [MISSED, NotMeasured(what="w", peer="p", reason="[none]")]
    )


def test_figures_are_written_with_their_rounds_and_the_machine(found: None, tmp_path: Path) -> None:
    run("rules", "--out", tmp_path / "rules.json")
    document = msgspec.json.decode((tmp_path / "rules.json").read_bytes())
    assert document["results"] == [
        {
            "what": "speed",
            "peer": "light",
            "unit": "m/s",
            "bar": "≥ 0.6",
            "ratio": 0.375,
            "holds": False,
            "median": {"ours": 1.0, "theirs": 3.0},
            "rounds": [{"ours": 1.0, "theirs": 2.0}, {"ours": 1.0, "theirs": 4.0}],
        },
        {"what": "w", "peer": "p", "not_measured": "[none]"},
    ]
    assert document["benchmark"] == "rules"
    assert set(document["machine"]) == {"cpu", "cores", "system", "python", "versions"}


def test_a_missed_bar_fails_only_on_request(found: None, tmp_path: Path) -> None:
    out = tmp_path / "rules.json"
    assert run("rules", "--out", out)[0] == 0
    code, output = run("rules", "--check", "--out", out)
    assert code == 1
    assert "missed: speed, light: 0.38, should be ≥ 0.6" in output


def test_the_table_says_what_could_not_be_measured(found: None, tmp_path: Path) -> None:
    assert "[none]" in run("rules", "--out", tmp_path / "rules.json")[1]


def test_without_a_name_everything_runs(found: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(intake, "measure_intake", lambda **_options: [])
    monkeypatch.setattr(engine, "measure_engine", lambda **_options: [])
    monkeypatch.setattr(routing, "measure_routing", lambda **_options: [])
    out = tmp_path / "all.json"
    assert run("--out", out)[0] == 0
    assert msgspec.json.decode(out.read_bytes())["benchmark"] == "all"


def test_the_machine_is_described_even_without_its_cpu_model(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreadable(*_args: object, **_options: object) -> str:
        raise FileNotFoundError

    monkeypatch.setattr(Path, "read_text", unreadable)
    assert report.machine()["cpu"]
