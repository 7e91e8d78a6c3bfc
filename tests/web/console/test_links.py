"""Links that let somebody in once: the first start's, invitations, and those for a new password."""

import pytest

from tests.conftest import Cast, Client, Clock
from tests.web.console.conftest import PASSWORD, People, token_of

OVER = {
    "error": "Not found",
    "message": "This link was used already, or its time is over. Ask an administrator for a new one",
}
FIRST = {"name": "Olivia", "email": "Olivia@acme.test", "password": PASSWORD, "organization": "Acme"}


@pytest.fixture
def owner(people: People) -> Client:
    return people.owner()


def invite(owner: Client, email: str = "ivan@acme.test", role: str = "member") -> str:
    answer = owner.post("/console/users", {"email": email, "role": role})
    assert answer.status_code == 201, answer.text
    return str(token_of(answer.json()["link"]))


# The first start


def test_the_first_link_asks_for_everything_where_nothing_is(people: People) -> None:
    answer = people.browser().get(f"/console/links/{people.first_token()}")
    assert answer.json() == {
        "purpose": "first_start",
        "email": None,
        "name": None,
        "role": "owner",
        "organization": None,
        "expires_at": "2026-04-01T12:00:00.000Z",
    }


def test_the_first_link_belongs_to_the_first_organization(
    people: People, alice: Client, cast: Cast, clock: Clock
) -> None:
    clock.forward(seconds=1)
    cast.member("Charlie and Sons")
    token = people.first_token()
    assert people.browser().get(f"/console/links/{token}").json()["organization"] == "Acme"
    owner = people.enter(token, {**FIRST, "organization": "Charlie and Sons"})
    assert owner.org_id == alice.org_id


def test_whoever_follows_the_first_link_is_the_owner_and_signed_in(people: People) -> None:
    session = people.enter(people.first_token(), FIRST).get("/console/session").json()
    assert (session["user"]["role"], session["user"]["email"]) == ("owner", "olivia@acme.test")
    assert session["organization"]["name"] == "Acme"


def test_a_link_is_used_up_by_its_use(people: People) -> None:
    token = people.first_token()
    people.enter(token, FIRST)
    again = people.browser().post(f"/console/links/{token}", {**FIRST, "email": "mallory@acme.test"})
    assert (again.status_code, again.json()) == (404, OVER)
    assert people.browser().get(f"/console/links/{token}").status_code == 404


def test_of_two_who_use_a_link_at_once_one_gets_in(people: People) -> None:
    path = f"/console/links/{people.first_token()}"
    answers = people.browser().together(
        ("POST", path, FIRST), ("POST", path, {**FIRST, "email": "mallory@acme.test", "organization": "Mallory"})
    )
    assert sorted(answer.status_code for answer in answers) == [200, 404]
    owner = people.sign_in(next(answer for answer in answers if answer.is_success).json()["user"]["email"])
    assert owner.get("/console/users").json()["total"] == 1


def test_a_later_start_makes_a_new_first_link_in_place_of_the_old_one(people: People) -> None:
    first, second = people.first_token(), people.first_token()
    assert people.browser().get(f"/console/links/{first}").status_code == 404
    assert people.browser().get(f"/console/links/{second}").status_code == 200


def test_there_is_no_first_link_once_there_is_a_user(people: People, owner: Client) -> None:
    assert people.first_token() is None


def test_a_first_link_ends_when_somebody_else_became_a_user(people: People) -> None:
    token = people.first_token()
    people.invite_from_command_line("ivan@acme.test", "Acme")
    assert people.browser().post(f"/console/links/{token}", FIRST).status_code == 404


def test_a_first_link_lasts_a_day(people: People, clock: Clock) -> None:
    path = f"/console/links/{people.first_token()}"
    clock.forward(hours=24, seconds=-1)
    assert people.browser().get(path).status_code == 200
    clock.forward(seconds=1)
    assert people.browser().get(path).status_code == 404
    assert people.browser().post(path, FIRST).status_code == 404


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"password": "too short.."}, "The password must have 12 to 1,024 characters"),
        ({"password": "x" * 1025}, "The password must have 12 to 1,024 characters"),
        ({"email": "olivia"}, "email must be an e-mail address, such as ana@example.com"),
        ({"email": None}, "email is required"),
        ({"name": None}, "name is required"),
        ({"name": "  "}, "name must have 1 to 200 characters"),
        ({"organization": None}, "organization is required"),
        ({"organization": " "}, "the organization needs a name"),
        ({"organization": "x" * 201}, "organization must be a string of length <= 200"),
        ({"name": "a\0b"}, "Text must not contain NUL characters"),
    ],
)
def test_what_is_wrong_is_said_and_leaves_the_link_as_it_was(
    people: People, change: dict[str, object], message: str
) -> None:
    token = people.first_token()
    answer = people.browser().post(f"/console/links/{token}", {**FIRST, **change})
    assert (answer.status_code, answer.json()["message"]) == (400, message)
    people.enter(token, FIRST)


