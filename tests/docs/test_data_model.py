"""The page of the data model names every table, and no other."""

import re

from pointsman.storage.tables import metadata
from tests.docs.examples import ROOT


def test_every_table_is_listed_once_and_no_other() -> None:
    page = (ROOT / "docs/reference/data-model.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"`(\w+)`", page.partition("## All tables")[2])) == sorted(metadata.tables)
