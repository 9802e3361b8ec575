"""Members of one group who are verified, and who decides about members, for counting queries."""

from datetime import date
from typing import Any

from tests.factories.conclusions import MEMBER, OWN, PLAIN
from tests.integration.web import crowd
from tests.integration.web.crowd import AT
from thuocdo.conclusions import actions, candidates
from thuocdo.organisation.models import Employment
from thuocdo.organisation.queries import officer_units
from thuocdo.records.observations.actions import record_observation
from thuocdo.rounds.models import RoundSubject


def build(people: crowd.Crowd, round_id: int) -> dict[str, int]:
    """The ids of a member whose assessment waits for a decision, and of an assessment before an event."""
    by: Any = people.officer.user
    actions.record_competence(
        unit_id=people.place.pk, kind="party_member", role="", party_kind="", body="Ban Thường vụ", party_id=0,
        body_unit_id=0, verifier="Ban Xây dựng Đảng", basis="05-QĐ/ĐU", start=date(2025, 7, 1), by=by, at=AT,
    )  # fmt: skip
    mine = RoundSubject.objects.filter(round=round_id, kind="party_member", standing="in").order_by("pk")
    for subject in mine.exclude(person=people.officer):
        given: dict[str, Any] = {"subject_id": subject.pk, "by": by, "at": AT}
        own, whole = (PLAIN, PLAIN) if subject.role == "none" else (OWN, MEMBER)
        actions.file_own(version=0, document={"fields": own}, level="good", paper="BB 1", **given)
        actions.verify(
            version=1, document={"fields": whole, "comment": "Đúng"}, level="", reason="", group="Nhóm một", **given
        )
    found, _ = candidates.offered(by, "party_member", "", AT.date())
    keys = {one.name: one.key for one in found if one.name != people.officer.full_name}  # a person, whatever posts
    made = [
        actions.open_event(occasion="appointment", event="bổ nhiệm", kind="party_member", who=key, day=AT.date(),
                           start=None, overlays=[], by=by, at=AT)
        for key in keys.values()
    ]  # fmt: skip
    heads = Employment.objects.filter(unit__in=officer_units(by, AT.date()), end=None).exclude(leadership="none")
    head = heads.exclude(person=people.officer).order_by("pk").first()
    assert head is not None, "somebody leads a unit of the crowd"
    for subject in mine:
        record_observation(
            person_id=head.person_id, on=AT.date(), about=f"việc {subject.pk}", text="Đã làm", by=by, at=AT
        )
    return {"observed": head.person_id, "assessed": mine[0].pk, "event": made[0].pk}
