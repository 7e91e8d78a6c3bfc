"""The table of settings is the settings."""

import re
from dataclasses import fields

from pointsman.settings import PREFIX, Settings
from tests.docs.examples import ROOT

ROW = re.compile(r"^\| `(POINTSMAN_\w+)` \| (?:`(.*?)`)? *\| (.*?) \|$", re.MULTILINE)


def test_the_page_lists_every_setting_with_its_default_and_meaning() -> None:
    page = (ROOT / "docs/reference/settings.md").read_text(encoding="utf-8")
    assert ROW.findall(page) == [
        (PREFIX + setting.name.upper(), spelled(setting.default), setting.metadata["about"])
        for setting in fields(Settings)
    ]


def spelled(default: object) -> str:
    return str(default).lower() if isinstance(default, bool) else str(default)
