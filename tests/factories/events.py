"""An assessment before an event in the ward whose round is open, and its three parts."""

from datetime import date
from typing import Any

from tests.factories.rounds import AT, Ward
from thuocdo.conclusions import actions, candidates
from thuocdo.conclusions.models import Assessment, AssessmentPart

DAY = date(2025, 12, 1)
WORDS = {"strengths": "Điều hành tốt", "defects": "Chậm báo cáo", "prospects": "Có thể giữ chức vụ cao hơn"}


def key(ward: Ward, kind: str, typed: str, by: str = "officer") -> str:
    """The one candidate with these words in the name."""
    found, _ = candidates.offered(ward.user(by), kind, typed, AT.date())
    return found[0].key


def opened(ward: Ward, typed: str = "Lê Phó Một", **more: Any) -> Assessment:
    kind = more.get("kind", "leader")
    given: dict[str, Any] = {
        "occasion": "appointment", "event": "bổ nhiệm Chủ tịch", "kind": kind, "day": DAY, "start": None,
        "overlays": [], "by": ward.user("officer"), "at": AT,
    }  # fmt: skip
    given |= {"who": key(ward, kind, typed)} | more
    return actions.open_event(**given)


def seen(one: Assessment) -> dict[str, Any]:
    one.refresh_from_db()
    return {"assessment_id": one.pk, "version": one.version, "at": AT}


def own(ward: Ward, one: Assessment, by: str = "vice", **more: Any) -> AssessmentPart:
    given = {"document": WORDS, "level": "", "paper": "", "by": ward.user(by)}
    return actions.file_own(**seen(one), **(given | more))


def verify(ward: Ward, one: Assessment, by: str = "officer", **more: Any) -> AssessmentPart:
    given = {"document": {"comment": "Đúng", "opinions": ""}, "level": "", "reason": "", "group": ""}
    return actions.verify(**seen(one), **(given | {"by": ward.user(by)} | more))  # type: ignore[arg-type]


def decide(ward: Ward, one: Assessment, by: str = "chair", **more: Any) -> AssessmentPart:
    given: dict[str, Any] = {
        "document": WORDS, "level": "", "reason": "", "decisions": {}, "on": DAY, "number": "20-KL/ĐU",
        "by": ward.user(by),
    }  # fmt: skip
    return actions.decide(**seen(one), **(given | more))
