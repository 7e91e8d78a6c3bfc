"""Signing in with a password, what a session can do, and when it ends."""

import pytest

from pointsman.core.users import csrf_token
from tests.conftest import Client, Clock
from tests.web.console.conftest import PASSWORD, People, carry_token

OLIVIA = "olivia@acme.test"
WRONG = {"error": "Not signed in", "message": "The e-mail address or the password is wrong"}
TAG = {"name": "Hot", "slug": "hot"}


@pytest.fixture
def owner(people: People) -> Client:
    return people.owner()


def cookie_of(browser: Client) -> str:
    return browser.http.cookies["pointsman_session"]


def attempt(browser: Client, email: str, password: str, **options: object) -> int:
    body = {"email": email, "password": password}
    return int(browser.post("/console/session", body, **options).status_code)


# Signing in


def test_signing_in_answers_who_one_is_and_what_one_may_do(people: People, owner: Client) -> None:
    browser = people.browser()
    answer = browser.post("/console/session", {"email": OLIVIA, "password": PASSWORD})
    session = answer.json()
    assert answer.status_code == 200
    assert session == {
        "user": {"id": session["user"]["id"], "email": OLIVIA, "name": "Olivia", "role": "owner"},
        "organization": {"id": owner.org_id, "name": "Acme"},
        "may": [
            "leads:read", "leads:write", "routing:read", "routing:write", "workflows:read", "workflows:write",
            "people:read", "people:write", "admin",
        ],
        "csrf_token": csrf_token(cookie_of(browser)),
    }  # fmt: skip
    assert browser.get("/console/session").json() == session
    assert answer.headers["cache-control"] == "no-store"


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(people: People, owner: Client) -> None:
    answer = people.browser().post("/console/session", {"email": OLIVIA, "password": PASSWORD})
    _, *attributes = answer.headers["set-cookie"].split("; ")
    assert attributes == ["Max-Age=1209600", "Path=/", "HttpOnly", "SameSite=Strict"]


def test_the_cookie_stays_on_https_where_it_came_by_it(people: People, owner: Client) -> None:
    browser = people.browser(**{"X-Forwarded-Proto": "https"})
    answer = browser.post("/console/session", {"email": OLIVIA, "password": PASSWORD})
    assert answer.headers["set-cookie"].endswith("; Secure")


def test_an_address_is_the_same_in_capitals_and_with_blanks(people: People, owner: Client) -> None:
    assert attempt(people.browser(), " Olivia@ACME.test ", PASSWORD) == 200


def test_a_password_is_the_same_however_a_keyboard_composes_it(people: People, owner: Client) -> None:
    composed, decomposed = "caf\u00e9 caf\u00e9 caf\u00e9", "cafe\u0301 cafe\u0301 cafe\u0301"
    assert owner.patch("/console/session/password", {"old": PASSWORD, "new": composed}).status_code == 200
    assert attempt(people.browser(), OLIVIA, decomposed) == 200


@pytest.mark.parametrize(
    ("email", "password"), [(OLIVIA, "wrong horse battery"), ("nobody@acme.test", PASSWORD), (OLIVIA, "")]
)
def test_a_wrong_password_and_an_unknown_address_answer_alike(
    people: People, owner: Client, email: str, password: str
) -> None:
    answer = people.browser().post("/console/session", {"email": email, "password": password})
    assert (answer.status_code, answer.json()) == (401, WRONG)
    assert "set-cookie" not in answer.headers


def test_an_invited_user_has_no_password_to_sign_in_with(people: People, owner: Client) -> None:
    owner.post("/console/users", {"email": "ivan@acme.test", "role": "member"})
    assert attempt(people.browser(), "ivan@acme.test", "") == 401


def test_who_is_switched_off_is_told_so_after_the_right_password(people: People, owner: Client) -> None:
    member = people.colleague(owner, "member")
    user_id = member.get("/console/session").json()["user"]["id"]
    owner.patch(f"/console/users/{user_id}", {"is_active": False})
    browser = people.browser()
    assert attempt(browser, "member@acme.test", "wrong horse battery") == 401
    answer = browser.post("/console/session", {"email": "member@acme.test", "password": PASSWORD})
    assert answer.status_code == 403
    assert answer.json()["message"].startswith("Your account is switched off")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"email": OLIVIA}, "password is required"),
        ({"email": 5, "password": PASSWORD}, "email must be a string"),
        ({"email": "olivia", "password": PASSWORD}, "email must be an e-mail address, such as ana@example.com"),
        ({"email": "a\0@b.c", "password": PASSWORD}, "Text must not contain NUL characters"),
        ([], "Request body must be an object"),
    ],
)
def test_what_nobody_can_sign_in_with_is_refused(people: People, owner: Client, body: object, message: str) -> None:
    answer = people.browser().post("/console/session", body)
    assert (answer.status_code, answer.json()) == (400, {"error": "Validation error", "message": message})


