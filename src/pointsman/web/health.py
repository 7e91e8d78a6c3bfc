"""Is the server up?"""

from litestar import get


@get("/healthz", sync_to_thread=False, opt={"open": True})
def health() -> dict[str, str]:
    """Answer as soon as requests are served."""
    return {"status": "ok"}