@pytest.mark.parametrize("token", ["x", "x" * 32, "%00", "%2e%2e%2f", "é", "a" * 5000])
def test_what_is_no_link_is_missing(people: People, token: str) -> None:
    assert people.browser().get(f"/console/links/{token}").status_code == 404
    assert people.browser().post(f"/console/links/{token}", FIRST).status_code == 404


def test_a_link_is_not_taken_over_a_way_that_others_can_read(people: People) -> None:
    far = people.browser(from_address="203.0.113.5")
    assert far.post(f"/console/links/{people.first_token()}", FIRST).status_code == 403


# Invitations


def test_an_invitation_knows_who_is_invited(people: People, owner: Client) -> None:
    answer = people.browser().get(f"/console/links/{invite(owner)}")
    assert answer.json() == {
        "purpose": "invitation",
        "email": "ivan@acme.test",
        "name": "ivan",
        "role": "member",
        "organization": "Acme",
        "expires_at": "2026-04-07T12:00:00.000Z",
    }


def test_whoever_is_invited_chooses_a_name_and_a_password(people: People, owner: Client) -> None:
    body = {"name": "Ivan Ivanov", "email": "IVAN@acme.test", "password": PASSWORD}
    member = people.enter(invite(owner), body)
    assert member.org_id == owner.org_id
    assert people.sign_in("ivan@acme.test").get("/console/session").json()["user"]["name"] == "Ivan Ivanov"


def test_an_invitation_is_for_one_address(people: People, owner: Client) -> None:
    token = invite(owner)
    answer = people.browser().post(f"/console/links/{token}", {"email": "mallory@acme.test", "password": PASSWORD})
    assert (answer.status_code, answer.json()["message"]) == (409, "This link is for ivan@acme.test")
    people.enter(token, {"password": PASSWORD})


def test_an_invitation_lasts_a_week(people: People, owner: Client, clock: Clock) -> None:
    path = f"/console/links/{invite(owner)}"
    clock.forward(days=7, seconds=-1)
    assert people.browser().get(path).status_code == 200
    clock.forward(seconds=1)
    assert people.browser().get(path).status_code == 404


def test_following_a_link_ends_the_session_that_the_browser_had(people: People, owner: Client) -> None:
    other = people.browser(Cookie=f"pointsman_session={owner.http.cookies['pointsman_session']}")
    owner.post(f"/console/links/{invite(owner)}", {"password": PASSWORD})
    assert other.get("/console/session").status_code == 401


# A new password


def test_a_new_link_lets_in_who_forgot_the_password(people: People, owner: Client) -> None:
    member = people.colleague(owner, "member")
    user_id = member.get("/console/session").json()["user"]["id"]
    token = token_of(owner.post(f"/console/users/{user_id}/link").json()["link"])
    assert people.browser().get(f"/console/links/{token}").json()["purpose"] == "new_password"
    people.enter(token, {"password": "a longer password"})
    assert member.get("/console/session").status_code == 401
    assert people.browser().post("/console/session", {"email": "member@acme.test", "password": PASSWORD}).is_error
    people.sign_in("member@acme.test", "a longer password")


def test_the_old_password_and_sessions_work_until_the_link_is_used(people: People, owner: Client) -> None:
    member = people.colleague(owner, "member")
    user_id = member.get("/console/session").json()["user"]["id"]
    owner.post(f"/console/users/{user_id}/link")
    assert member.get("/console/session").status_code == 200
    people.sign_in("member@acme.test")


def test_a_new_link_ends_the_one_before(people: People, owner: Client) -> None:
    invited = owner.post("/console/users", {"email": "ivan@acme.test", "role": "member"}).json()
    first = token_of(invited["link"])
    second = token_of(owner.post(f"/console/users/{invited['user']['id']}/link").json()["link"])
    assert people.browser().get(f"/console/links/{first}").status_code == 404
    people.enter(second, {"password": PASSWORD})


def test_the_command_line_is_the_way_back_for_an_owner(people: People, owner: Client) -> None:
    people.enter(token_of(people.invite_from_command_line("olivia@acme.test")), {"password": "a longer password"})
    assert owner.get("/console/session").status_code == 401
