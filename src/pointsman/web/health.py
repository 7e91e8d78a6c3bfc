"""Is the server up, can it work, and what has it done?"""

from litestar import Response, get
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from pointsman import metrics
from pointsman.services import backlog
from pointsman.web.call import AnyRequest, app_of


@get("/healthz", sync_to_thread=False, opt={"open": True})
def health() -> dict[str, str]:
    """Answer as soon as requests are served."""
    return {"status": "ok"}


@get("/readyz", opt={"open": True, "also": {"503": "Not ready, and why"}})
async def ready(request: AnyRequest) -> Response[dict[str, str]]:
    """Answer 200 when the database is there with the schema of this program, else 503 and what is wrong."""
    problem = await backlog.find_problem(app_of(request).db)
    if problem is None:
        return Response({"status": "ready"})
    return Response({"status": "not ready", "reason": problem}, status_code=503)


@get("/metrics", opt={"open": True}, include_in_schema=False)
async def show_metrics(request: AnyRequest) -> Response[bytes]:
    """Tell Prometheus what this process has done, and what is due in the database."""
    app = app_of(request)
    now = app.clock()
    due = await app.db.read(lambda tx: backlog.read_backlog(tx, now))
    metrics.note_backlog(runs=due.runs, effects=due.effects, lag_seconds=due.lag_seconds)
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


handlers = [health, ready, show_metrics]
