"""What bodies answer: by the account of who speaks for them, or entered from a printed form by two people."""

from collections.abc import Mapping
from datetime import date, datetime

from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.audit.digests import canonical
from thuocdo.audit.recording import action, record
from thuocdo.kernel.errors import Conflict, NotYours, Reading, Refusal
from thuocdo.kernel.typed import text_from
from thuocdo.opinions.access import locked, organised
from thuocdo.opinions.bodies.forms import content_of
from thuocdo.opinions.bodies.models import OpinionBody, OpinionPaper
from thuocdo.opinions.models import OpinionRound
from thuocdo.organisation.access import chain_of
from thuocdo.organisation.queries import person_of
from thuocdo.work.evidence import Upload, check_scan, shown_name
from thuocdo.work.storage import keep


@action
def answer_for_body(
    *, body_id: int, typed: Mapping[str, str], number: str, on: date, upload: Upload | None, by: User, at: datetime
) -> OpinionPaper:
    """The answer of a body about all subjects, by name. Who speaks for it answers alone; an organiser enters its
    printed form with a scan, and a second organiser confirms. Raises NotYours, Several by field, Conflict."""
    one, body = _taken(body_id, at)
    speaks = body.speaker is not None and body.speaker.user_id == by.pk
    if not speaks and one.unit_id not in organised(by, localdate(at)):
        raise NotYours()
    standing = body.papers.exclude(state=OpinionPaper.State.RETURNED).first()
    if standing is not None:
        raise Conflict(f"{body.name} đã có ý kiến: {standing.get_state_display()}. Không gửi thêm được.")
    read = Reading()
    content = read(content_of, one, body, typed)
    named = read(text_from, number, "Số văn bản", "number", 80)
    read(_day, on, localdate(at))
    paper = OpinionPaper(
        body=body, turn=1 + body.papers.count(), number=named or "", on=on, entered_by=by, entered_at=at,
        state=OpinionPaper.State.CONFIRMED if speaks else OpinionPaper.State.ENTERED,
    )  # fmt: skip
    scan = None if speaks else read(check_scan, upload)
    read.done()
    paper.content = canonical(content)
    if scan is not None:
        paper.digest, paper.name, paper.media = keep(scan[0].content), shown_name(scan[0].name), scan[1]
    paper.save()
    return _recorded(one, paper, "opinions.paper_given" if speaks else "opinions.paper_entered", by, at)


@action
def confirm_paper(*, paper_id: int, same: bool, by: User, at: datetime) -> OpinionPaper:
    """A second organiser has compared the entry with the scan. Raises NotYours, Refusal, Conflict."""
    one, paper = _to_check(paper_id, by, at)
    if not same:
        raise Refusal(
            "opinions.same", "Chỉ xác nhận khi mọi câu trả lời đã ghi đúng như bản chụp. Nếu khác, hãy trả lại và ghi "
            "lý do.", field="same",
        )  # fmt: skip
    paper.state, paper.checked_by, paper.checked_at = OpinionPaper.State.CONFIRMED, by, at
    paper.save()
    return _recorded(one, paper, "opinions.paper_confirmed", by, at)


@action
def return_paper(*, paper_id: int, reason: str, by: User, at: datetime) -> OpinionPaper:
    """What was entered differs from the scan: it does not count, and is entered anew. Raises NotYours, Refusal,
    Conflict."""
    one, paper = _to_check(paper_id, by, at)
    paper.reason = text_from(reason, "Lý do trả lại", "reason", 500)
    paper.state, paper.checked_by, paper.checked_at = OpinionPaper.State.RETURNED, by, at
    paper.save()
    return _recorded(one, paper, "opinions.paper_returned", by, at)


def _taken(body_id: int, at: datetime) -> tuple[OpinionRound, OpinionBody]:
    """The body with its round locked, while answers are taken. Raises NotYours, Conflict."""
    body = OpinionBody.objects.select_related("party", "speaker").filter(pk=body_id).first()
    if body is None:
        raise NotYours()
    one = locked(body.party.round_id)
    if one.state in (OpinionRound.State.DRAFT, OpinionRound.State.DROPPED):
        raise NotYours()
    if one.state != OpinionRound.State.OPEN or localdate(at) > one.closes_on:
        raise Conflict(f"Đợt lấy ý kiến đã hết hạn ngày {one.closes_on:%d/%m/%Y}; không nhận thêm ý kiến.")
    return one, body


def _to_check(paper_id: int, by: User, at: datetime) -> tuple[OpinionRound, OpinionPaper]:
    """Raises NotYours, Conflict. After the last day too: the paper came in time."""
    paper = OpinionPaper.objects.select_related("body__party").filter(pk=paper_id).first()
    if paper is None:
        raise NotYours()
    one = locked(paper.body.party.round_id)
    if one.unit_id not in organised(by, localdate(at)):
        raise NotYours()
    paper = OpinionPaper.objects.select_for_update(of=("self",)).select_related("body__party").get(pk=paper_id)
    if one.state != OpinionRound.State.OPEN or paper.state != OpinionPaper.State.ENTERED:
        raise Conflict(f"Phiếu này hiện {paper.get_state_display()}. Hãy tải lại trang.")
    if paper.entered_by_id == by.pk:
        raise Conflict("Người ghi không tự xác nhận hay trả lại. Hãy nhờ một người phụ trách khác đối chiếu.")
    person = person_of(by)
    if person is not None and one.subjects.filter(person=person).exists():
        raise Conflict("Ông/bà là đối tượng được lấy ý kiến nên không đối chiếu phiếu của đợt này.")
    return one, paper


def _day(on: date, today: date) -> None:
    if on > today:
        raise Refusal("opinions.paper_day", f"Ngày văn bản {on:%d/%m/%Y} chưa đến. Hãy sửa ngày.", field="on")


def _recorded(one: OpinionRound, paper: OpinionPaper, code: str, by: User, at: datetime) -> OpinionPaper:
    record(
        chain=chain_of(one.unit, localdate(at)), code=code, by=by, at=at, objects=[paper],
        data={"round": one.pk, "body": paper.body.name, "number": paper.number, "sha256": paper.digest},
    )  # fmt: skip
    return paper
