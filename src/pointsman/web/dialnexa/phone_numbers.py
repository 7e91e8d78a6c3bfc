"""Phone numbers of the organization, which calls are placed from (contract section 7)."""

from datetime import datetime
from typing import Annotated, Any

from litestar import delete, get, patch, post
from litestar.params import FromPath
from litestar.response.base import ASGIResponse
from msgspec import UNSET, Meta, Struct, UnsetType
from sqlalchemy import Connection, Row

from pointsman.core.access import Scope
from pointsman.core.ids import prefixed
from pointsman.services import phone_numbers
from pointsman.services.phone_numbers import PHONE_NUMBER_NOT_FOUND
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, change, create, path_id, show
from pointsman.web.dialnexa.body import fields_of
from pointsman.web.dialnexa.changes import changes_of
from pointsman.web.dialnexa.paging import FIRST_PAGE, USUAL_SIZE, PageMeta, PageNumber, PageSize, page_meta
from pointsman.web.dialnexa.shapes import Message
from pointsman.web.times import iso

E164 = Annotated[str, Meta(examples=["+14155550100"], extra_json_schema={"pattern": "^\\+[1-9][0-9]{6,14}$"})]
"""A phone number as it is documented; others with their country code are read too."""

Label = Annotated[str, Meta(max_length=200)]

USABLE = "active"
"""The status of every number: one that was deleted is not there."""


class PhoneNumberCreate(Struct):
    """A phone number to add, in E.164. `nickname` is read in place of `label`."""

    phone_number: E164
    label: Label | None = None
    nickname: Label | None = None
    agent_id: str | None = None


class PhoneNumberUpdate(Struct):
    """What to change about a phone number; null empties. `nickname` is read in place of `label`."""

    label: Label | UnsetType | None = UNSET
    nickname: Label | UnsetType | None = UNSET
    agent_id: str | UnsetType | None = UNSET


class PhoneNumber(Struct):
    """A phone number. `provider` is that of its agent."""

    id: str
    phone_number: str
    label: str | None
    nickname: str | None
    agent_id: str | None
    status: str
    provider: str | None
    created_at: str


class PhoneNumberList(Struct):
    """A page of phone numbers, newest first."""

    data: list[PhoneNumber]
    meta: PageMeta


@post(
    "/organization-phone-numbers",
    guards=[needs(Scope.WORKFLOWS_WRITE)],
    opt={"body": PhoneNumberCreate, "answer": PhoneNumber},
)
async def create_phone_number(request: AnyRequest) -> ASGIResponse:
    """Add a phone number."""
    body = await fields_of(request, PhoneNumberCreate)
    return await create(
        request,
        lambda tx, org_id, now: _shape(
            phone_numbers.create_phone_number(
                tx,
                org_id,
                now,
                phone_number=body.phone_number,
                label=body.label or body.nickname or None,
                agent_id=body.agent_id,
            )
        ),
    )


@get("/organization-phone-numbers", guards=[needs(Scope.WORKFLOWS_READ)], opt={"answer": PhoneNumberList})
async def list_phone_numbers(
    request: AnyRequest, page: PageNumber = FIRST_PAGE, limit: PageSize = USUAL_SIZE
) -> ASGIResponse:
    """List phone numbers."""

    def work(tx: Connection, org_id: str) -> PhoneNumberList:
        rows, total = phone_numbers.list_phone_numbers(tx, org_id, page=page, limit=limit)
        return PhoneNumberList(data=[_shape(row) for row in rows], meta=page_meta(page, limit, total))

    return await show(request, work)


@get(
    "/organization-phone-numbers/{phone_number_id:str}",
    guards=[needs(Scope.WORKFLOWS_READ)],
    opt={"answer": PhoneNumber},
)
async def get_phone_number(request: AnyRequest, phone_number_id: FromPath[str]) -> ASGIResponse:
    """Show a phone number."""
    id_ = path_id(phone_number_id, PHONE_NUMBER_NOT_FOUND)
    return await show(request, lambda tx, org_id: _shape(phone_numbers.find_phone_number(tx, org_id, id_)))


@patch(
    "/organization-phone-numbers/{phone_number_id:str}",
    guards=[needs(Scope.WORKFLOWS_WRITE)],
    opt={"body": PhoneNumberUpdate, "answer": PhoneNumber},
)
async def update_phone_number(request: AnyRequest, phone_number_id: FromPath[str]) -> ASGIResponse:
    """Change the label or the agent of a phone number."""
    id_ = path_id(phone_number_id, PHONE_NUMBER_NOT_FOUND)
    changes = await changes_of(request, PhoneNumberUpdate)
    if not changes.keys().isdisjoint(("label", "nickname")):
        changes["label"] = changes.get("label") or changes.pop("nickname", None) or None
    changes.pop("nickname", None)
    return await change(
        request, lambda tx, org_id, now: _shape(phone_numbers.update_phone_number(tx, org_id, id_, changes, now))
    )


@delete(
    "/organization-phone-numbers/{phone_number_id:str}",
    status_code=200,
    guards=[needs(Scope.WORKFLOWS_WRITE)],
    opt={"answer": Message},
)
async def delete_phone_number(request: AnyRequest, phone_number_id: FromPath[str]) -> ASGIResponse:
    """Delete a phone number that no active or paused workflow calls from."""
    id_ = path_id(phone_number_id, PHONE_NUMBER_NOT_FOUND)

    def work(tx: Connection, org_id: str, _now: datetime) -> Message:
        phone_numbers.delete_phone_number(tx, org_id, id_)
        return Message("Phone number deleted.")

    return await change(request, work)


def _shape(row: Row[Any]) -> PhoneNumber:
    return PhoneNumber(
        id=prefixed("phn", row.id),
        phone_number=row.phone_number,
        label=row.label,
        nickname=row.label,
        agent_id=prefixed("agent", row.agent_id) if row.agent_id else None,
        status=USABLE,
        provider=row.provider,
        created_at=iso(row.created_at),
    )


handlers = [create_phone_number, list_phone_numbers, get_phone_number, update_phone_number, delete_phone_number]
