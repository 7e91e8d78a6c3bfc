"""Leads as forms, ad platforms and automations send them: whatever they call things, what is a field of a lead.

A mapping says where fields are. Beyond it, what is named like a field becomes that field, and everything else metadata:
nothing that came in is dropped.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from pointsman.core.errors import Invalid, Refused
from pointsman.core.ids import parse_id
from pointsman.core.lead import LeadDraft, lead_text, split_name
from pointsman.core.values import Json
from pointsman.services.import_columns import FIELDS, METADATA, field_named, spelling_of
from pointsman.services.intake import LARGEST_BATCH, UNKNOWN_CAMPAIGN
from pointsman.services.leads import MOST_METADATA_KEYS

SOURCE = "hook"
"""Source of leads that name none."""

WHOLE_NAME = "name"
"""A name to be split, beside the fields of a lead."""

TARGETS = (*FIELDS, WHOLE_NAME)
"""What a mapping can fill, beside `metadata.<key>`."""

NOBODY = "This says not who the lead is: send a name, first_name, email or phone, or map one of them in the hook"
NOT_LEADS = "Request body must be a lead as a JSON object or a form, or an array of such objects"
SIGNING_KEY = "google_key"
"""What a Google lead form signs itself with; it is a secret, and kept nowhere."""

_SPELLINGS = {
    "fname": "first_name",
    "givenname": "first_name",
    "lname": "last_name",
    "surname": "last_name",
    "familyname": "last_name",
    "mail": "email",
    "youremail": "email",
    "workemail": "email",
    "tel": "phone",
    "mobile": "phone",
    "mobilephone": "phone",
    "yourphone": "phone",
    "organization": "company",
    "organisation": "company",
    "leadid": "external_id",
    "leadgenid": "external_id",
    "name": WHOLE_NAME,
    "fullname": WHOLE_NAME,
    "yourname": WHOLE_NAME,
}
_ANSWERS = (("field_data", "name", "values"), ("user_column_data", "column_id", "string_value"))
"""Lists of questions and answers: of Facebook and LinkedIn lead forms, of Google ones."""


def read_leads(value: Any, mapping: Mapping[str, str], defaults: Mapping[str, Json]) -> list[LeadDraft | Refused]:
    """Read what came in: one lead or up to 1,000, with a `Refused` where one is wrong."""
    items = value if isinstance(value, list) else [value]
    if not items or not isinstance(value, (list, dict)):
        raise Invalid(NOT_LEADS)
    if len(items) > LARGEST_BATCH:
        raise Invalid(f"Maximum {LARGEST_BATCH} leads per request")
    return [item if isinstance(item, Refused) else _read_or_refuse(item, mapping, defaults) for item in items]


def read_lead(item: Mapping[str, Any], mapping: Mapping[str, str], defaults: Mapping[str, Json]) -> LeadDraft:
    """Read one lead."""
    found = _Found(_with_answers(item))
    for meaning, path in mapping.items():
        found.take_from(path, meaning)
    found.take_the_rest()
    found.fill_in(defaults)
    return found.draft()


def is_blank(value: Any) -> bool:
    """Tell whether a value says nothing: forms send empty text for what was not filled in."""
    return value is None or value in ([], {}) or (isinstance(value, str) and (not value or value.isspace()))


def _read_or_refuse(item: Any, mapping: Mapping[str, str], defaults: Mapping[str, Json]) -> LeadDraft | Refused:
    if not isinstance(item, dict):
        return Invalid("A lead must be an object")
    try:
        return read_lead(item, mapping, defaults)
    except Refused as refused:
        return refused


class _Found:
    """What is known of one lead so far: fields as text, metadata, and which keys of what came in are used up."""

    def __init__(self, said: Mapping[str, Any]) -> None:
        self._said = said
        self._used: set[str] = {SIGNING_KEY}
        self._texts: dict[str, str] = {}
        self._metadata: dict[str, Any] = {}

    def take_from(self, path: str, meaning: str) -> None:
        """Take what stands at a path as a field, or as metadata."""
        value = _look_up(self._said, path)
        self._used.add(path)
        if is_blank(value):
            return
        if meaning.startswith(METADATA):
            self._metadata[meaning.removeprefix(METADATA)] = value
            return
        text = _text(meaning, value)
        if text is None:
            raise Invalid(f"{meaning} must be a text, but {path} holds something else")
        self._texts[meaning] = text

    def take_the_rest(self) -> None:
        """Take every key that is not used up as the field it is named after, else as metadata."""
        explicit = self._said.get("metadata")
        for key, value in self._said.items():
            if key in self._used or is_blank(value) or (key == "metadata" and isinstance(explicit, dict)):
                continue
            field = field_named(key) or _SPELLINGS.get(spelling_of(key))
            text = _text(field, value) if field and field not in self._texts else None
            if text is None or (field == "campaign_id" and parse_id(text) is None):
                self._metadata.setdefault(key.removeprefix(METADATA) or key, value)
            elif field is not None:
                self._texts[field] = text
        if isinstance(explicit, dict) and "metadata" not in self._used:
            self._metadata |= explicit

    def fill_in(self, defaults: Mapping[str, Json]) -> None:
        """Fill what did not come in, as far as the hook says something about it."""
        for meaning, value in defaults.items():
            if meaning.startswith(METADATA):
                self._metadata.setdefault(meaning.removeprefix(METADATA), value)
            elif meaning in FIELDS:
                self._texts.setdefault(meaning, str(value))

    def draft(self) -> LeadDraft:
        """Make the lead; one without a first name is called after its name, or after how it can be reached."""
        texts, name = self._texts, self._texts.pop(WHOLE_NAME, None)
        if name is not None and "first_name" in texts:
            self._metadata.setdefault(WHOLE_NAME, name)
        elif name is not None:
            texts["first_name"], rest = split_name(name)
            if rest is not None:
                texts.setdefault("last_name", rest)
        called = ("first_name", "email", "phone", "external_id", "last_name")
        texts["first_name"] = next((texts[field] for field in called if field in texts), "")
        if not texts["first_name"]:
            raise Invalid(NOBODY)
        if len(self._metadata) > MOST_METADATA_KEYS:
            raise Invalid(f"A lead must not have more than {MOST_METADATA_KEYS} keys of metadata")
        campaign = texts.pop("campaign_id", None)
        if campaign is not None and parse_id(campaign) is None:
            raise Invalid(UNKNOWN_CAMPAIGN)
        campaign_id = parse_id(campaign) if campaign else None
        fields: dict[str, Any] = {"source": SOURCE, **texts}
        return LeadDraft(**fields, campaign_id=campaign_id, metadata=self._metadata)


def _with_answers(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """Put the answers of a lead form before whatever else came in, under the names of their questions."""
    for holder, question, answer in _ANSWERS:
        answers = _read_answers(item.get(holder), question, answer)
        if answers:
            rest = {key: value for key, value in item.items() if key != holder and key not in answers}
            if "id" in rest and "lead_id" not in rest:
                rest["lead_id"] = rest.pop("id")
            return answers | rest
    return item


def _read_answers(held: Any, question: str, answer: str) -> dict[str, Any]:
    """Read a list of questions and answers; empty when it is none."""
    answers: dict[str, Any] = {}
    for entry in held if isinstance(held, list) else ():
        name = entry.get(question) if isinstance(entry, dict) else None
        if not isinstance(name, str) or answer not in entry:
            return {}
        value = entry[answer]
        answers[name] = value[0] if isinstance(value, list) and len(value) == 1 else value
    return answers


def _look_up(said: Mapping[str, Any], path: str) -> Any:
    """Find what a path means: first a key of exactly that name, else step by step; numbers step into lists."""
    if path in said:
        return said[path]
    value: Any = said
    for step in path.split("."):
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, Sequence) and not isinstance(value, str) and _is_place(step, value):
            value = value[int(step)]
        else:
            return None
    return value


def _is_place(step: str, items: Sequence[Any]) -> bool:
    return step.isascii() and step.isdigit() and len(step) <= len(str(len(items))) and int(step) < len(items)


def _text(field: str, value: Any) -> str | None:
    """Read a value as the text of a field; None when it says nothing, or more than a text can."""
    if isinstance(value, list):
        return next((text for item in value if not isinstance(item, list) and (text := _text(field, item))), None)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    return lead_text(field, value.strip()) if isinstance(value, str) else None
