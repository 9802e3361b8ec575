"""The life of a sheet."""

from datetime import datetime, timedelta, timezone

import pytest

from thuocdo.appraisals import rules
from thuocdo.appraisals.models import Sheet
from thuocdo.kernel.errors import Conflict

AT = datetime(2026, 3, 5, 9, 0, tzinfo=timezone(timedelta(hours=7)))


def standing(state: str = "drafting", **changed: object) -> rules.Standing:
    base: dict[str, object] = {
        "state": state,
        "version": 3,
        "changed_by": "Lê Minh Đức",
        "changed_at": AT,
        "cycle_label": "tháng 2 năm 2026",
    }
    return rules.Standing(**(base | changed))  # type: ignore[arg-type]


def test_states_are_those_of_the_model() -> None:
    assert rules.MACHINE.states == dict(Sheet.State.choices)


def test_every_step_from_every_state() -> None:
    allowed = {
        ("submit", "drafting"), ("submit", "returned"), ("withdraw", "submitted"), ("open", "submitted"),
        ("return", "under_review"), ("confirm", "under_review"), ("confirm_plain", "submitted"),
        ("exempt", "drafting"), ("exempt", "returned"), ("stand_in", "drafting"), ("stand_in", "returned"),
        ("enter_paper", "drafting"), ("enter_paper", "returned"), ("object", "submitted"), ("object", "under_review"),
        ("enter_judgement", "submitted"), ("enter_judgement", "under_review"), ("object_judgement", "confirmed"),
    }  # fmt: skip
    for name in rules.MACHINE.transitions:
        for state in rules.MACHINE.states:
            if (name, state) in allowed:
                assert rules.MACHINE.target(name, state)
            else:
                with pytest.raises(Conflict, match="Hãy tải lại"):
                    rules.MACHINE.target(name, state)
    assert {state: rules.MACHINE.names_from(state) for state in rules.RESOLVED} == {
        "confirmed": ("object_judgement",), "exempted": (),
    }  # fmt: skip


def test_a_stale_version_is_told_who_did_what_and_when() -> None:
    rules.check_version(standing(), 3)
    with pytest.raises(Conflict) as told:
        rules.check_version(standing("returned"), 2)
    assert "Lê Minh Đức chuyển sang “trả lại để bổ sung” lúc 09:00 ngày 05/03/2026" in told.value.message
    assert "chưa được ghi" in told.value.message


def test_closed_unless_an_extension_runs_or_the_evaluator_finishes() -> None:
    hour = timedelta(hours=1)
    closed = {"closed_by": "Bùi Thị Mai", "closed_at": AT}
    rules.check_open(standing(), AT)
    rules.check_open(standing(extended_until=AT + hour, **closed), AT + hour)
    rules.check_open(standing("submitted", extended_until=AT, **closed), AT + hour, finishing=True)
    for late in (
        standing(**closed),
        standing(extended_until=AT, **closed),
        standing("submitted", **closed),
    ):
        with pytest.raises(Conflict, match="Bùi Thị Mai khóa lúc 09:00 ngày 05/03/2026"):
            rules.check_open(late, AT + hour, finishing=True)


@pytest.mark.parametrize(
    ("state", "who", "names"),
    [
        ("drafting", "owner", {"submit"}), ("returned", "owner", {"submit"}),
        ("submitted", "owner", {"withdraw"}),
        ("submitted", "evaluator", {"open"}), ("under_review", "evaluator", {"return", "confirm"}),
        ("under_review", "owner", set()), ("confirmed", "owner", set()), ("confirmed", "evaluator", set()),
        ("drafting", "evaluator", set()), ("submitted", "", set()),
    ],
)  # fmt: skip
def test_buttons_by_state_and_part(state: str, who: str, names: set[str]) -> None:
    found = rules.steps(
        standing(state), AT, owner=who == "owner", evaluator=who == "evaluator", stand_in_allowed=False
    )
    assert found == names
    allowed = rules.steps(standing("drafting"), AT, owner=False, evaluator=True, stand_in_allowed=True)
    assert allowed == {"stand_in"}
