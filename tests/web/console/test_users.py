"""Users: who may manage whom, and that an owner is always left."""

import pytest

from tests.conftest import Client, Clock
from tests.web.console.conftest import PASSWORD, People, token_of

MISSING = {"error": "Not found", "message": "User not found"}
OWNERS_ONLY = "Only an owner may do this to an owner, or make somebody one"
NOT_YOURSELF = "Nobody changes their own role, switches themselves off or deletes themselves: ask somebody else"
SOMEBODY = {"email": "ivan@acme.test", "role": "member"}


@pytest.fixture
def owner(people: People) -> Client:
    return people.owner()


@pytest.fixture
def admin(people: People, owner: Client) -> Client:
    return people.colleague(owner, "admin")


def id_of(browser: Client) -> str:
    return str(browser.get("/console/session").json()["user"]["id"])


def made(owner: Client, **change: object) -> str:
    answer = owner.post("/console/users", {**SOMEBODY, **change})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["user"]["id"])


# Listing and inviting


def test_an_invited_user_is_listed_with_when_the_link_ends(owner: Client, clock: Clock) -> None:
    clock.forward(minutes=1)
    answer = owner.post("/console/users", {"email": "IVAN@acme.test", "name": "Ivan", "role": "viewer"})
    user = {
        "id": answer.json()["user"]["id"],
        "email": "ivan@acme.test",
        "name": "Ivan",
        "role": "viewer",
        "is_active": True,
        "has_password": False,
        "link_expires_at": "2026-04-07T12:01:00.000Z",
        "created_at": "2026-03-31T12:01:00.000Z",
        "seen_at": None,
    }
    assert answer.status_code == 201
    assert answer.json() == {"user": user, "link": answer.json()["link"]}
    assert answer.json()["link"].startswith("/welcome?token=")
    listed = owner.get("/console/users").json()
    assert listed["data"][1] == user
    assert (len(listed["data"]), listed["next"], listed["total"]) == (2, None, 2)


def test_who_followed_the_link_has_a_password_and_was_seen(owner: Client, admin: Client) -> None:
    listed = owner.get("/console/users").json()["data"]
    assert [(user["has_password"], user["link_expires_at"], user["seen_at"]) for user in listed] == [
        (True, None, "2026-03-31T12:00:00.000Z")
    ] * 2


def test_a_long_list_comes_in_parts_oldest_first(owner: Client, clock: Clock) -> None:
    made_ids = [id_of(owner)]
    for number in range(4):
        clock.forward(seconds=1)
        made_ids.append(made(owner, email=f"{number}@acme.test"))
    found, cursor = [], ""
    for _ in range(3):
        part = owner.get(f"/console/users?limit=2{cursor}").json()
        found += [user["id"] for user in part["data"]]
        cursor = f"&cursor={part['next']}"
    assert (found, part["next"], part["total"]) == (made_ids, None, 5)


def test_users_of_another_organization_are_not_there(owner: Client, charlie: Client, clock: Clock) -> None:
    clock.forward(seconds=1)
    user_id = made(owner)
    assert charlie.get("/console/users").json() == {"data": [], "next": None, "total": 0}
    for answer in (
        charlie.patch(f"/console/users/{user_id}", {"role": "admin"}),
        charlie.post(f"/console/users/{user_id}/link"),
        charlie.delete(f"/console/users/{user_id}"),
    ):
        assert (answer.status_code, answer.json()) == (404, MISSING)
    assert owner.get("/console/users").json()["data"][1]["role"] == "member"


def test_an_address_belongs_to_one_user_of_all_organizations(owner: Client, charlie: Client) -> None:
    for somebody in (owner, charlie):
        answer = somebody.post("/console/users", {"email": "OLIVIA@acme.test", "role": "member"})
        assert (answer.status_code, answer.json()["message"]) == (409, "This e-mail address is in use already")


def test_of_two_invitations_of_an_address_at_once_one_is_made(owner: Client) -> None:
    answers = owner.together(*[("POST", "/console/users", SOMEBODY)] * 2)
    assert sorted(answer.status_code for answer in answers) == [201, 409]


