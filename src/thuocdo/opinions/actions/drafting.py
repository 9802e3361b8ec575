"""Steps shared by the actions on a round before anybody is asked: what was typed about it, and taking its draft."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from thuocdo.accounts.models import User
from thuocdo.kernel.errors import Conflict, Refusal
from thuocdo.kernel.text import clean
from thuocdo.kernel.typed import parse_points
from thuocdo.opinions import rules
from thuocdo.opinions.access import locked, require_organises
from thuocdo.opinions.models import OpinionQuestion, OpinionRound


@dataclass(frozen=True)
class Asking:
    """A question as typed: words, `points` or `agree`, the maximum."""

    label: str
    kind: str
    maximum: str


def settle(one: OpinionRound, threshold: str, told: str, closes_on: date, on: date) -> None:
    """What is fixed for good when the round is sent. Raises Refusal by field."""
    one.threshold = _threshold(threshold)
    if told not in OpinionRound.Told.values:
        raise Refusal("opinions.told", "Hãy chọn người được đánh giá xem được gì.", field="told")
    one.told = OpinionRound.Told(told)
    if closes_on < on:
        raise Refusal("opinions.day", "Hạn trả lời đã qua. Hãy chọn từ hôm nay trở đi.", field="closes_on")
    one.closes_on = closes_on


def _threshold(typed: str) -> int:
    text = typed.strip()
    if not (text.isascii() and text.isdigit() and len(text) < 3 and int(text) >= rules.FLOOR):
        raise Refusal(
            "opinions.threshold", f"Số ý kiến ít nhất để công bố: hãy ghi từ {rules.FLOOR} đến 99. Nhóm ít hơn "
            f"{rules.FLOOR} người thì đoán được ai viết gì.", field="threshold",
        )  # fmt: skip
    return int(text)


def read_questions(asking: Sequence[Asking]) -> list[OpinionQuestion]:
    """The questions, not saved and of no round yet. Raises Refusal, Refused by field."""
    kept = [one for one in asking if clean(one.label)]
    if not 0 < len(kept) <= rules.MOST_QUESTIONS:
        raise Refusal(
            "opinions.questions", f"Hãy ghi từ 1 đến {rules.MOST_QUESTIONS} nội dung hỏi.", field="question-1"
        )
    problems: dict[str, str] = {}
    made: list[OpinionQuestion] = []
    for place, one in enumerate(asking, 1):
        if not clean(one.label):
            continue
        row = OpinionQuestion(number=len(made) + 1, label=clean(one.label)[:200], kind=one.kind)
        try:
            if one.kind not in OpinionQuestion.Kind.values:
                raise Refusal("opinions.kind", "Hãy chọn cách trả lời.")
            if one.kind == OpinionQuestion.Kind.POINTS:
                row.maximum = parse_points(one.maximum, label=f"Điểm tối đa của “{row.label}”")
                if row.maximum == 0:
                    raise Refusal("opinions.maximum", f"Điểm tối đa của “{row.label}” phải lớn hơn 0.")
        except Refusal as refusal:
            problems[f"maximum-{place}"] = refusal.message
        made.append(row)
    if problems:
        raise rules.Refused(problems)
    return made


def draft(round_id: int, version: int, by: User, on: date) -> OpinionRound:
    """The round while it is prepared, by its organiser. Raises NotYours, Conflict."""
    one = locked(round_id)
    require_organises(one.unit_id, by, on)
    if one.state != OpinionRound.State.DRAFT or one.version != version:
        raise Conflict(f"Đợt lấy ý kiến vừa thay đổi (hiện {one.get_state_display()}). Hãy tải lại trang.")
    return one
