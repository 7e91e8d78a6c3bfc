"""Conversions and their types (contract section 7). Making and changing types is ours."""

from datetime import datetime
from typing import Annotated, Any

from litestar import get, patch, post
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response.base import ASGIResponse
from msgspec import UNSET, Meta, Struct, UnsetType, to_builtins
from sqlalchemy import Connection, Row

from pointsman.core.access import Scope
from pointsman.core.errors import Invalid
from pointsman.core.ids import parse_id
from pointsman.core.lead import email_key, phone_key
from pointsman.core.values import as_moment
from pointsman.core.zones import in_utc
from pointsman.services import conversions
from pointsman.services.conversions import CATEGORIES, FIELD_TYPES, TYPE_NOT_FOUND, UNKNOWN_WORKFLOW, Conversion
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, body_of, change, create, path_id, show
from pointsman.web.nexor.envelope import Success
from pointsman.web.nexor.processors import given_fields
from pointsman.web.times import iso

LARGEST_PAGE = 200
LARGEST_OFFSET = 2**31 - 1
FIRST_YEAR, LAST_YEAR = 1900, 2999

Category = Annotated[str, Meta(extra_json_schema={"enum": list(CATEGORIES)})]


class ConversionField(Struct):
    """Something that is asked for with a conversion of a type."""

    key: str
    label: str
    type: Annotated[str, Meta(extra_json_schema={"enum": list(FIELD_TYPES)})]


class ConversionTypeCreate(Struct):
    """A conversion type to make. Conversions inherit its workflow and, unless they say otherwise, its currency."""

    name: str
    category: Category
    currency: str
    description: str | None = None
    fields: list[ConversionField] | None = None
    workflow_id: str | None = None


class ConversionTypeUpdate(Struct):
    """What to change about a conversion type; what is absent stays."""

    name: str | UnsetType = UNSET
    category: Category | UnsetType = UNSET
    currency: str | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    fields: list[ConversionField] | UnsetType = UNSET
    workflow_id: str | UnsetType | None = UNSET
    is_active: bool | UnsetType = UNSET


class ConversionTypeShape(Struct):
    """A conversion type. There are no master workflows here, so the key is always null."""

    id: str
    name: str
    description: str | None
    category: str
    currency: str
    fields: list[ConversionField]
    workflow_id: str | None
    created_at: str
    is_active: bool
    master_workflow_id: None = None


class ConversionTypeAnswer(Success, kw_only=True):
    """One conversion type."""

    conversion_type: ConversionTypeShape


class ConversionTypeList(Success, kw_only=True):
    """The active conversion types, oldest first."""

    conversion_types: list[ConversionTypeShape]


class ConversionCreate(Struct):
    """A conversion to record, of the lead with an id, an e-mail address or a number; of several, the newest one.

    `converted_at` without an offset is in UTC. `description` is another name for `notes`.
    """

    conversion_type_id: str
    amount: float
    lead_id: str | None = None
    lead_email: str | None = None
    lead_phone: str | None = None
    workflow_run_id: str | None = None
    currency: str | None = None
    converted_at: str | None = None
    metadata: dict[str, Any] | None = None
    notes: str | None = None
    description: str | None = None


class TypeOfConversion(Struct):
    """The type of a conversion, as it is now."""

    name: str
    category: str
    fields: list[ConversionField]


class ConversionShape(Struct):
    """A conversion. `conversion_types` is one object, its type."""

    id: str
    conversion_type_id: str
    lead_id: str
    workflow_id: str | None
    workflow_run_id: str | None
    amount: float
    currency: str
    metadata: dict[str, Any]
    notes: str | None
    converted_at: str
    created_at: str
    conversion_types: TypeOfConversion
    master_workflow_id: None = None


class ConversionAnswer(Success, kw_only=True):
    """One conversion."""

    conversion_event: ConversionShape


class ConversionList(Success, kw_only=True):
    """A page of conversions, and how many there are in all."""

    conversion_events: list[ConversionShape]
    total: int


@get("/conversion-types", guards=[needs(Scope.LEADS_READ)], opt={"answer": ConversionTypeList})
async def list_conversion_types(request: AnyRequest) -> ASGIResponse:
    """List the conversion types that are active."""
    return await show(
        request,
        lambda tx, org_id: ConversionTypeList(
            conversion_types=[_type(row) for row in conversions.list_types(tx, org_id)]
        ),
    )


@post(
    "/conversion-types",
    guards=[needs(Scope.ADMIN, Scope.LEADS_WRITE)],
    opt={"body": ConversionTypeCreate, "answer": ConversionTypeAnswer},
)
async def create_conversion_type(request: AnyRequest) -> ASGIResponse:
    """Make a conversion type."""
    body = await body_of(request, ConversionTypeCreate)
    values = {**_values(given_fields(body)), "fields": to_builtins(body.fields or [])}
    return await create(
        request,
        lambda tx, org_id, now: ConversionTypeAnswer(
            conversion_type=_type(conversions.create_type(tx, org_id, now, values))
        ),
    )


