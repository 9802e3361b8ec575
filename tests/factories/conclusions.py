"""A ward whose round is open, with who decides for whom, and facts that give a level."""

from collections.abc import Callable
from datetime import date
from typing import Any

from tests.factories.people import give_role, make_person
from tests.factories.rounds import AT, Ward, open_ward
from thuocdo.conclusions import actions
from thuocdo.conclusions.models import Assessment, AssessmentPart
from thuocdo.organisation.models import Role
from thuocdo.rounds.models import RoundSubject

DAY = date(2025, 12, 1)
WORDS = {"strengths": "Hoàn thành kế hoạch", "defects": "Chậm báo cáo"}
COUNTS = {"assigned": "10", "done": "10", "above": "3", "late": "0", "failing": "0"}
TASKS = {f"tasks.{name}": value for name, value in COUNTS.items()}
MEMBER = {
    "marks.general": "28", "marks.results": "66", **{f"led.{name}": value for name, value in COUNTS.items()},
    "defects.total": "2", "defects.fixed": "2", "related.units.good": "1",
}  # fmt: skip
"""A member who holds a leading post."""
OWN = {name: value for name, value in MEMBER.items() if not name.startswith("related.")}
"""What the person writes of it."""
PLAIN = {name: value for name, value in OWN.items() if not name.startswith("led.")} | TASKS
"""A member who holds none."""


def decided_ward(also: Callable[[Ward], None] | None = None, **more: Any) -> Ward:
    """The committee of the ward decides for members and collectives; the officer of the place and a second one.
    `also`: what comes to the ward before its round is opened."""
    ward = open_ward(also, **more)
    ward.people["second"] = make_person("A9", "Lý Tổ Chức Hai", ward.units["office"], "Chuyên viên")
    give_role(ward.people["second"], ward.units["place"], Role.Kind.OFFICER)
    for kind in ("party_member", "collective", "leader", "party_organisation"):
        competent(ward, kind)
    return ward


def competent(ward: Ward, kind: str, **more: Any) -> None:
    given: dict[str, Any] = {
        "unit_id": ward.units["place"].pk, "kind": kind, "role": "", "party_kind": "",
        "body": "Ban Thường vụ Đảng ủy Phường Một", "party_id": ward.party["ward"].pk, "body_unit_id": 0,
        "verifier": "Ban Xây dựng Đảng", "basis": "Quy định 05-QĐ/ĐU", "start": date(2025, 7, 1),
        "by": ward.user("officer"), "at": AT,
    }  # fmt: skip
    actions.record_competence(**(given | more))


def version(subject: RoundSubject) -> int:
    found = Assessment.objects.filter(subject=subject).first()
    return found.version if found else 0


def file_own(ward: Ward, subject: RoundSubject, by: str, **more: Any) -> AssessmentPart:
    given: dict[str, Any] = {
        "subject_id": subject.pk, "version": version(subject), "document": {"fields": OWN, **WORDS},
        "level": "excellent", "paper": "", "by": ward.user(by), "at": AT,
    }  # fmt: skip
    return actions.file_own(**(given | more))


def verify(ward: Ward, subject: RoundSubject, by: str = "officer", **more: Any) -> AssessmentPart:
    given: dict[str, Any] = {
        "subject_id": subject.pk, "version": version(subject),
        "document": {"fields": MEMBER, "opinions": "", "comment": "Đúng thực tế"}, "level": "", "reason": "",
        "group": "Chuyên viên", "by": ward.user(by), "at": AT,
    }  # fmt: skip
    return actions.verify(**(given | more))


def decide(ward: Ward, subject: RoundSubject, by: str = "chair", **more: Any) -> AssessmentPart:
    given: dict[str, Any] = {
        "subject_id": subject.pk, "version": version(subject), "document": {**WORDS, "prospects": "Có triển vọng"},
        "level": "", "reason": "", "decisions": {}, "on": DAY, "number": "15-QĐ/ĐU", "by": ward.user(by), "at": AT,
    }  # fmt: skip
    return actions.decide(**(given | more))
