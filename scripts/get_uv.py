"""Put the `uv` program at the path given, with nothing but Python's standard library to start from.

Tries, in this order: a `uv` that is installed already; pip, where this Python has it; the wheel straight from the
package index. A Debian `python3` without `python3-venv` has no pip, so the last way matters.
"""

import hashlib
import io
import json
import platform
import shutil
import subprocess
import sys
import tempfile
import urllib.request
import zipfile
from pathlib import Path

OLDEST = (0, 9)
WANTED = "0.13.9"
INDEX = "https://pypi.org/pypi/uv/{version}/json"
SECONDS = 120


def main(target: Path) -> None:
    """Find or fetch uv and leave it at `target`."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this runs before anything has checked
        sys.exit(f"Pointsman needs Python 3.11 or newer; {sys.executable} is {platform.python_version()}.")
    target.parent.mkdir(parents=True, exist_ok=True)
    for way in (_installed, _with_pip, _from_index):
        found = way()
        if found:
            target.write_bytes(found)
            target.chmod(0o755)
            return
    sys.exit("Could not get uv. Install it (https://docs.astral.sh/uv) and run make again.")


def _installed() -> "bytes | None":
    path = shutil.which("uv")
    if not path:
        return None
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout.split()
    version = tuple(int(part) for part in said[1].split(".")[:2]) if len(said) > 1 else (0,)
    content = Path(path).resolve().read_bytes()
    return content if version >= OLDEST and content[:4] == b"\x7fELF" else None


def _with_pip() -> "bytes | None":
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
        done = subprocess.run([*command, "--target", folder, f"uv=={WANTED}"], capture_output=True, check=False)
        program = Path(folder) / "bin" / "uv"
        return program.read_bytes() if done.returncode == 0 and program.is_file() else None


def _from_index() -> "bytes | None":
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine().lower(), platform.machine())
    system = "macosx" if sys.platform == "darwin" else "manylinux"
    with urllib.request.urlopen(INDEX.format(version=WANTED), timeout=SECONDS) as answer:
        files = json.load(answer)["urls"]
    wheel = next(file for file in files if system in file["filename"] and machine in file["filename"])
    with urllib.request.urlopen(wheel["url"], timeout=SECONDS) as answer:
        content = answer.read()
    if hashlib.sha256(content).hexdigest() != wheel["digests"]["sha256"]:
        sys.exit(f"{wheel['filename']} did not arrive whole; run make again.")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        program = next(name for name in archive.namelist() if name.endswith("/scripts/uv"))
        return archive.read(program)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
