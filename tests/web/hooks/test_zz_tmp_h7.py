import pytest
def test_nul(cast, database_url):
    print(cast.stranger().post("/hooks/calls/%00", {"outcome": "COMPLETED"}).status_code)
    a = cast.stranger().post("/hooks/calls/%00", {"outcome": "COMPLETED"}); print("ST", database_url[:8], a.status_code, a.text)
def test_archived(alice, database_url):
    from tests.web.hooks.test_lead_hooks import make_ruleset
    make_ruleset(alice)
    body={"lead_id":"L-1","ruleset_id":"people","attributes":{"country":"ES"}}
    alice.post("/api/v1/leads", body)
    id_=alice.get("/api/public/leads").json()["leads"][0]["id"]
    print("DEL", alice.delete(f"/api/public/leads/{id_}").status_code)
    a=alice.post("/api/v1/leads", body); print("ARCH", database_url[:8], a.status_code, a.text[:200])
