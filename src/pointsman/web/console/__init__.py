"""What the console needs beyond the three surfaces."""

from litestar import Router

from pointsman.web.console import (
    analytics,
    drawings,
    errors,
    imports,
    leads,
    overview,
    pages,
    rules,
    session,
    settings,
    users,
    workflow_life,
)

router = Router(
    path="/console",
    route_handlers=[
        *session.handlers,
        *users.handlers,
        *analytics.handlers,
        *overview.handlers,
        *drawings.handlers,
        *imports.handlers,
        *leads.handlers,
        *rules.handlers,
        *settings.handlers,
        *workflow_life.handlers,
    ],
)

uploads = imports.uploads

__all__ = ["errors", "pages", "router", "uploads"]
