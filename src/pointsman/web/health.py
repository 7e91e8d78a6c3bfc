"""Is the server up, and what is it?"""

from litestar import get

from pointsman import __version__


@get("/healthz", sync_to_thread=False, opt={"open": True})
def health() -> dict[str, str]:
    """Answer as soon as requests are served."""
    return {"status": "ok"}


@get("/", sync_to_thread=False, opt={"open": True})
def front() -> dict[str, str]:
    """Say what is served here, and where it is described."""
    return {"name": "pointsman", "version": __version__, "openapi": "/openapi.json"}