def test_an_invitation_that_is_repeated_does_not_show_the_link_again(people: People, owner: Client) -> None:
    first, again = (
        owner.post("/console/users", SOMEBODY, headers={"Idempotency-Key": "invite-ivan"}) for _ in range(2)
    )
    assert first.json()["user"] == again.json()["user"]
    assert again.json()["link"] == "********"
    people.enter(token_of(first.json()["link"]), {"password": PASSWORD})


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"role": "member"}, "email is required"),
        ({"email": "ivan", "role": "member"}, "email must be an e-mail address, such as ana@example.com"),
        ({"email": "x" * 320 + "@acme.test", "role": "member"}, "email must be a string of length <= 320"),
        ({"email": "a\0@acme.test", "role": "member"}, "Text must not contain NUL characters"),
        ({**SOMEBODY, "name": "   "}, "name must have 1 to 200 characters"),
    ],
)
def test_who_cannot_be_invited_is_refused(owner: Client, body: object, message: str) -> None:
    answer = owner.post("/console/users", body)
    assert (answer.status_code, answer.json()) == (400, {"error": "Validation error", "message": message})
    assert owner.get("/console/users").json()["total"] == 1


def test_a_role_that_is_none_is_refused(owner: Client) -> None:
    assert owner.post("/console/users", {**SOMEBODY, "role": "king"}).status_code == 400
    assert owner.patch(f"/console/users/{made(owner)}", {"role": "king"}).status_code == 400


@pytest.mark.parametrize("path", ["/console/users?cursor=x", "/console/users?limit=0", "/console/users?limit=201"])
def test_a_part_of_the_list_that_is_none_is_refused(owner: Client, path: str) -> None:
    assert owner.get(path).status_code == 400


@pytest.mark.parametrize("role", ["member", "viewer"])
def test_only_who_administrates_sees_or_changes_users(people: People, owner: Client, role: str) -> None:
    somebody, user_id = people.colleague(owner, role), made(owner)
    assert [
        somebody.get("/console/users").status_code,
        somebody.post("/console/users", SOMEBODY).status_code,
        somebody.patch(f"/console/users/{user_id}", {"role": "admin"}).status_code,
        somebody.post(f"/console/users/{user_id}/link").status_code,
        somebody.delete(f"/console/users/{user_id}").status_code,
    ] == [403] * 5


# Changing


def test_a_name_and_a_role_are_changed(owner: Client, clock: Clock) -> None:
    clock.forward(seconds=1)
    user_id = made(owner)
    answer = owner.patch(f"/console/users/{user_id}", {"name": "Ivan", "role": "admin"})
    assert (answer.status_code, answer.json()["name"], answer.json()["role"]) == (200, "Ivan", "admin")
    assert owner.get("/console/users").json()["data"][1] == answer.json()


def test_a_role_holds_at_once_for_who_is_signed_in(people: People, owner: Client) -> None:
    member = people.colleague(owner, "member")
    assert member.post("/api/public/tags", {"name": "Hot", "slug": "hot"}).status_code == 201
    owner.patch(f"/console/users/{id_of(member)}", {"role": "viewer"})
    people.forget_checks()
    assert member.post("/api/public/tags", {"name": "Cold", "slug": "cold"}).status_code == 403
    assert member.get("/api/public/tags").status_code == 200


def test_who_is_switched_off_is_out_at_once_and_comes_back_by_signing_in(people: People, owner: Client) -> None:
    member = people.colleague(owner, "member")
    user_id = id_of(member)
    assert owner.patch(f"/console/users/{user_id}", {"is_active": False}).json()["is_active"] is False
    people.forget_checks()
    assert member.get("/api/public/tags").status_code == 401
    owner.patch(f"/console/users/{user_id}", {"is_active": True})
    assert member.get("/console/session").status_code == 401
    people.sign_in("member@acme.test")


def test_switching_off_ends_the_link(people: People, owner: Client) -> None:
    invited = owner.post("/console/users", SOMEBODY).json()
    owner.patch(f"/console/users/{invited['user']['id']}", {"is_active": False})
    assert people.browser().get(f"/console/links/{token_of(invited['link'])}").status_code == 404
    answer = owner.post(f"/console/users/{invited['user']['id']}/link")
    assert (answer.status_code, answer.json()["message"]) == (409, "This user is switched off: switch them on first")


