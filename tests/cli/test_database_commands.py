"""`pointsman migrate` and `doctor`, and what every command says when the database is not right."""

import socket
import sqlite3
from pathlib import Path

import pytest

from tests.cli.command import pointsman


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def set_schema(folder: Path, version: str) -> None:
    with sqlite3.connect(folder / "pointsman.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
    connection.close()


def test_migrate_says_from_which_version_to_which(tmp_path: Path) -> None:
    done = pointsman("migrate", "--data", tmp_path)
    assert (done.exit_code, done.stderr[:14]) == (0, "Schema none → ")


def test_migrate_leaves_the_newest_schema_alone(database_url: str) -> None:
    done = pointsman("migrate", "--database-url", database_url)
    assert done.exit_code == 0
    assert done.stderr.endswith("is the newest already.\n")


def test_doctor_finds_nothing_wrong_with_a_migrated_database(database_url: str) -> None:
    done = pointsman("doctor", "--database-url", database_url)
    assert done.exit_code == 0
    assert "problem" not in done.stdout


def test_doctor_does_not_make_a_database(tmp_path: Path) -> None:
    assert pointsman("doctor", "--data", tmp_path / "new").exit_code == 0
    assert not (tmp_path / "new").exists()


def test_doctor_says_what_to_do_about_an_old_schema(tmp_path: Path) -> None:
    pointsman("migrate", "--data", tmp_path)
    set_schema(tmp_path, "0000")
    done = pointsman("doctor", "--data", tmp_path)
    assert done.exit_code == 1
    assert "run `pointsman migrate`" in done.stdout


def test_doctor_reports_a_database_out_of_reach(closed_port: int) -> None:
    done = pointsman("doctor", "--database-url", f"postgresql://u@127.0.0.1:{closed_port}/x")
    assert done.exit_code == 1
    assert "cannot be reached" in done.stdout


def test_doctor_reports_a_setting_that_cannot_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POINTSMAN_PORT", "many")
    done = pointsman("doctor")
    assert done.exit_code == 1
    assert "POINTSMAN_PORT must be a whole number" in done.stdout


def test_a_command_that_only_looks_makes_no_database(tmp_path: Path) -> None:
    done = pointsman("key", "list", "--data", tmp_path / "new")
    assert done.exit_code == 1
    assert done.stderr.startswith(f"pointsman: there is no database at {tmp_path}/new/pointsman.db")
    assert not (tmp_path / "new").exists()


def test_a_schema_of_another_version_is_refused(tmp_path: Path) -> None:
    pointsman("migrate", "--data", tmp_path)
    set_schema(tmp_path, "0000")
    done = pointsman("key", "list", "--data", tmp_path)
    assert done.exit_code == 1
    assert done.stderr.startswith("pointsman: the database has schema 0000, but this program needs ")


def test_a_data_folder_that_is_a_file_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = pointsman("key", "create", "--org", "Acme", "--data", tmp_path / "file" / "data")
    assert (done.exit_code, done.stderr) == (1, f"pointsman: {tmp_path}/file/data: Not a directory\n")


def test_a_file_that_is_no_database_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "pointsman.db").write_text("hello " * 1000)
    done = pointsman("key", "list", "--data", tmp_path)
    assert done.exit_code == 1
    assert done.stderr.startswith("pointsman: the database refused: file is not a database (`pointsman doctor` ")


@pytest.mark.parametrize("command", [("key", "list"), ("migrate",), ("key", "create", "--org", "Acme"), ("sample",)])
def test_a_database_out_of_reach_is_one_clear_line(command: tuple[str, ...], closed_port: int) -> None:
    done = pointsman(*command, "--database-url", f"postgresql://u:secret@127.0.0.1:{closed_port}/x")
    assert done.exit_code == 1
    assert done.stderr.startswith("pointsman: the database cannot be reached")
    assert "secret" not in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("url", ["mysql://host/x", "nonsense", "postgres:/x"])
def test_a_database_url_of_another_kind_is_refused(url: str) -> None:
    done = pointsman("migrate", "--database-url", url)
    assert done.exit_code == 1
    assert done.stderr.startswith("pointsman: the database URL must be postgresql://")


def test_the_command_line_wins_over_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POINTSMAN_DATABASE_URL", "postgresql://u@127.0.0.1:1/x")
    assert pointsman("migrate", "--data", tmp_path).exit_code == 0
    assert (tmp_path / "pointsman.db").exists()


def test_data_and_database_url_together_are_refused(tmp_path: Path) -> None:
    done = pointsman("migrate", "--data", tmp_path, "--database-url", "sqlite:///x")
    assert done.exit_code == 1
    assert "not with both" in done.stderr
