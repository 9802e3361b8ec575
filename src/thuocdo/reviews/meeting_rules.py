"""Who meets about subjects, and which terms of the rulebook a meeting would break."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Q

from thuocdo.calendars.queries import add_workdays
from thuocdo.engine.rulebook import Citation
from thuocdo.kernel.workdays import LONGEST, NoWorkday
from thuocdo.reviews.layouts import layouts_for, terms_for
from thuocdo.reviews.models import ReviewMeeting, ReviewPrompt, ReviewReport
from thuocdo.rounds.models import RoundSubject

NO_DAY = (
    "Không tính được {days} ngày làm việc sau khi gửi dự thảo, vì lịch làm việc của đơn vị có {longest} ngày liền "
    "không có ngày làm việc. Hãy sửa lịch ở trang Lịch làm việc rồi triệu tập lại."
)


def subjects_of(meeting: ReviewMeeting) -> list[RoundSubject]:
    """The subjects of a meeting, in the order of their names."""
    rows = RoundSubject.objects.filter(meetings__meeting=meeting).select_related("round", "party", "unit", "person")
    return list(rows.order_by("kind", "search_key", "pk"))


def summoned(subjects: Iterable[RoundSubject]) -> list[int]:
    """Keys of the people who meet about these subjects: of the same leadership, of the same cell. One query."""
    wanted = Q(pk__in=[])
    for one in subjects:
        if one.kind in ("leader", "collective"):
            wanted |= Q(kind="leader", collective=one.pk if one.kind == "collective" else one.collective_id)
        else:
            cell = one.pk if one.kind == "party_organisation" else one.organisation_id
            wanted |= Q(kind="party_member", organisation=cell)
    first = next(iter(subjects))
    rows = RoundSubject.objects.filter(wanted, round=first.round_id, person__isnull=False)
    return sorted(set(rows.exclude(standing="exempt").values_list("person_id", flat=True)))


def broken(subjects: Sequence[RoundSubject], on: date, half_days: int) -> list[str]:
    """The terms that a meeting on that day and of that length does not keep, each with its article."""
    terms = terms_for(subjects)
    found = []
    if terms.draft_days is not None:
        found += _sent_late(subjects, on, terms.draft_days, terms.draft_cite)
    asked = ReviewPrompt.objects.filter(subject__in=[one.pk for one in subjects], half_days__isnull=False)
    wants = max((one for one in asked.values_list("half_days", flat=True) if one is not None), default=None)
    least = wants if wants is not None else terms.half_days
    if least is not None and half_days < least:
        who = "nơi gợi ý kiểm điểm quyết định" if wants is not None else "quy định"
        found.append(f"Hội nghị {half_days} buổi, {who} ít nhất {least} buổi ({_cited(terms.length_cite)}).")
    return found


def _sent_late(subjects: Sequence[RoundSubject], on: date, days: int, cite: Sequence[Citation]) -> list[str]:
    """The last draft counts: what was changed later was read later."""
    drafts = ReviewReport.objects.filter(subject__in=[one.pk for one in subjects], stage="draft").order_by("number")
    sent = dict(drafts.values_list("subject_id", "sent_on"))
    found, missing, late = [], [], {}
    try:
        dues = {day: add_workdays(subjects[0].unit_id, day, days).due for day in set(sent.values())}
    except NoWorkday:
        return [NO_DAY.format(days=days, longest=LONGEST)]
    for one in subjects:
        if one.pk not in sent:
            missing += [one.name] if layouts_for(one) else []
        elif on < dues[sent[one.pk]]:
            late[one.name] = dues[sent[one.pk]]
    if missing:
        found.append(
            f"Chưa gửi dự thảo bản kiểm điểm: {_named(missing)}. Phải gửi ít nhất {days:02d} ngày làm việc trước "
            f"hội nghị ({_cited(cite)})."
        )
    if late:
        found.append(
            f"Dự thảo của {_named(late)} gửi chưa đủ {days:02d} ngày làm việc trước hội nghị: họp sớm nhất ngày "
            f"{max(late.values()):%d/%m/%Y} ({_cited(cite)})."
        )
    return found


def _named(names: Iterable[str]) -> str:
    every = list(names)
    return ", ".join(every[:3]) + (f" và {len(every) - 3} đối tượng khác" if len(every) > 3 else "")


def _cited(cite: Sequence[Citation]) -> str:
    return "; ".join(one.text() for one in cite)
