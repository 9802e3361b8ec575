"""Who meets about subjects, and which terms of the rulebook a meeting would break."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from thuocdo.calendars.queries import add_workdays, workdays_for
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
    """Keys of the people who meet about these subjects: of the same leadership, of the same cell;
    about a Party organisation that is no cell its committee. One query."""
    wanted = Q(pk__in=[])
    for one in subjects:
        if one.kind in ("leader", "collective"):
            wanted |= Q(kind="leader", collective=one.pk if one.kind == "collective" else one.collective_id)
        else:
            cell = one.pk if one.kind == "party_organisation" else one.organisation_id
            wanted |= Q(kind="party_member", organisation=cell)
            if one.kind == "party_organisation" and one.party is not None and not one.party.is_cell:
                wanted |= Q(kind="leader", party__isnull=False, organisation=one.pk)
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


@dataclass(frozen=True)
class Soonest:
    """When the meeting about a subject may be held: `on`, so many working days after `sent`, the day on which its last
    draft was sent or would be sent today (`already` False)."""

    on: date
    sent: date
    already: bool
    days: int
    cite: tuple[Citation, ...]


def soonest(one: RoundSubject, reports: Iterable[ReviewReport], today: date) -> Soonest | None:
    """None where the text read names no term, or the calendar has no working day. Two queries at most."""
    terms = terms_for([one])
    if terms.draft_days is None:
        return None
    drafts = [row for row in reports if row.stage == ReviewReport.Stage.DRAFT]
    sent = max(drafts, key=lambda row: row.number).sent_on if drafts else today
    try:
        due = add_workdays(one.unit_id, sent, terms.draft_days).due
    except NoWorkday:
        return None
    return Soonest(due, sent, bool(drafts), terms.draft_days, terms.draft_cite)


def soonest_of(subjects: Sequence[RoundSubject], sent: Mapping[int, date]) -> dict[int, date]:
    """The same for a list of subjects of one round whose drafts were sent on these days (by key), in one calendar, that
    of the unit of the first. Few queries, however many subjects."""
    told = [one for one in subjects if one.pk in sent]
    if not told or (days := terms_for(told).draft_days) is None:
        return {}
    last = max(sent.values()) + timedelta(days=2 * days + 60)
    calendar = workdays_for(told[0].unit_id, range(min(sent.values()).year, last.year + 1), min(sent.values()))
    try:
        due = {day: calendar.count(day, days).due for day in set(sent.values())}
    except NoWorkday:
        return {}
    return {one.pk: due[sent[one.pk]] for one in told}


def _named(names: Iterable[str]) -> str:
    every = list(names)
    return ", ".join(every[:3]) + (f" và {len(every) - 3} đối tượng khác" if len(every) > 3 else "")


def _cited(cite: Sequence[Citation]) -> str:
    return "; ".join(one.text() for one in cite)
