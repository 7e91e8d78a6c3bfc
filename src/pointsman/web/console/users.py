"""Users: listed, invited, changed, let in again and deleted by who may administrate."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import delete, get, patch, post
from litestar.params import FromPath, QueryParameter
from litestar.response.base import ASGIResponse
from msgspec import UNSET, Meta, Struct, UnsetType
from sqlalchemy import Connection, Row

from pointsman.core.access import Scope
from pointsman.core.errors import Invalid
from pointsman.core.ids import parse_id
from pointsman.core.users import LONGEST_EMAIL, LONGEST_NAME, Role
from pointsman.services import users
from pointsman.services.users import USER_NOT_FOUND, UserChange
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, app_of, body_of, caller_of, change, create, path_id, reply, show
from pointsman.web.shape import given
from pointsman.web.times import iso, iso_or_none

SHOWN_ONCE = "********"
"""Stands for the link when the answer is given again, because it was not kept."""

Email = Annotated[str, Meta(max_length=LONGEST_EMAIL)]
Name = Annotated[str, Meta(min_length=1, max_length=LONGEST_NAME)]


class UserInvite(Struct, kw_only=True):
    """Somebody to invite. Without a name it is what stands before the `@`, until they say otherwise."""

    email: Email
    role: Role
    name: Name | UnsetType = UNSET


class UserUpdate(Struct, kw_only=True):
    """What to change of a user."""

    name: Name | UnsetType = UNSET
    role: Role | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET


class UserRecord(Struct, kw_only=True):
    """A user. `has_password` is false until they followed their link, `link_expires_at` is that of an open link."""

    id: str
    email: str
    name: str
    role: str
    is_active: bool
    has_password: bool
    link_expires_at: str | None
    created_at: str
    seen_at: str | None


class UserRecords(Struct):
    """A part of the users, oldest first; how to get the next; and how many there are in all."""

    data: list[UserRecord]
    next: str | None
    total: int


class UserLink(Struct):
    """A user and the address, below this server's, that lets them in once; shown only now."""

    user: UserRecord
    link: str


@get("/users", guards=[needs(Scope.ADMIN)], opt={"answer": UserRecords})
async def list_users(
    request: AnyRequest,
    limit: Annotated[int, QueryParameter(ge=1, le=200)] = 100,
    cursor: Annotated[str | None, QueryParameter()] = None,
) -> ASGIResponse:
    """List the users of the organization."""
    now, after = app_of(request).clock(), _read_cursor(cursor)

    def work(tx: Connection, org_id: str) -> UserRecords:
        rows, total = users.list_users(tx, org_id, now, after=after, limit=limit)
        more = rows[-1].id if len(rows) == limit else None
        return UserRecords(data=[_shape(row) for row in rows], next=more, total=total)

    return await show(request, work)


@post("/users", guards=[needs(Scope.ADMIN)], opt={"body": UserInvite, "answer": UserLink})
async def invite_user(request: AnyRequest) -> ASGIResponse:
    """Invite somebody; whoever gets the link chooses a password and is signed in."""
    body, caller = await body_of(request, UserInvite), caller_of(request)
    links: dict[str, str] = {}

    def work(tx: Connection, org_id: str, now: datetime) -> UserLink:
        user_id, link = users.invite_user(tx, caller, now, email=body.email, name=given(body.name), role=body.role)
        links[user_id] = link
        return UserLink(user=_shape(users.show_user(tx, org_id, user_id, now)), link=SHOWN_ONCE)

    return _with_link(await create(request, work), links)


@patch("/users/{user_id:str}", guards=[needs(Scope.ADMIN)], opt={"body": UserUpdate, "answer": UserRecord})
async def change_user(request: AnyRequest, user_id: FromPath[str]) -> ASGIResponse:
    """Change a user's name or role, switch them off or on. It holds at once for who is signed in."""
    id_, body, caller = path_id(user_id, USER_NOT_FOUND), await body_of(request, UserUpdate), caller_of(request)
    wanted = UserChange(name=given(body.name), role=given(body.role), is_active=given(body.is_active))

    def work(tx: Connection, org_id: str, now: datetime) -> UserRecord:
        users.change_user(tx, caller, id_, wanted)
        return _shape(users.show_user(tx, org_id, id_, now))

    return await change(request, work)


@post("/users/{user_id:str}/link", guards=[needs(Scope.ADMIN)], opt={"answer": UserLink})
async def renew_link(request: AnyRequest, user_id: FromPath[str]) -> ASGIResponse:
    """Make a new link for a user, also for one who forgot the password; the one before ends."""
    id_, caller = path_id(user_id, USER_NOT_FOUND), caller_of(request)
    links: dict[str, str] = {}

    def work(tx: Connection, org_id: str, now: datetime) -> UserLink:
        links[id_] = users.renew_link(tx, caller, id_, now)
        return UserLink(user=_shape(users.show_user(tx, org_id, id_, now)), link=SHOWN_ONCE)

    return _with_link(await create(request, work), links)


@delete("/users/{user_id:str}", guards=[needs(Scope.ADMIN)])
async def delete_user(request: AnyRequest, user_id: FromPath[str]) -> None:
    """Delete a user."""
    id_, caller = path_id(user_id, USER_NOT_FOUND), caller_of(request)
    await change(request, lambda tx, _org_id, _now: users.delete_user(tx, caller, id_))


def _read_cursor(cursor: str | None) -> str | None:
    after = parse_id(cursor) if cursor is not None else None
    if cursor is not None and after is None:
        raise Invalid("cursor must be the `next` of an earlier answer")
    return after


def _with_link(answer: ASGIResponse, links: dict[str, str]) -> ASGIResponse:
    made = msgspec.json.decode(answer.body, type=UserLink)
    made.link = links.get(made.user.id, SHOWN_ONCE)
    return reply(201, made)


def _shape(row: Row[Any]) -> UserRecord:
    return UserRecord(
        id=row.id,
        email=row.email,
        name=row.name,
        role=row.role,
        is_active=row.is_active,
        has_password=row.password_hash is not None,
        link_expires_at=iso_or_none(row.link_expires_at),
        created_at=iso(row.created_at),
        seen_at=iso_or_none(row.seen_at),
    )


handlers = [list_users, invite_user, change_user, renew_link, delete_user]