def test_a_password_of_a_megabyte_is_not_even_looked_at(people: People, owner: Client) -> None:
    assert attempt(people.browser(), OLIVIA, "x" * 1_000_000) == 400


def test_signing_in_again_ends_the_session_before(people: People, owner: Client) -> None:
    former = cookie_of(owner)
    assert attempt(owner, OLIVIA, PASSWORD) == 200
    assert cookie_of(owner) != former
    assert people.browser(Cookie=f"pointsman_session={former}").get("/console/session").status_code == 401


def test_a_page_of_another_site_cannot_sign_anybody_in(people: People, owner: Client) -> None:
    assert attempt(people.browser(), OLIVIA, PASSWORD, headers={"Origin": "https://evil.test"}) == 403


def test_plain_http_from_another_machine_is_refused(people: People, owner: Client) -> None:
    far = people.browser(from_address="203.0.113.5")
    answer = far.post("/console/session", {"email": OLIVIA, "password": PASSWORD})
    assert answer.status_code == 403
    assert "POINTSMAN_ALLOW_HTTP" in answer.json()["message"]
    assert attempt(far, OLIVIA, PASSWORD, headers={"X-Forwarded-Proto": "https"}) == 200


# Guessing


def test_after_five_failures_the_right_password_has_to_wait_too(people: People, owner: Client, clock: Clock) -> None:
    browser = people.browser()
    assert [attempt(browser, OLIVIA, "wrong horse battery") for _ in range(5)] == [401] * 5
    clock.forward(minutes=5)
    answer = browser.post("/console/session", {"email": OLIVIA, "password": PASSWORD})
    assert (answer.status_code, answer.headers.get_list("retry-after")) == (429, ["600"])
    assert answer.json() == {
        "error": "Too many requests",
        "message": "Too many attempts to sign in. Please try again in 10 minutes",
    }
    clock.forward(minutes=10)
    assert attempt(browser, OLIVIA, PASSWORD) == 200


def test_an_unknown_address_has_to_wait_like_a_known_one(people: People, owner: Client) -> None:
    codes = [attempt(people.browser(), "nobody@acme.test", PASSWORD) for _ in range(6)]
    assert codes == [401] * 5 + [429]


def test_success_forgets_the_failures_of_an_address(people: People, owner: Client) -> None:
    browser = people.browser()
    for _ in range(3):
        assert [attempt(browser, OLIVIA, "wrong horse battery") for _ in range(3)] == [401] * 3
        assert attempt(browser, OLIVIA, PASSWORD) == 200


def test_failures_of_one_user_do_not_keep_another_out(people: People, owner: Client) -> None:
    people.colleague(owner, "member")
    for _ in range(6):
        attempt(people.browser(), OLIVIA, "wrong horse battery")
    assert attempt(people.browser(), "member@acme.test", PASSWORD) == 200


def test_many_guesses_at_once_get_no_further_than_one_after_the_other(people: People, owner: Client) -> None:
    guess = ("POST", "/console/session", {"email": OLIVIA, "password": "wrong horse battery"})
    codes = [answer.status_code for answer in people.browser().together(*[guess] * 12)]
    assert sorted(codes) == [401] * 5 + [429] * 7


def test_one_machine_cannot_try_one_password_on_everybody(people: People, owner: Client) -> None:
    people.fail_from("127.0.0.1", times=50)
    assert attempt(people.browser(), OLIVIA, PASSWORD) == 429
    elsewhere = people.browser(from_address="203.0.113.5", **{"X-Forwarded-Proto": "https"})
    assert attempt(elsewhere, OLIVIA, PASSWORD) == 200


def test_whoever_has_a_network_of_addresses_counts_as_one_machine(people: People, owner: Client) -> None:
    people.fail_from("2001:db8:1:2::/64", times=50)
    neighbour = people.browser(from_address="2001:db8:1:2:3::4", **{"X-Forwarded-Proto": "https"})
    assert attempt(neighbour, OLIVIA, PASSWORD) == 429


