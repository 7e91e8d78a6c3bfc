import asyncio

from pointsman.connectors.outbound import Outbound
from pointsman.connectors.phone import Ended, phones
from pointsman.core.calls import PROVIDERS, Outcome
from tests.connectors.calls import call


def placed(**changes):
    return asyncio.run(phones(Outbound(allow_private=False))["simulator"].place(call(**changes)))


def test_every_provider_has_a_phone():
    assert tuple(phones(Outbound(allow_private=False))) == PROVIDERS


def test_the_lead_says_how_its_calls_end():
    variables = {"metadata": {"simulated_outcomes": ["NO_ANSWER", "COMPLETED"], "simulated_analysis": {"budget": 5}}}
    first, second = placed(variables=variables, attempt=1), placed(variables=variables, attempt=2)
    assert isinstance(first, Ended)
    assert (first.result.outcome, first.result.analysis) == (Outcome.NO_ANSWER, None)
    assert (second.result.outcome, second.result.analysis) == (Outcome.COMPLETED, {"budget": 5})


def test_the_same_key_ends_the_same():
    assert len({placed(key="k").result.outcome for _ in range(20)}) == 1


def test_variables_of_another_kind_are_no_crash():
    assert isinstance(placed(variables={"metadata": "text"}), Ended)
