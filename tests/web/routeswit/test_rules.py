from tests.conftest import Client
def test_try(alice):
    def p(b):
        r=alice.post("/api/v1/rules", b); print(r.status_code, r.text)
    print(alice.post("/api/v1/reps", {"name":"Ana","email":"a@b.co","rep_id":"ana"}).text)
    p({"name":"EMEA Inbound","slug":"emea-inbound","rules":[{"condition":"attributes.country == 'UK'","target_id":"ana"}]})
    p({"name":"EMEA Inbound","slug":"emea-inbound","rules":[{"condition":"attributes.country == 'UK","target_id":"ana"}, {"target_id":"b"}]})
    p({"name":"EMEA Inbound","slug":"emea-inbound","rules":[{"target_id":"b"}]})
    p({"name":"x"})
    p({"name":"x","slug":"a","rules":[{"conditions":[{"field":"a","operator":"eq","value":10**30},{"field":"a","operator":"eq","value":1e308}],"target_id":"ana"}]})
    print(alice.get("/api/v1/rules/emea-inbound").text, alice.get("/api/v1/rules").text, alice.delete("/api/v1/rules/emea-inbound").status_code, alice.get("/api/v1/rules/emea-inbound").text)
