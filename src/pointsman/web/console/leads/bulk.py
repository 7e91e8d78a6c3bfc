"""The same done to many leads: in batches, each a transaction of its own that can be repeated safely."""

from typing import Annotated

from litestar import post
from litestar.response.base import ASGIResponse
from msgspec import Meta, Struct
from sqlalchemy import Connection

from pointsman.core.access import Scope
from pointsman.core.errors import Invalid
from pointsman.core.ids import parse_id
from pointsman.core.lead_filter import LeadFilter
from pointsman.services.assigning import OpenOffice
from pointsman.services.idempotency import Answer, answer_once
from pointsman.services.lead_actions import ACTIONS, LARGEST_BATCH, Outcome, Result, Work, act_on, select_batch
from pointsman.services.leads import LEAD_NOT_FOUND
from pointsman.web.auth import needs
from pointsman.web.call import ENCODER, AnyRequest, app_of, body_of, caller_of, retry_key_of, send
from pointsman.web.console.leads.filters import FilterBody, read_filter
from pointsman.web.console.settings.paging import read_cursor


class BulkAction(Struct):
    """What to do to which leads: to those of `lead_ids`, or to those that pass `filter`.

    `target`: the tag, rep, ruleset or workflow that the action needs. With a filter one request does the first batch;
    the answer says where the `next` one begins, to be sent as `cursor`.
    """

    action: str
    target: Annotated[str, Meta(max_length=1000)] | None = None
    lead_ids: list[str] | None = None
    filter: FilterBody | None = None
    cursor: str | None = None


class BulkResult(Struct):
    """What became of one lead: `done`, `unchanged` (it was so already) or `refused`, and why."""

    lead_id: str
    name: str
    outcome: str
    message: str | None


class BulkAnswer(Struct):
    """What became of a batch; `next` is where the next one begins, null after the last."""

    done: int
    unchanged: int
    refused: int
    results: list[BulkResult]
    next: str | None


@post("/leads/bulk", status_code=200, guards=[needs(Scope.LEADS_WRITE)],
      opt={"body": BulkAction, "answer": BulkAnswer, "repeatable": True})  # fmt: skip
async def act_on_leads(request: AnyRequest) -> ASGIResponse:
    """Do the same to many leads, up to 200 in one request, and say what became of each."""
    body, retry_key = await body_of(request, BulkAction), await retry_key_of(request)
    ids, wanted, after = _selection(body)
    app, org_id, now = app_of(request), caller_of(request).org_id, app_of(request).clock()

    def run(tx: Connection) -> tuple[Answer, OpenOffice]:
        office = app.office.open(tx, now)

        def answer() -> Answer:
            batch, following = (ids, None) if wanted is None else select_batch(tx, org_id, wanted, after)
            work = Work(tx=tx, org_id=org_id, office=office, now=now)
            results = act_on(work, batch, body.action, body.target)
            return Answer(200, ENCODER.encode(_answer(results, following)))

        return answer_once(tx, org_id, retry_key, now, answer), office

    answered, office = await app.db.write(run)
    app.office.keep(office)
    app.bell.ring()
    return send(answered)


def _selection(body: BulkAction) -> tuple[list[str], LeadFilter | None, str | None]:
    """Read which leads are meant; ids that are none answer like those of no lead, each for itself."""
    if body.action not in ACTIONS:
        raise Invalid(f"action must be one of {', '.join(ACTIONS)}")
    if body.target is not None and "\0" in body.target:
        raise Invalid("target must not contain NUL characters")
    if (body.lead_ids is None) == (body.filter is None):
        raise Invalid("Provide either lead_ids or filter")
    if body.filter is not None:
        return [], read_filter(body.filter), read_cursor(body.cursor or "")
    texts = body.lead_ids or []
    if not texts:
        raise Invalid("lead_ids must be a non-empty array")
    if len(texts) > LARGEST_BATCH:
        raise Invalid(f"Maximum {LARGEST_BATCH} leads per request")
    ids = [parse_id(text) for text in texts]
    if None in ids:
        raise Invalid(f"lead_ids: {LEAD_NOT_FOUND}")
    return [id_ for id_ in ids if id_ is not None], None, None


def _answer(results: list[Result], following: str | None) -> BulkAnswer:
    counts = {outcome: sum(result.outcome == outcome for result in results) for outcome in Outcome}
    return BulkAnswer(
        done=counts[Outcome.DONE],
        unchanged=counts[Outcome.UNCHANGED],
        refused=counts[Outcome.REFUSED],
        results=[BulkResult(result.lead_id, result.name, result.outcome, result.message) for result in results],
        next=following,
    )


handlers = [act_on_leads]