def test_who_is_deleted_is_gone_with_sessions_and_link(people: People, owner: Client) -> None:
    member = people.colleague(owner, "member")
    user_id = id_of(member)
    link = owner.post(f"/console/users/{user_id}/link").json()["link"]
    assert owner.delete(f"/console/users/{user_id}").status_code == 204
    assert member.get("/console/session").status_code == 401
    assert people.browser().get(f"/console/links/{token_of(link)}").status_code == 404
    assert owner.get("/console/users").json()["total"] == 1
    assert owner.delete(f"/console/users/{user_id}").json() == MISSING
    made(owner, email="member@acme.test")


@pytest.mark.parametrize("user_id", ["x", "%00", "0198b1f0-0000-7000-8000-000000000000", "9" * 400])
def test_who_is_not_there_is_missing(owner: Client, user_id: str) -> None:
    assert owner.patch(f"/console/users/{user_id}", {"name": "Ivan"}).json() == MISSING
    assert owner.post(f"/console/users/{user_id}/link").json() == MISSING
    assert owner.delete(f"/console/users/{user_id}").json() == MISSING


# Owners


def test_an_admin_manages_everybody_but_owners(owner: Client, admin: Client) -> None:
    assert admin.patch(f"/console/users/{made(owner)}", {"role": "admin"}).status_code == 200
    owner_id = id_of(owner)
    for answer in (
        admin.post("/console/users", {"email": "own@acme.test", "role": "owner"}),
        admin.patch(f"/console/users/{made(owner, email='b@acme.test')}", {"role": "owner"}),
        admin.patch(f"/console/users/{owner_id}", {"role": "viewer"}),
        admin.patch(f"/console/users/{owner_id}", {"name": "Mallory"}),
        admin.post(f"/console/users/{owner_id}/link"),
        admin.delete(f"/console/users/{owner_id}"),
    ):
        assert (answer.status_code, answer.json()["message"]) == (403, OWNERS_ONLY)


def test_a_key_is_no_owner_whatever_it_may_do(owner: Client, people: People, alice: Client) -> None:
    assert alice.org_id == owner.org_id
    assert alice.post("/console/users", SOMEBODY).status_code == 201
    assert alice.post("/console/users", {"email": "own@acme.test", "role": "owner"}).status_code == 403
    assert alice.post(f"/console/users/{id_of(owner)}/link").status_code == 403


def test_owners_make_and_unmake_owners(people: People, owner: Client) -> None:
    other = people.colleague(owner, "owner", "oscar@acme.test")
    assert other.patch(f"/console/users/{id_of(owner)}", {"role": "member"}).status_code == 200
    people.forget_checks()
    assert owner.get("/console/users").status_code == 403


def test_nobody_does_it_to_themselves(people: People, owner: Client, admin: Client) -> None:
    people.colleague(owner, "owner", "oscar@acme.test")
    for somebody in (owner, admin):
        user_id = id_of(somebody)
        for answer in (
            somebody.patch(f"/console/users/{user_id}", {"role": "viewer"}),
            somebody.patch(f"/console/users/{user_id}", {"is_active": False}),
            somebody.delete(f"/console/users/{user_id}"),
        ):
            assert (answer.status_code, answer.json()["message"]) == (409, NOT_YOURSELF)
        assert somebody.patch(f"/console/users/{user_id}", {"name": "Renamed"}).json()["name"] == "Renamed"


@pytest.mark.parametrize("change", [{"role": "member"}, {"is_active": False}])
def test_of_two_owners_who_unmake_each_other_at_once_one_is_left(
    people: People, owner: Client, change: dict[str, object]
) -> None:
    other = people.colleague(owner, "owner", "oscar@acme.test")
    codes = people.together((owner, "PATCH", id_of(other), change), (other, "PATCH", id_of(owner), change))
    assert sorted(codes) in ([200, 401], [200, 403])  # whoever is second may be nobody any more
    assert people.count_owners() == 1


def test_of_two_owners_who_delete_each_other_at_once_one_is_left(people: People, owner: Client) -> None:
    other = people.colleague(owner, "owner", "oscar@acme.test")
    codes = people.together((owner, "DELETE", id_of(other), None), (other, "DELETE", id_of(owner), None))
    assert sorted(codes) in ([204, 401], [204, 403])
    assert people.count_owners() == 1