@patch(
    "/conversion-types/{type_id:str}",
    guards=[needs(Scope.ADMIN, Scope.LEADS_WRITE)],
    opt={"body": ConversionTypeUpdate, "answer": ConversionTypeAnswer},
)
async def update_conversion_type(request: AnyRequest, type_id: FromPath[str]) -> ASGIResponse:
    """Change a conversion type, also to be no longer active."""
    id_ = path_id(type_id, TYPE_NOT_FOUND)
    changes = _values(given_fields(await body_of(request, ConversionTypeUpdate)))
    return await change(
        request,
        lambda tx, org_id, now: ConversionTypeAnswer(
            conversion_type=_type(conversions.update_type(tx, org_id, id_, changes, now))
        ),
    )


@post("/conversions", guards=[needs(Scope.LEADS_WRITE)], opt={"body": ConversionCreate, "answer": ConversionAnswer})
async def create_conversion(request: AnyRequest) -> ASGIResponse:
    """Record that a lead converted; a conversion of category `final` ends the lead's ownership."""
    body = await body_of(request, ConversionCreate)
    lead_by, lead_key = _lead_key(body)
    wanted = Conversion(
        type_id=parse_id(body.conversion_type_id),
        lead_by=lead_by,
        lead_key=lead_key,
        amount=body.amount,
        currency=body.currency,
        has_run=body.workflow_run_id is not None,
        run_id=parse_id(body.workflow_run_id or ""),
        converted_at=_moment(body.converted_at),
        metadata=body.metadata or {},
        notes=body.notes if body.notes is not None else body.description,
    )
    return await create(
        request,
        lambda tx, org_id, now: ConversionAnswer(
            conversion_event=_conversion(conversions.record_conversion(tx, org_id, now, wanted))
        ),
    )


@get("/conversions", guards=[needs(Scope.LEADS_READ)], opt={"answer": ConversionList})
async def list_conversions(
    request: AnyRequest,
    lead_id: FromQuery[str | None] = None,
    workflow_id: FromQuery[str | None] = None,
    master_workflow_id: FromQuery[str | None] = None,
    workflow_run_id: FromQuery[str | None] = None,
    conversion_type_id: FromQuery[str | None] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=LARGEST_PAGE)] = 50,
    offset: Annotated[int, QueryParameter(ge=0, le=LARGEST_OFFSET)] = 0,
) -> ASGIResponse:
    """List conversions, the latest first."""
    asked = {
        "lead_id": lead_id,
        "workflow_id": workflow_id,
        "run_id": workflow_run_id,
        "conversion_type_id": conversion_type_id,
    }
    filters = {column: parse_id(text) for column, text in asked.items() if text}
    possible = {column: id_ for column, id_ in filters.items() if id_ is not None}

    def work(tx: Connection, org_id: str) -> ConversionList:
        if master_workflow_id or len(possible) < len(filters):
            return ConversionList(conversion_events=[], total=0)
        rows, total = conversions.list_conversions(tx, org_id, possible, limit=limit, offset=offset)
        return ConversionList(conversion_events=[_conversion(row) for row in rows], total=total)

    return await show(request, work)


def _lead_key(body: ConversionCreate) -> tuple[str, str | None]:
    """Say by what the lead is named, and what to look for: None if that is nobody's id, address or number."""
    if body.lead_id is not None:
        return "lead_id", parse_id(body.lead_id)
    if body.lead_email is not None:
        return "lead_email", email_key(body.lead_email)
    if body.lead_phone is not None:
        return "lead_phone", phone_key(body.lead_phone)
    raise Invalid("lead_id is required")


def _values(given: dict[str, Any]) -> dict[str, Any]:
    """Turn what was given into what is stored; an empty text in an optional field is none."""
    values: dict[str, Any] = to_builtins(given)
    for name in ("description", "workflow_id"):
        if name in values:
            values[name] = values[name] or None
    if values.get("workflow_id") is not None:
        values["workflow_id"] = parse_id(values["workflow_id"])
        if values["workflow_id"] is None:
            raise Invalid(UNKNOWN_WORKFLOW)
    return values


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    moment = as_moment(text)
    if moment is None:
        raise Invalid("converted_at must be an ISO 8601 date or date-time")
    if not FIRST_YEAR <= in_utc(moment).year <= LAST_YEAR:
        raise Invalid(f"converted_at must be in the years {FIRST_YEAR} to {LAST_YEAR}")
    return in_utc(moment)


def _type(row: Row[Any]) -> ConversionTypeShape:
    return ConversionTypeShape(
        id=row.id,
        name=row.name,
        description=row.description,
        category=row.category,
        currency=row.currency,
        fields=_fields(row.fields),
        workflow_id=row.workflow_id,
        created_at=iso(row.created_at),
        is_active=row.is_active,
    )


def _conversion(row: Row[Any]) -> ConversionShape:
    return ConversionShape(
        id=row.id,
        conversion_type_id=row.conversion_type_id,
        lead_id=row.lead_id,
        workflow_id=row.workflow_id,
        workflow_run_id=row.run_id,
        amount=row.amount,
        currency=row.currency,
        metadata=row.metadata,
        notes=row.notes,
        converted_at=iso(row.converted_at),
        created_at=iso(row.created_at),
        conversion_types=TypeOfConversion(
            name=row.type_name, category=row.type_category, fields=_fields(row.type_fields)
        ),
    )


def _fields(stored: list[dict[str, Any]]) -> list[ConversionField]:
    return [ConversionField(**one) for one in stored]


handlers = [
    list_conversion_types,
    create_conversion_type,
    update_conversion_type,
    create_conversion,
    list_conversions,
]
