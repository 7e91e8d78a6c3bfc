"""From an empty folder to a routed lead, with real processes."""

import re
import signal
import socket
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.journey.processes import POINTSMAN, Server, pointsman, read_the_rest

CURL = re.compile(r"(?s)curl (?P<url>\S+).*X-API-Key: (?P<key>\w+)'.*-d '(?P<body>.+)'")


def test_key_from_the_command_line_lead_over_http(database_url: str) -> None:
    key = pointsman("key", "create", "--org", "Acme", "--database-url", database_url).strip()
    with Server("--database-url", database_url) as server:
        lead = {"first_name": "Ana", "email": "ana@example.com"}
        created = httpx.post(f"{server.address}/api/public/leads", json=lead, headers={"X-API-Key": key})
        assert created.status_code == 201
        url = f"{server.address}/api/public/leads/{created.json()['lead']['id']}"
        assert httpx.get(url, headers={"Authorization": f"Bearer {key}"}).json()["lead"]["email"] == "ana@example.com"


def test_the_line_that_sample_prints_routes_a_lead(tmp_path: Path) -> None:
    found = CURL.search(pointsman("sample", "--data", tmp_path))
    assert found is not None
    with Server("--data", tmp_path) as server:
        url = found["url"].replace("http://127.0.0.1:8000", server.address)
        headers = {"X-API-Key": found["key"], "Content-Type": "application/json"}
        answer = httpx.post(url, content=found["body"].encode(), headers=headers)
    assert answer.status_code == 201
    assert answer.json()["routing"]["matched_rule"]["name"] == "Speaks Spanish"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("processes", [1, 2])
def test_a_signal_stops_it_politely(tmp_path: Path, number: int, processes: int) -> None:
    with Server("--data", tmp_path, "--processes", processes) as server:
        assert httpx.get(f"{server.address}/healthz").status_code == 200
        assert server.stop(number) == (0, "")


@pytest.mark.parametrize("processes", [1, 2])
def test_the_first_start_prints_a_link_once_that_lets_the_owner_in(tmp_path: Path, processes: int) -> None:
    pointsman("sample", "--data", tmp_path)
    with Server("--data", tmp_path, "--processes", processes) as server:
        assert server.process.stdout is not None
        found = re.fullmatch(
            r"Sign in for the first time: (\S+)/welcome\?token=(\S+)\n", server.process.stdout.readline()
        )
        assert found is not None
        assert found[1] == server.address
        body = {"name": "Olga", "email": "olga@example.com", "password": "correct horse battery"}
        answer = httpx.post(f"{server.address}/console/links/{found[2]}", json=body)
        assert (answer.status_code, answer.json()["organization"]["name"]) == (200, "sample")
        assert server.stop(signal.SIGTERM) == (0, "")
    with Server("--data", tmp_path) as again:
        assert httpx.get(f"{again.address}/healthz").status_code == 200
        again.process.send_signal(signal.SIGTERM)
        assert read_the_rest(again.process) == (0, "")


def test_worker_processes_serve_the_database_of_the_command_line(tmp_path: Path) -> None:
    key = pointsman("key", "create", "--org", "Acme", "--data", tmp_path).strip()
    with Server("--data", tmp_path, "--processes", 2) as server:
        for _ in range(10):
            answer = httpx.get(f"{server.address}/api/public/leads", headers={"X-API-Key": key})
            assert answer.status_code == 200
        server.stop(signal.SIGTERM)


def test_worker_processes_end_when_the_first_process_is_killed(tmp_path: Path) -> None:
    with Server("--data", tmp_path, "--processes", 2) as server:
        httpx.get(f"{server.address}/healthz")
        server.kill()  # waits until nobody holds its output any more
        with pytest.raises(httpx.TransportError):
            httpx.get(f"{server.address}/healthz")


def test_answers_do_not_name_the_server_software(tmp_path: Path) -> None:
    with Server("--data", tmp_path) as server:
        assert "server" not in httpx.get(f"{server.address}/healthz").headers


def test_a_port_in_use_is_one_clear_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        command = [POINTSMAN, "serve", "--data", tmp_path, "--port", str(taken.getsockname()[1])]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert re.fullmatch(r"pointsman: cannot listen on \S+: Address already in use\. .*\n", done.stderr)
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("--port", "70000"), "the port must be between 0 and 65535, not 70000"),
        (("--processes", "0"), "the number of processes must be at least 1, not 0"),
        (("--database-url", "postgresql://u:secret@127.0.0.1:1/x", "--port", "0"), "the database cannot be reached"),
        (("--host", "no.such.host.invalid"), "cannot listen on no.such.host.invalid"),
    ],
)
def test_what_cannot_be_served_is_one_clear_line(options: tuple[str, ...], complaint: str) -> None:
    done = subprocess.run([POINTSMAN, "serve", *options], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(f"pointsman: {complaint}")
    assert done.stderr.count("\n") == 1
    assert "secret" not in done.stderr