# What a session can do


@pytest.mark.parametrize("path", ["/api/public/tags", "/v1/workflows", "/api/v1/rules", "/console/users"])
def test_a_session_opens_every_surface(owner: Client, path: str) -> None:
    assert owner.get(path).status_code == 200


def test_a_session_sees_its_own_organization_only(people: People, owner: Client, charlie: Client) -> None:
    charlie.post("/api/public/tags", TAG)
    assert owner.get("/api/public/tags").json()["data"] == []


@pytest.mark.parametrize(
    ("role", "reading", "writing", "administrating"),
    [("viewer", 200, 403, 403), ("member", 200, 201, 403), ("admin", 200, 201, 200)],
)
def test_a_role_allows_what_its_scopes_do(
    people: People, owner: Client, role: str, reading: int, writing: int, administrating: int
) -> None:
    browser = people.colleague(owner, role)
    assert browser.get("/api/public/tags").status_code == reading
    assert browser.post("/api/public/tags", TAG).status_code == writing
    assert browser.get("/console/users").status_code == administrating


def test_who_may_not_is_told_that_it_is_the_role(people: People, owner: Client) -> None:
    answer = people.colleague(owner, "viewer").get("/console/users")
    assert answer.json() == {
        "error": "Forbidden",
        "message": "Your role does not allow this: it lacks admin. Ask an administrator",
    }


def test_a_change_without_the_token_against_forged_requests_is_refused(owner: Client) -> None:
    token = owner.http.headers.pop("X-CSRF-Token")
    answer = owner.post("/api/public/tags", TAG)
    assert answer.status_code == 403
    assert "X-CSRF-Token" in answer.json()["message"]
    assert owner.get("/api/public/tags").json()["data"] == []
    for wrong in ("", "0" * 64, token.upper(), "é"):
        assert owner.post("/api/public/tags", TAG, headers={"X-CSRF-Token": wrong.encode()}).status_code == 403


def test_the_token_of_another_session_is_no_token(people: People, owner: Client) -> None:
    other = people.sign_in(OLIVIA)
    token = other.http.headers["X-CSRF-Token"]
    assert owner.post("/api/public/tags", TAG, headers={"X-CSRF-Token": token}).status_code == 403


@pytest.mark.parametrize(
    ("origin", "code"),
    [
        ("http://pointsman.test", 201),
        ("http://POINTSMAN.test:80", 201),
        ("https://evil.test", 403),
        ("http://pointsman.test.evil.test", 403),
        ("http://pointsman.test:8080", 403),
        ("null", 403),
        ("http://[", 403),
    ],
)
def test_a_change_must_come_from_a_page_of_this_server(owner: Client, origin: str, code: int) -> None:
    assert owner.post("/api/public/tags", TAG, headers={"Origin": origin}).status_code == code


def test_a_proxy_may_say_which_host_the_page_came_from(owner: Client) -> None:
    headers = {"Origin": "https://leads.acme.test", "X-Forwarded-Host": "leads.acme.test"}
    assert owner.post("/api/public/tags", TAG, headers=headers).status_code == 201


def test_a_key_wins_over_the_cookie(owner: Client, charlie: Client) -> None:
    charlie.post("/api/public/tags", TAG)
    headers = {"X-API-Key": charlie.key, "X-CSRF-Token": ""}
    assert len(owner.get("/api/public/tags", headers=headers).json()["data"]) == 1
    assert owner.post("/api/public/tags", {"name": "Cold", "slug": "cold"}, headers=headers).status_code == 201
    assert owner.get("/api/public/tags", headers={"X-API-Key": "nxr_live_wrong"}).status_code == 401


@pytest.mark.parametrize("cookie", ["", "x", "x" * 43, "é" * 43, "../../etc/passwd", "a" * 5000])
def test_a_cookie_that_is_no_session_is_nobody(people: People, owner: Client, cookie: str) -> None:
    stranger = people.browser(Cookie=f"pointsman_session={cookie}".encode())
    assert stranger.get("/api/public/tags").status_code == 401
    assert stranger.get("/console/session").json() == {
        "error": "Not signed in",
        "message": "You are not signed in, or no longer: please sign in",
    }


# When it ends


