"""A call to place."""

from dataclasses import replace

from pointsman.core.calls import CallRequest

CALL = CallRequest(
    key="run-1/step-2",
    call_id="call_1",
    agent_id="agt_1",
    agent={},
    from_number="+15551230000",
    to_number="+15551230001",
    attempt=1,
    variables={"first_name": "Zoë", "metadata": {"score": 5}},
    hook_url="https://pointsman.example/hooks/calls/t0ken",
)


def call(**changes):
    return replace(CALL, **changes)
