"""Buttons offered: those that table and policy both allow, with label, tone and reason."""

from types import SimpleNamespace

from portal.kernel.actors import VISITOR, Actor
from portal.kernel.decisions import ALLOW, Decision, deny
from portal.web.verbs import verbs_for
from portal.workflow.table import Table, Transition

TABLE = Table(
    name="thing",
    states={"draft": "Draft", "sent": "Sent", "over": "Over"},
    initial="draft",
    final=frozenset({"over"}),
    transitions=(
        Transition("submit", ("draft",), "sent", label="Send it"),
        Transition("approve", ("sent",), "over"),
        Transition("refuse", ("sent",), "over", needs_reason=True),
        Transition("return", ("sent",), "draft", needs_reason=True),
    ),
)


def _decide(actor: Actor, action: str, obj: object) -> Decision:
    return deny("no", "Not you.") if action == "return" else ALLOW


def test_only_what_state_and_policy_allow_is_offered() -> None:
    offered = verbs_for(VISITOR, SimpleNamespace(state="sent"), TABLE, _decide, lambda verb: f"/x/{verb}")
    assert [(verb.verb, verb.url, verb.needs_reason, verb.tone) for verb in offered] == [
        ("approve", "/x/approve", False, "p"),
        ("refuse", "/x/refuse", True, "d"),
    ]


def test_labels_come_from_the_call_then_the_table_then_the_verb() -> None:
    draft = SimpleNamespace(state="draft")
    assert verbs_for(VISITOR, draft, TABLE, _decide, str)[0].label == "Send it"
    assert verbs_for(VISITOR, draft, TABLE, _decide, str, labels={"submit": "Go"}, tones={"submit": ""})[0] == (
        type(verbs_for(VISITOR, draft, TABLE, _decide, str)[0])("submit", "Go", "submit")
    )
    assert verbs_for(VISITOR, draft, TABLE, _decide, str, leave_out=frozenset({"submit"})) == []