def test_signing_out_ends_the_session_at_once(people: People, owner: Client) -> None:
    cookie = cookie_of(owner)
    assert owner.get("/api/public/tags").status_code == 200
    answer = owner.delete("/console/session")
    assert (answer.status_code, answer.json()) == (200, {"signed_out": True})
    assert answer.headers["set-cookie"].startswith("pointsman_session=; Max-Age=0; Path=/")
    again = people.browser(Cookie=f"pointsman_session={cookie}")
    assert again.get("/api/public/tags").status_code == 401


def test_a_forged_request_cannot_sign_anybody_out(owner: Client) -> None:
    assert owner.delete("/console/session", headers={"X-CSRF-Token": ""}).status_code == 403
    assert owner.get("/console/session").status_code == 200


def test_signing_out_twice_is_no_mistake(people: People) -> None:
    assert people.browser().delete("/console/session").status_code == 200


def test_a_session_ends_twelve_hours_after_it_was_last_used(owner: Client, clock: Clock) -> None:
    clock.forward(hours=11)
    assert owner.get("/api/public/tags").status_code == 200
    clock.forward(hours=11, minutes=54)
    assert owner.get("/console/session").status_code == 200
    clock.forward(minutes=6)
    assert owner.get("/console/session").status_code == 401


def test_a_session_ends_after_fourteen_days_however_much_it_is_used(
    people: People, owner: Client, clock: Clock
) -> None:
    for _ in range(27):
        clock.forward(hours=12, seconds=-1)
        people.forget_checks()
        assert owner.get("/api/public/tags").status_code == 200
    clock.forward(hours=12)
    people.forget_checks()
    assert owner.get("/api/public/tags").status_code == 401


def test_use_is_written_down_now_and_then_only(people: People, owner: Client, clock: Clock) -> None:
    seen = people.seen_at()
    clock.forward(minutes=4)
    people.forget_checks()
    owner.get("/api/public/tags")
    assert people.seen_at() == seen
    clock.forward(minutes=1)
    people.forget_checks()
    owner.get("/api/public/tags")
    assert people.seen_at() == clock.now


# One's own password


def test_a_new_password_ends_the_other_sessions(people: People, owner: Client) -> None:
    other = people.sign_in(OLIVIA)
    answer = owner.patch("/console/session/password", {"old": PASSWORD, "new": "a longer password"})
    assert (answer.status_code, answer.json()["user"]["email"]) == (200, OLIVIA)
    assert other.get("/console/session").status_code == 401
    assert owner.get("/console/session").status_code == 200
    assert attempt(people.browser(), OLIVIA, PASSWORD) == 401
    assert attempt(people.browser(), OLIVIA, "a longer password") == 200


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("wrong horse battery", "a longer password", "The old password is wrong"),
        (PASSWORD, "too short..", "The password must have 12 to 1,024 characters"),
        (PASSWORD, "x" * 1025, "The password must have 12 to 1,024 characters"),
    ],
)
def test_a_password_is_changed_by_whoever_knows_the_old_one(
    people: People, owner: Client, old: str, new: str, message: str
) -> None:
    answer = owner.patch("/console/session/password", {"old": old, "new": new})
    assert (answer.status_code, answer.json()["message"]) == (400, message)
    assert attempt(people.browser(), OLIVIA, PASSWORD) == 200


def test_the_old_password_cannot_be_guessed_in_a_session_either(owner: Client) -> None:
    body = {"old": "wrong horse battery", "new": "a longer password"}
    codes = [owner.patch("/console/session/password", body).status_code for _ in range(6)]
    assert codes == [400] * 5 + [429]


def test_a_key_has_no_password(alice: Client) -> None:
    assert alice.patch("/console/session/password", {"old": PASSWORD, "new": PASSWORD}).status_code == 401


def test_a_password_hashed_with_weaker_parameters_is_hashed_anew(people: People, owner: Client) -> None:
    people.weaken(OLIVIA)
    weak = people.password_hash(OLIVIA)
    carry_token(owner, owner.post("/console/session", {"email": OLIVIA, "password": PASSWORD}).json())
    assert weak.startswith("$argon2id$v=19$m=8,t=1,p=1$")
    assert people.password_hash(OLIVIA).startswith("$argon2id$v=19$m=16,t=1,p=1$")
    assert attempt(people.browser(), OLIVIA, PASSWORD) == 200
