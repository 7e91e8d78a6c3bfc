"""What a person sees on a terminal of 80 columns."""

import os
import pty
import subprocess
from pathlib import Path

from pointsman.core.access import read_key
from tests.cli.command import write_csv
from tests.journey.processes import POINTSMAN, pointsman


def on_terminal(*arguments: object) -> str:
    """Run a command with a terminal for output and errors, and return what appeared there."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "COLUMNS": "80", "TERM": "xterm"}
    with subprocess.Popen([POINTSMAN, *map(str, arguments)], stdout=theirs, stderr=theirs, env=environment) as process:
        os.close(theirs)
        shown = b""
        try:
            while piece := os.read(ours, 65_536):
                shown += piece
        except OSError:  # the other side of a terminal was closed
            pass
    os.close(ours)
    assert process.returncode == 0, shown
    return shown.decode()


def test_a_key_id_is_shown_whole(tmp_path: Path) -> None:
    key = pointsman("key", "create", "--org", "Acme and Daughters, Limited", "--data", tmp_path).strip()
    key_id, _ = read_key(key) or ("", "")
    assert key_id in on_terminal("key", "list", "--data", tmp_path)


def test_an_import_shows_how_far_it_is_and_where_the_leads_went(tmp_path: Path) -> None:
    processor_id = pointsman("sample", "--data", tmp_path).split("processor")[1].split()[0]
    rows = (["Ana", "+34600123456", budget] for budget in range(4000, 8000))
    file = write_csv(tmp_path / "leads.csv", ["first_name", "phone", "budget"], *rows)
    shown = on_terminal("import", file, "--processor", processor_id, "--data", tmp_path)
    assert "━" in shown
    assert "Big budget" in shown
    assert "4,000 rows: routed 4,000, already there 0, rejected 0" in shown
