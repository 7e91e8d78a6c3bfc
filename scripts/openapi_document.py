"""Print the OpenAPI document of this version, without starting a server."""

import asyncio
import json
import tempfile

import httpx

from pointsman.bootstrap import start
from pointsman.settings import Settings
from pointsman.web.app import create_app


async def document() -> object:
    """Ask the application itself; the document needs no database."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(start(Settings(data=folder)))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
            return (await client.get("/openapi.json")).raise_for_status().json()


print(json.dumps(asyncio.run(document()), indent=1))
