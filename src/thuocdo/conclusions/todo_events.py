"""What waits in assessments before an event (the own part, verifying, deciding), and files sent up to be received."""

from collections.abc import Iterable, Sequence

from thuocdo.conclusions.competences import exercised
from thuocdo.conclusions.many import deciding
from thuocdo.conclusions.models import Assessment, Competence, FileSent
from thuocdo.organisation.waiting import Asking, Row, Rows, Source, Todo, rows

_FILE, _VERIFY, _DECIDE = "events.to_file", "events.to_verify", "events.to_decide"
_RECEIVE = "files.to_receive"
_WORDS = {
    _FILE: "Ghi phần tự đánh giá của ông/bà",
    _VERIFY: "Thẩm định hồ sơ đánh giá",
    _DECIDE: "Kết luận hồ sơ đánh giá",
}


def _rows(asking: Asking) -> Sequence[Rows]:
    events = Assessment.objects.filter(round=None)
    mine = Competence.objects.filter(exercised(asking.user, asking.on)).values("pk")
    others = events.exclude(person__user_id=asking.user.pk)
    verify = others.filter(unit__in=asking.units("officer"), state="verify")
    decide = events.filter(deciding(asking.user, asking.on, asking.units("officer")))
    sent = FileSent.objects.filter(state="sent", assessment__competence__in=mine)
    sent = sent.exclude(assessment__person__user_id=asking.user.pk)
    own = events.filter(person__user_id=asking.user.pk, state="own")
    return [
        rows(own, _FILE, key="pk", text="event", day="day"),
        rows(verify, _VERIFY, key="pk", text="name", day="day"),
        rows(decide, _DECIDE, key="pk", text="name", day="day"),
        rows(sent, _RECEIVE, key="assessment__subject_id", text="assessment__name"),
    ]


def _lines(asking: Asking, found: Sequence[Row]) -> Iterable[Todo]:
    for row in found:
        if row.kind == _RECEIVE:
            path = f"/ket-luan/doi-tuong/{row.key}/gui/"
            yield Todo(row.kind, f"Nhận hoặc trả lại hồ sơ gửi đến: {row.text}", path, None, overdue=False)
            continue
        late = row.day is not None and row.day < asking.on
        yield Todo(row.kind, f"{_WORDS[row.kind]}: {row.text}", f"/ket-luan/ho-so/{row.key}/", row.day, overdue=late)


SOURCE = Source(frozenset({_FILE, _VERIFY, _DECIDE, _RECEIVE}), _rows, _lines)
