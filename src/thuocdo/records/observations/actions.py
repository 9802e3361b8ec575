"""Writing an observation on a leader, reading one's own, taking one back."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from thuocdo.accounts.models import User
from thuocdo.audit.models import EventObject
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Reading, Refusal
from thuocdo.kernel.text import clean_lines
from thuocdo.notices.actions import notify
from thuocdo.organisation.access import chain_of, day_of
from thuocdo.organisation.models import Person
from thuocdo.organisation.queries import person_of
from thuocdo.records.observations import queries
from thuocdo.records.observations.models import Observation, ObservationStep

Kind = ObservationStep.Kind
SAME_LOOK = timedelta(minutes=10)


@action
def record_observation(*, person_id: int, on: date, about: str, text: str, by: User, at: datetime) -> Observation:
    """An observation on somebody who leads in a place whose superior or organisation officer the user is.
    The person is told.

    Raises NotYours, Forbidden (the own), Several.
    """
    person = Person.objects.filter(pk=person_id).first()
    if person is not None and person.user_id == by.pk:
        raise Forbidden("Không ai tự ghi nhận về chính mình.")
    today = day_of(at)
    post = queries.post_of(by, person_id, today)
    me = person_of(by)
    if post is None or me is None:
        raise NotYours("Không tìm thấy người giữ chức vụ lãnh đạo này trong phạm vi ông/bà phụ trách.")
    read = Reading()
    subject = read(_said, about, 200, "about", "Về việc gì") or ""
    words = read(_said, text, 2000, "text", "Nội dung") or ""
    read(_day, on, today)
    read.done()
    account = post.person.user
    row = Observation(
        person=post.person, unit=post.unit, position=post.position, on=on, about=subject, text=words, account=account,
        by=by, by_person=me, at=at,
    )  # fmt: skip
    row.save(force_insert=True)
    notify(users=[account], kind="observation.recorded", text=f"Có ghi nhận về ông/bà: {subject}", path="/ghi-nhan/",
           at=at)  # fmt: skip
    record(chain=chain_of(post.unit, today), code="observation.recorded", by=by, at=at, objects=[row])
    return row


def _said(typed: str, most: int, field: str, label: str) -> str:
    found = clean_lines(typed)
    if not found:
        raise Refusal("observation.empty", f"{label}: chưa nhập. Hãy ghi nội dung này.", field=field)
    if len(found) > most:
        raise Refusal("observation.long", f"{label}: dài quá {most} ký tự. Hãy rút gọn.", field=field)
    return found


def _day(on: date, today: date) -> None:
    if on > today:
        raise Refusal("observation.future", f"Ngày {on:%d/%m/%Y} chưa đến. Hãy ghi ngày xảy ra sự việc.", field="on")


@action
def read_observation(*, observation_id: int, answer: str, by: User, at: datetime) -> ObservationStep | None:
    """The person says to have read it, with an answer or none; once. Raises NotYours, Conflict, Refusal."""
    row = _row(observation_id)
    if row.person.user_id != by.pk:
        raise NotYours()
    if _done(row, Kind.WITHDRAWN):
        raise Conflict("Ghi nhận này đã được rút. Hãy tải lại trang.")
    if _done(row, Kind.READ):
        nothing_changed()
        return None
    words = _said(answer, 2000, f"answer-{row.pk}", "Ý kiến") if clean_lines(answer) else ""
    return _step(row, Kind.READ, words, "observation.read", by, at)


@action
def withdraw_observation(*, observation_id: int, reason: str, by: User, at: datetime) -> ObservationStep | None:
    """Whoever wrote takes it back, with a reason; it stays to be read. Raises NotYours, Refusal."""
    row = _row(observation_id)
    if row.by_id != by.pk:
        raise NotYours()
    if _done(row, Kind.WITHDRAWN):
        nothing_changed()
        return None
    return _step(row, Kind.WITHDRAWN, _said(reason, 2000, f"reason-{row.pk}", "Lý do rút"), "observation.withdrawn",
                 by, at)  # fmt: skip


def _row(observation_id: int) -> Observation:
    rows = Observation.objects.select_for_update(no_key=True, of=("self",)).select_related("person", "unit")
    row = rows.filter(pk=observation_id).first()
    if row is None:
        raise NotYours()
    return row


def _done(row: Observation, kind: str) -> bool:
    return ObservationStep.objects.filter(observation=row, kind=kind).exists()


def _step(row: Observation, kind: str, text: str, code: str, by: User, at: datetime) -> ObservationStep:
    step = ObservationStep(observation=row, kind=kind, text=text, by=by, at=at)
    step.save(force_insert=True)
    record(chain=chain_of(row.unit, day_of(at)), code=code, by=by, at=at, objects=[step])
    return step


@action
def record_observations_view(*, person_id: int, by: User, at: datetime) -> queries.About:
    """That somebody read what was written about another, which is returned; again within ten minutes adds nothing.
    Raises NotYours."""
    found = queries.about(by, person_id, at)
    if not found.rows:
        nothing_changed()
        return found
    last = found.rows[0].one
    known = EventObject.objects.filter(kind="records.observation", key=str(last.pk), event__code="observation.viewed")
    if known.filter(event__actor=str(by.pk), event__at__gt=at - SAME_LOOK).exists():
        nothing_changed()
        return found
    record(chain=chain_of(last.unit, day_of(at)), code="observation.viewed", by=by, at=at, objects=[last])
    return found
