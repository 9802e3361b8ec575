"""What waits: verifying for officers, deciding for the competent bodies."""

from collections.abc import Iterable, Sequence

from django.db.models import Exists, OuterRef, Q

from thuocdo.conclusions.many import deciding
from thuocdo.conclusions.models import Assessment, AssessmentPart
from thuocdo.organisation.waiting import Asking, Row, Rows, Source, Todo, rows

_VERIFY, _DECIDE = "assessments.to_verify", "assessments.to_decide"
_WORDS = {_VERIFY: "hồ sơ chờ thẩm định", _DECIDE: "hồ sơ chờ quyết định"}


def _rows(asking: Asking) -> Sequence[Rows]:
    decided = AssessmentPart.objects.filter(assessment=OuterRef("pk"), part=AssessmentPart.Part.DECISION)
    open_ = Assessment.objects.filter(Q(round__state="open") | Q(Exists(decided), round__state="closed"))
    verify = open_.filter(unit__in=asking.units("officer"), state="verify").exclude(person__user_id=asking.user.pk)
    decide = open_.filter(deciding(asking.user, asking.on, asking.units("officer")))
    text, also = "round__organisation__name", "round__year"
    return [
        rows(verify, _VERIFY, key="round_id", text=text, also=also, grouped=True),
        rows(decide, _DECIDE, key="round_id", text=text, also=also, grouped=True),
    ]


def _lines(asking: Asking, found: Sequence[Row]) -> Iterable[Todo]:
    for row in found:
        words = _WORDS[row.kind]
        state = "verify" if row.kind == _VERIFY else "decide"
        where = f"đợt năm {row.also}, {row.text}"
        yield Todo(row.kind, f"{row.number} {words} trong {where}", f"/ket-luan/dot/{row.key}/?tinh-trang={state}",
                   None, overdue=False)  # fmt: skip


SOURCE = Source(frozenset({_VERIFY, _DECIDE}), _rows, _lines)
