"""Agents: what speaks on a call (design section 6)."""

from datetime import datetime
from typing import Annotated, Any

from litestar import delete, get, patch, post
from litestar.params import FromPath
from litestar.response.base import ASGIResponse
from msgspec import UNSET, Meta, Struct, UnsetType
from sqlalchemy import Connection, Row

from pointsman.core.access import Scope
from pointsman.core.agents import mask
from pointsman.core.calls import PROVIDERS
from pointsman.core.ids import prefixed
from pointsman.services import agents
from pointsman.services.agents import AGENT_NOT_FOUND
from pointsman.services.workflows import LONGEST_NAME
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, change, create, path_id, show
from pointsman.web.dialnexa.body import fields_of
from pointsman.web.dialnexa.changes import changes_of
from pointsman.web.dialnexa.paging import FIRST_PAGE, USUAL_SIZE, PageMeta, PageNumber, PageSize, page_meta
from pointsman.web.dialnexa.shapes import Message
from pointsman.web.times import iso

Name = Annotated[str, Meta(max_length=LONGEST_NAME)]
Provider = Annotated[str, Meta(extra_json_schema={"enum": list(PROVIDERS)})]


class AgentCreate(Struct):
    """An agent to make. `config` is what its provider needs; without a provider it is the built-in simulator."""

    name: Name
    provider: Provider | None = None
    config: dict[str, Any] | None = None


class AgentUpdate(Struct):
    """What to change about an agent. A config replaces the whole old one; a mask in it keeps the secret there."""

    name: Name | UnsetType = UNSET
    provider: Provider | UnsetType = UNSET
    config: dict[str, Any] | UnsetType = UNSET


class Agent(Struct):
    """An agent. Secrets in its config are masked."""

    id: str
    name: str
    provider: str
    config: dict[str, Any]
    created_at: str
    updated_at: str


class AgentList(Struct):
    """A page of agents, newest first."""

    data: list[Agent]
    meta: PageMeta


@post("/agents", guards=[needs(Scope.WORKFLOWS_WRITE)], opt={"body": AgentCreate, "answer": Agent})
async def create_agent(request: AnyRequest) -> ASGIResponse:
    """Make an agent."""
    body = await fields_of(request, AgentCreate)
    provider = body.provider or PROVIDERS[0]
    return await create(
        request,
        lambda tx, org_id, now: _shape(
            agents.create_agent(tx, org_id, now, name=body.name, provider=provider, config=body.config or {})
        ),
    )


@get("/agents", guards=[needs(Scope.WORKFLOWS_READ)], opt={"answer": AgentList})
async def list_agents(request: AnyRequest, page: PageNumber = FIRST_PAGE, limit: PageSize = USUAL_SIZE) -> ASGIResponse:
    """List agents."""

    def work(tx: Connection, org_id: str) -> AgentList:
        rows, total = agents.list_agents(tx, org_id, page=page, limit=limit)
        return AgentList(data=[_shape(row) for row in rows], meta=page_meta(page, limit, total))

    return await show(request, work)


@get("/agents/{agent_id:str}", guards=[needs(Scope.WORKFLOWS_READ)], opt={"answer": Agent})
async def get_agent(request: AnyRequest, agent_id: FromPath[str]) -> ASGIResponse:
    """Show an agent."""
    id_ = path_id(agent_id, AGENT_NOT_FOUND)
    return await show(request, lambda tx, org_id: _shape(agents.find_agent(tx, org_id, id_)))


@patch("/agents/{agent_id:str}", guards=[needs(Scope.WORKFLOWS_WRITE)], opt={"body": AgentUpdate, "answer": Agent})
async def update_agent(request: AnyRequest, agent_id: FromPath[str]) -> ASGIResponse:
    """Change an agent."""
    id_ = path_id(agent_id, AGENT_NOT_FOUND)
    changes = await changes_of(request, AgentUpdate)
    return await change(request, lambda tx, org_id, now: _shape(agents.update_agent(tx, org_id, id_, changes, now)))


@delete("/agents/{agent_id:str}", status_code=200, guards=[needs(Scope.WORKFLOWS_WRITE)], opt={"answer": Message})
async def delete_agent(request: AnyRequest, agent_id: FromPath[str]) -> ASGIResponse:
    """Delete an agent that no active or paused workflow uses."""
    id_ = path_id(agent_id, AGENT_NOT_FOUND)

    def work(tx: Connection, org_id: str, now: datetime) -> Message:
        agents.delete_agent(tx, org_id, id_, now)
        return Message("Agent deleted.")

    return await change(request, work)


def _shape(row: Row[Any]) -> Agent:
    return Agent(
        id=prefixed("agent", row.id),
        name=row.name,
        provider=row.provider,
        config=mask(row.config),
        created_at=iso(row.created_at),
        updated_at=iso(row.updated_at),
    )


handlers = [create_agent, list_agents, get_agent, update_agent, delete_agent]
