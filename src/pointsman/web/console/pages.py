"""Serves the pages of the console, as they were built into `dist`, to browsers."""

import gzip
import re
from functools import lru_cache
from pathlib import Path
from typing import Final

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response.base import ASGIResponse
from msgspec import Struct

from pointsman import __version__
from pointsman.web.call import AnyRequest, reply

DIST: Final = Path(__file__).parent / "dist"
ADDRESSES: Final = (
    "/welcome", "/sign-in", "/leads", "/rules", "/workflows", "/import", "/analytics", "/playground", "/settings",
)  # fmt: skip
"""The pages' own addresses: below each of them the browser itself finds the page."""

_NO_PAGES = frozenset({"api", "v1", "console", "hooks", "assets"})
"""Below these only programs look: what is missing there is said as they expect it."""

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
_OF_PAGES = {
    "cache-control": "no-cache",
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "vary": "Accept",
}
_OF_ASSETS = {
    "cache-control": "public, max-age=31536000, immutable",
    "x-content-type-options": "nosniff",
    "vary": "Accept-Encoding",
}
_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,128}")
_OTHER_TYPE = "application/octet-stream"
_PACKED_ALREADY = frozenset({".png", ".woff2"})

_NOT_BUILT = "The pages of the console are not built yet: run `make console` in the source folder, then reload."


class Front(Struct):
    """What is served here, and where it is described."""

    name: str
    version: str
    openapi: str


@get("/", sync_to_thread=False, opt={"open": True, "answer": Front})
def front(request: AnyRequest) -> ASGIResponse:
    """Say what is served here, and where it is described; show the console to a browser."""
    if _is_browser(request):
        return _page(request)
    answer = reply(200, Front(name="pointsman", version=__version__, openapi="/openapi.json"))
    answer.headers["vary"] = "Accept"
    return answer


@get([path for start in ADDRESSES for path in (start, f"{start}/{{rest:path}}")], sync_to_thread=False,
     include_in_schema=False, opt={"open": True})  # fmt: skip
def show_page(request: AnyRequest) -> ASGIResponse:
    """Show the console to a browser: it finds the page of an address by itself."""
    if not _is_browser(request):
        raise NotFoundException
    return _page(request)


@get("/assets/{name:str}", sync_to_thread=True, include_in_schema=False, opt={"open": True})
def show_asset(request: AnyRequest, name: FromPath[str]) -> ASGIResponse:
    """Answer with a part of the pages. Its name changes with what is in it, so it can be kept for ever."""
    folder: Path = request.app.state.dist / "assets"
    path = folder / name
    if not _NAME.fullmatch(name) or not path.is_file():
        raise NotFoundException
    ways = _read(path, path.stat().st_mtime_ns)
    known = {way.partition(";")[0].strip() for way in request.headers.get("accept-encoding", "").split(",")}
    way = next((way for way in ("br", "gzip") if way in ways and way in known), "")
    return ASGIResponse(
        body=ways[way],
        media_type=_TYPES.get(path.suffix, _OTHER_TYPE),
        headers={**_OF_ASSETS, **({"content-encoding": way} if way else {})},
    )


def show_lost_page(request: AnyRequest) -> Response[bytes] | None:
    """Answer a browser that is lost with the console, which says so; None where programs are spoken to."""
    index: Path = request.app.state.dist / "index.html"
    is_page = request.scope["path"].split("/")[1] not in _NO_PAGES
    if not (request.method == "GET" and is_page and _is_browser(request) and index.is_file()):
        return None
    return Response(index.read_bytes(), status_code=404, media_type="text/html", headers=_OF_PAGES)


def _is_browser(request: AnyRequest) -> bool:
    return "text/html" in request.headers.get("accept", "")


def _page(request: AnyRequest) -> ASGIResponse:
    index: Path = request.app.state.dist / "index.html"
    if not index.is_file():
        return ASGIResponse(body=_NOT_BUILT.encode(), media_type="text/plain", headers=_OF_PAGES)
    return ASGIResponse(body=index.read_bytes(), media_type="text/html", headers=_OF_PAGES)


@lru_cache(maxsize=512)
def _read(path: Path, _changed: int) -> dict[str, bytes]:
    """Read a file as it is, and packed where that makes it smaller, by how it is packed; once, until it changes."""
    plain, built = path.read_bytes(), path.with_name(f"{path.name}.br")
    ways = {"": plain, "br": built.read_bytes() if built.is_file() else plain, "gzip": plain}
    if path.suffix not in _PACKED_ALREADY:
        ways["gzip"] = gzip.compress(plain, mtime=0)
    return {way: body for way, body in ways.items() if not way or len(body) < len(plain)}


handlers = [front, show_page, show_asset]
