"""A machine takes the steps of its table and refuses every other with a sentence that names the state."""

import pytest

from thuocdo.kernel.errors import Conflict
from thuocdo.kernel.states import Machine, Transition

STATES = {"draft": "nháp", "submitted": "đã nộp", "closed": "đã chốt"}
STEPS = [
    Transition("submit", ("draft",), "submitted", "owner", "Nộp"),
    Transition("withdraw", ("submitted",), "draft", "owner", "Rút lại"),
    Transition("close", ("draft", "submitted"), "closed", "officer", "Chốt"),
]


def test_steps_of_the_table() -> None:
    machine = Machine(STATES, STEPS)
    assert machine.target("submit", "draft") == "submitted"
    assert machine.target("close", "draft") == machine.target("close", "submitted") == "closed"
    assert machine.names_from("submitted") == ("withdraw", "close")
    assert machine.names_from("closed") == ()


def test_a_step_from_another_state_is_refused_in_words() -> None:
    with pytest.raises(Conflict) as caught:
        Machine(STATES, STEPS).target("submit", "closed")
    assert caught.value.message == (
        "Không thực hiện được “Nộp”: hiện ở trạng thái “đã chốt”. Hãy tải lại trang để xem tình trạng mới nhất."
    )


@pytest.mark.parametrize(("sources", "target"), [(("draft", "lost"), "submitted"), (("draft",), "lost")])
def test_a_table_with_an_unknown_state_is_not_built(sources: tuple[str, ...], target: str) -> None:
    with pytest.raises(ValueError, match=r"transition submit: unknown states \['lost'\]"):
        Machine(STATES, [Transition("submit", sources, target, "owner", "Nộp")])
