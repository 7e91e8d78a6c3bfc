import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pointsman.core.template import LARGEST_TEXT, LARGEST_VALUE, render, render_all
from tests.strategies import json_values

LEAD = {
    "first_name": "Zoë",
    "empty": "",
    "nothing": None,
    "score": 5,
    "rate": 1.5,
    "ok": True,
    "First Name": "Ann",
    "a.b": "flat",
    "metadata": {"city": "Paris", "utm.source": "ad", "utm": {"medium": "cpc"}, "tags": ["hot", {"x": 1}]},
    "list": [["deep"]],
}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("Hello {{first_name}}!", "Hello Zoë!"),
        ("{{ first_name }}{{first_name}}", "ZoëZoë"),
        ("{{score}} {{rate}} {{ok}} {{empty}}.", "5 1.5 true ."),
        ("{{First Name}}", "Ann"),
        ("{{a.b}}", "flat"),
        ("{{metadata.city}} {{metadata.utm.source}} {{metadata.utm.medium}}", "Paris ad cpc"),
        ("{{metadata.tags[0]}} {{metadata.tags[1].x}} {{list[0][0]}}", "hot 1 deep"),
        ("{{metadata.tags}}", '["hot", {"x": 1}]'),
        ('{{missing | default: "you"}}', "you"),
        ("{{missing | default: 'you'}}", "you"),
        ("{{missing|default:you}}", "you"),
        ('{{missing | default: "a | b"}}', "a | b"),
        ('{{missing | default: ""}}', ""),
        ('{{empty | default: "you"}}', "you"),
        ('{{nothing | default: "you"}}', "you"),
        ('{{first_name | default: "you"}}', "Zoë"),
        ("{{first_name | upcase}} {{first_name|downcase}}", "ZOË zoë"),
        ('{{missing | default: "you" | upcase}}', "YOU"),
        ('{{missing | upcase | default: "you"}}', "you"),
        ("{{metadata.city | truncate: 4}}", "P..."),
        ("{{metadata.city | truncate: 5}}", "Paris"),
        ("{{metadata.city | truncate: 1}}", "..."),
        ("{{metadata.city | truncate}}", "Paris"),
        ("{ {first_name} } {first_name} {{", "{ {first_name} } {first_name} {{"),
        ("{{{first_name}}}", "{Zoë}"),
        ("{{{{first_name}}}}", "{{Zoë}}"),
        ("{{}} {{ }}", "{{}} {{ }}"),
        ("", ""),
    ],
)
def test_placeholders_are_filled(template, text):
    assert render(template, LEAD) == (text, [])


@pytest.mark.parametrize(
    ("template", "missing"),
    [
        ("Hello {{missing}}!", ["missing"]),
        ("{{First_name}}", ["First_name"]),
        ("{{nothing}}", ["nothing"]),
        ("{{ missing | upcase }}", ["missing"]),
        ("{{b}} {{a}} {{b}}", ["b", "a"]),
        ("{{metadata.tags[9]}}", ["metadata.tags[9]"]),
        ("{{metadata.tags[-1]}}", ["metadata.tags[-1]"]),
        ("{{first_name.length}}", ["first_name.length"]),
        ("{{metadata..city}}", ["metadata..city"]),
        ("{{first_name[0]}}", ["first_name[0]"]),
        ("{{first_name | capitalise}}", ["first_name | capitalise"]),
        ("{{first_name | truncate: many}}", ["first_name | truncate: many"]),
        ("{{first_name | }}", ["first_name |"]),
        ('{{first_name | default: "a" "b"}}', ['first_name | default: "a" "b"']),
        ("{{__class__}}", ["__class__"]),
    ],
)
def test_what_has_no_value_stays_and_is_named(template, missing):
    assert render(template, LEAD) == (template, missing)


def test_values_are_not_templates():
    assert render("{{a}}", {"a": "{{b}}", "b": "secret"}) == ("{{b}}", [])


def test_texts_inside_a_value_are_filled():
    config = {"{{first_name}}": ["{{first_name}}", 5, None, {"x": "{{missing}} {{score}}"}], "n": True}
    assert render_all(config, LEAD) == (
        {"{{first_name}}": ["Zoë", 5, None, {"x": "{{missing}} 5"}], "n": True},
        ["missing"],
    )


def test_texts_are_capped():
    assert len(render("{{a}}" * 100, {"a": "x" * 10_000})[0]) == LARGEST_TEXT
    assert len(render("x" * 100_000, {})[0]) == LARGEST_TEXT
    texts, _ = render_all(["{{a}}"] * 10_000, {"a": "x" * 60_000})
    assert sum(map(len, texts)) == LARGEST_VALUE


@pytest.mark.parametrize(
    "template",
    [
        "{{" * 500_000,
        "{" * 1_000_000,
        "}}" * 500_000,
        "{{a" * 300_000,
        "{{" + "a." * 30_000 + "}}",
        "{{a" + " " * 60_000 + '"}}',
        "{{a" + "|upcase" * 9_000 + "}}",
        "{{a|default:" + " " * 60_000 + '"}}',
        "{{" + "a[1]" * 15_000 + "}}",
        "{{" + "[" * 60_000 + "}}",
        "{{m|upcase}}" * 5_000,
        "".join(f"{{{{m|upcase|truncate:{n}}}}}" for n in range(1, 2_500)),
        "".join(f"{{{{d|truncate:{n}}}}}" for n in range(1, 3_000)),
    ],
)
def test_time_is_linear(template):
    began = time.process_time()
    render(template, {"m": "x" * 1_000_000, "a": {"a": 1}, "d": ["x"] * 100_000})
    assert time.process_time() - began < 1


def test_odd_values_do_not_raise():
    deep = []
    for _ in range(5_000):
        deep = [deep]
    odd = {"deep": deep, "huge": 10**5_000, "object": object(), "nan": float("nan")}
    assert render("{{deep}} {{huge}} {{object}}", odd)[1] == ["deep", "huge", "object"]
    render("{{nan}}", odd)
    render_all(deep, odd)


pieces = st.sampled_from(
    ["{{", "}}", "{", "}", "|", " ", "default", "upcase", "truncate", ":", '"', "'", "[0]", ".", "a", "b"]
)


@settings(deadline=None)
@given(st.lists(pieces | st.text(max_size=3)).map("".join), st.dictionaries(st.text(max_size=2), json_values))
def test_rendering_never_raises(template, values):
    text, missing = render(template, {"a": {"b": [1]}, **values})
    assert isinstance(text, str)
    assert all(isinstance(name, str) for name in missing)


@settings(deadline=None)
@given(json_values, st.dictionaries(st.text(max_size=2), json_values))
def test_a_value_keeps_its_shape(value, values):
    filled, _ = render_all(value, values)
    assert type(filled) is type(value)
