"""Who is signed in: signing in and out, one-time links, changing one's own password."""

from typing import Annotated, Any

from litestar import delete, get, patch, post
from litestar.params import FromPath
from litestar.response.base import ASGIResponse
from msgspec import UNSET, Meta, Struct, UnsetType
from sqlalchemy import Row

from pointsman.core.errors import Invalid, Unauthenticated
from pointsman.core.users import LONGEST_EMAIL, LONGEST_NAME, LONGEST_PASSWORD, SHORTEST_PASSWORD, Role, allowed
from pointsman.core.users import csrf_token as csrf_token_of
from pointsman.services import sessions, sign_in_links
from pointsman.services.sessions import SIGNED_OUT
from pointsman.services.sign_in_links import Newcomer
from pointsman.web.call import ENCODER, AnyRequest, app_of, body_of
from pointsman.web.console.signing_in import check_way, hash_password, sign_in, try_password
from pointsman.web.cookie import check_change, clear_cookie, session_token, set_cookie
from pointsman.web.shape import given
from pointsman.web.times import iso

OLD_IS_WRONG = "The old password is wrong"

Email = Annotated[str, Meta(max_length=LONGEST_EMAIL)]
Password = Annotated[str, Meta(max_length=LONGEST_PASSWORD)]
NewPassword = Annotated[str, Meta(extra_json_schema={"minLength": SHORTEST_PASSWORD, "maxLength": LONGEST_PASSWORD})]
Name = Annotated[str, Meta(max_length=LONGEST_NAME)]


class SessionUser(Struct):
    """Who is signed in. `role` is `owner`, `admin`, `member` or `viewer`."""

    id: str
    email: str
    name: str
    role: str


class SessionOrganization(Struct):
    """The organization they are signed in to."""

    id: str
    name: str


class SessionAnswer(Struct, kw_only=True):
    """The session. `may` lists every scope that the role has; `csrf_token` belongs into `X-CSRF-Token` of changes."""

    user: SessionUser
    organization: SessionOrganization
    may: list[str]
    csrf_token: str


class SignIn(Struct):
    """What one signs in with."""

    email: Email
    password: Password


class SignedOut(Struct):
    """Nobody is signed in any longer."""

    signed_out: bool


class LinkAnswer(Struct, kw_only=True):
    """What a link is for: `first_start`, `invitation` or `new_password`; and what is known already.

    Without an `organization`, whoever follows the link names a new one.
    """

    purpose: str
    email: str | None
    name: str | None
    role: str
    organization: str | None
    expires_at: str


class LinkUse(Struct, kw_only=True):
    """How a link is used. `name` and `email` are needed where it does not know them, as `organization` is."""

    password: NewPassword
    name: Name | UnsetType = UNSET
    email: Email | UnsetType = UNSET
    organization: Name | UnsetType = UNSET


class PasswordChange(Struct):
    """A new password of one's own."""

    old: Password
    new: NewPassword


@get("/session", opt={"open": True, "answer": SessionAnswer})
async def show_session(request: AnyRequest) -> ASGIResponse:
    """Tell who is signed in; 401 when nobody is."""
    return await _answer_session(request, _token(request))


@post("/session", status_code=200, opt={"open": True, "body": SignIn, "answer": SessionAnswer})
async def create_session(request: AnyRequest) -> ASGIResponse:
    """Sign in with e-mail address and password; the session comes as a cookie."""
    check_way(request)
    body = await body_of(request, SignIn)
    token = await sign_in(request, body.email, body.password)
    await _end_former(request)
    return await _answer_session(request, token, is_new=True)


@delete("/session", status_code=200, opt={"open": True, "answer": SignedOut})
async def end_session(request: AnyRequest) -> ASGIResponse:
    """Sign out."""
    token = session_token(request)
    if token is not None:
        check_change(request, token)
        await _end_former(request)
    return _private(SignedOut(signed_out=True), clear_cookie(request))


@patch("/session/password", opt={"open": True, "body": PasswordChange, "answer": SessionAnswer})
async def change_password(request: AnyRequest) -> ASGIResponse:
    """Change one's own password, and end all other sessions of one's own."""
    check_way(request)
    app, token = app_of(request), _token(request)
    check_change(request, token)
    body, now = await body_of(request, PasswordChange), app.clock()
    session = await app.db.read(lambda tx: sessions.find_session(tx, token, now))
    user = await try_password(request, session.email, body.old)
    if user is None:
        raise Invalid(OLD_IS_WRONG)
    hashed = await hash_password(request, body.new)
    await app.db.write(lambda tx: sessions.change_password(tx, user, token, hashed))
    return await _answer_session(request, token)


@get("/links/{token:str}", opt={"open": True, "answer": LinkAnswer})
async def show_link(request: AnyRequest, token: FromPath[str]) -> ASGIResponse:
    """Tell what a one-time link is for; 404 when it was used or its time is over."""
    app = app_of(request)
    now = app.clock()
    return _private(await app.db.read(lambda tx: _shape_link(sign_in_links.find_link(tx, token, now))))


@post("/links/{token:str}", status_code=200, opt={"open": True, "body": LinkUse, "answer": SessionAnswer})
async def use_link(request: AnyRequest, token: FromPath[str]) -> ASGIResponse:
    """Use a one-time link: choose a password, and be signed in."""
    check_way(request)
    app, body = app_of(request), await body_of(request, LinkUse)
    now = app.clock()
    await app.db.read(lambda tx: sign_in_links.find_link(tx, token, now))
    newcomer = Newcomer(
        password_hash=await hash_password(request, body.password),
        name=given(body.name),
        email=given(body.email),
        organization=given(body.organization),
    )
    session = await app.db.write(lambda tx: sign_in_links.use_link(tx, token, newcomer, now))
    await _end_former(request)
    return await _answer_session(request, session, is_new=True)


def _token(request: AnyRequest) -> str:
    token = session_token(request)
    if token is None:
        raise Unauthenticated(SIGNED_OUT)
    return token


async def _end_former(request: AnyRequest) -> None:
    """End the session that the request came with."""
    former = session_token(request)
    if former is not None:
        await app_of(request).db.write(lambda tx: sessions.end_session(tx, former))
        request.app.state.key_cache.forget_session(former)


async def _answer_session(request: AnyRequest, token: str, *, is_new: bool = False) -> ASGIResponse:
    app = app_of(request)
    now = app.clock()
    session = await app.db.read(lambda tx: sessions.find_session(tx, token, now))
    answer = SessionAnswer(
        user=SessionUser(id=session.user_id, email=session.email, name=session.name, role=session.role),
        organization=SessionOrganization(id=session.org_id, name=session.organization),
        may=allowed(Role(session.role)),
        csrf_token=csrf_token_of(token),
    )
    return _private(answer, *([set_cookie(request, token)] if is_new else []))


def _private(content: Any, *headers: tuple[str, str]) -> ASGIResponse:
    """Answer with what no cache may keep."""
    return ASGIResponse(
        body=ENCODER.encode(content),
        media_type="application/json",
        headers=dict([("cache-control", "no-store"), *headers]),
    )


def _shape_link(link: Row[Any]) -> LinkAnswer:
    return LinkAnswer(
        purpose=sign_in_links.purpose_of(link),
        email=link.email,
        name=link.name or None,
        role=link.role or Role.OWNER,
        organization=link.organization,
        expires_at=iso(link.expires_at),
    )


handlers = [show_session, create_session, end_session, change_password, show_link, use_link]
