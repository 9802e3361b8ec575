"""A round with as many cells and members, and a plan for the next year, for counting queries."""

from datetime import date, timedelta
from typing import Any

from tests.factories.party import join, make_party, seat
from tests.factories.reviews import typed_whole
from tests.integration.web import crowd
from tests.integration.web.crowd import AT
from thuocdo.reviews import actions as reviews
from thuocdo.rounds import actions
from thuocdo.rounds.models import RoundSubject, StepDone


def build(people: crowd.Crowd, rows: int) -> dict[str, int]:
    """Ids of an open round, one of its cells and a step done, and of a plan."""
    by: Any = people.officer.user
    ward = make_party("DX", "Đảng bộ của đợt", "above_base", people.place)
    for number in range(rows):
        cell = make_party(f"DX-CB{number}", f"Chi bộ {number}", "sub_cell", people.place, under=ward)
        join(people.people[number], cell, start=date(2025, 7, 2))
        for role, place in (("secretary", 0), ("deputy", 1), ("member", 2)):
            seat(people.people[(number + place) % rows], cell, role)
    seat(people.head, ward, "secretary")
    planned = [
        actions.plan_round(
            organisation_id=ward.pk, year=year, rating_date=date(year, 12, 20), overlays=[], basis="Kế hoạch 12-KH/ĐU",
            whom="", leaderships="every", seats="leading", deadlines={"rate_work": date(year, 12, 10)}, by=by, at=AT,
        )
        for year in (2025, 2026)
    ]  # fmt: skip
    opened = actions.open_round(round_id=planned[0].pk, version=1, by=by, at=AT)
    mine = RoundSubject.objects.filter(round=opened, kind="civil_servant").exclude(person=people.officer)
    actions.take_steps(
        round_id=opened.pk, steps=[("rate_work", pk) for pk in mine.values_list("pk", flat=True)[:rows]],
        on=date(2025, 12, 1), place="Hội trường", number="1", body="Ủy ban", levels={}, by=by, at=AT,
    )  # fmt: skip
    office = RoundSubject.objects.get(round=opened, kind="party_organisation", party=ward)
    step = StepDone.objects.filter(round=opened).earliest("pk")
    own = RoundSubject.objects.get(round=opened, kind="collective", party=ward)
    for number in range(rows):
        reviews.add_defect(
            subject_id=own.pk, year=2025, text=f"Hạn chế {number}", cause="", source="self", by=by, at=AT
        )
    given = {"own": (), "layout": "", "versions": {}, "by": by, "at": AT}
    reviews.file_review(subject_id=own.pk, stage="draft", typed=typed_whole(own), **given)
    met = reviews.call_meeting(
        round_id=opened.pk, subject_ids=[own.pk], on=AT.date() + timedelta(days=300), half_days=2, place="Hội trường",
        by=by, at=AT,
    )  # fmt: skip
    return {
        "party_round": opened.pk, "party_plan": planned[1].pk, "party_subject": office.pk, "party_step": step.pk,
        "party_report": own.pk, "party_meeting": met.pk,
    }  # fmt: skip
