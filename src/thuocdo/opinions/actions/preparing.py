"""A round before anybody is asked: its people and questions, the parties with their invitations, sending."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from random import SystemRandom

from django.db.models import Count
from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, record
from thuocdo.cycles.models import Cycle, Member
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.kernel.text import clean
from thuocdo.kernel.typed import parse_points
from thuocdo.notices.actions import notify
from thuocdo.opinions import rules
from thuocdo.opinions.access import locked, require_organises
from thuocdo.opinions.asks import asked_of
from thuocdo.opinions.models import (
    OpinionInvitation,
    OpinionParty,
    OpinionQuestion,
    OpinionRound,
    OpinionSubject,
)
from thuocdo.organisation.access import chain_of
from thuocdo.organisation.models import Employment, Person
from thuocdo.organisation.queries import descendants, on_day

CHANCE = SystemRandom()


@dataclass(frozen=True)
class Asking:
    """A question as typed: words, `points` or `agree`, the maximum."""

    label: str
    kind: str
    maximum: str


@action
def prepare_round(
    *, cycle_id: int, unit_id: int, basis_text: str, secret: bool, threshold: str, told: str, closes_on: date,
    members: Collection[int], questions: Sequence[Asking], by: User, at: datetime,
) -> OpinionRound:  # fmt: skip
    """Begin a round about members of the unit and what is below it. Where the pinned rulebooks of all of them ask for
    opinions, that is the ground, and its word on secrecy holds; else the agency names its own text.

    Raises NotYours, Refused/Refusal by field, Conflict where somebody is in another round of this cycle.
    """
    on = localdate(at)
    require_organises(unit_id, by, on)
    cycle = Cycle.objects.filter(pk=cycle_id, state=Cycle.State.OPEN).first()
    if cycle is None:
        raise NotYours()
    people = _members(cycle, unit_id, members, by, on)
    asked = asked_of(people)
    one = OpinionRound(cycle=cycle, unit_id=unit_id, made_by=by, made_at=at, secret=secret, closes_on=closes_on)
    one.basis = OpinionRound.Basis.RULE if asked else OpinionRound.Basis.AGENCY
    one.basis_text = (asked.text if asked else clean(basis_text))[:300]
    if not one.basis_text:
        raise Refusal(
            "opinions.basis",
            "Quy định áp dụng không yêu cầu lấy ý kiến. Hãy ghi văn bản của cơ quan quy định việc này.",
            field="basis_text",
        )  # fmt: skip
    if asked and asked.secret is not None and asked.secret != secret:
        words = "giữ kín" if asked.secret else "ghi tên"
        raise Refusal("opinions.secret", f"{asked.text} quy định {words}. Hãy chọn “{words}”.", field="secret")
    one.threshold = _threshold(threshold)
    if told not in OpinionRound.Told.values:
        raise Refusal("opinions.told", "Hãy chọn người được đánh giá xem được gì.", field="told")
    one.told = OpinionRound.Told(told)
    if closes_on < on:
        raise Refusal("opinions.day", "Hạn trả lời đã qua. Hãy chọn từ hôm nay trở đi.", field="closes_on")
    asking = _questions(questions)
    one.save()
    rows = [OpinionSubject.objects.create(round=one, member=member) for member in people]
    for question in asking:
        question.round = one
        question.save()
    record(
        chain=chain_of(one.unit, on), code="opinions.prepared", by=by, at=at, objects=[one, *rows, *asking],
        data={"round": one.pk, "subjects": len(rows), "secret": one.secret, "threshold": one.threshold},
    )  # fmt: skip
    return one


def _threshold(typed: str) -> int:
    text = typed.strip()
    if not (text.isascii() and text.isdigit() and len(text) < 3 and int(text) >= rules.FLOOR):
        raise Refusal(
            "opinions.threshold", f"Số ý kiến ít nhất để công bố: hãy ghi từ {rules.FLOOR} đến 99. Nhóm ít hơn "
            f"{rules.FLOOR} người thì đoán được ai viết gì.", field="threshold",
        )  # fmt: skip
    return int(text)


def _members(cycle: Cycle, unit_id: int, wanted: Collection[int], by: User, on: date) -> list[Member]:
    if not 0 < len(wanted) <= rules.MOST_SUBJECTS:
        raise Refusal(
            "opinions.subjects", f"Hãy chọn từ 1 đến {rules.MOST_SUBJECTS} người được lấy ý kiến.", field="subjects"
        )
    found = Member.objects.filter(
        pk__in=wanted, cycle=cycle, standing=Member.Standing.IN, unit_id__in=descendants(unit_id, on)
    )
    people = list(found.select_related("person").order_by("person__sort_key", "pk"))
    if len(people) != len(set(wanted)):
        raise NotYours()
    if any(one.person.user_id == by.pk for one in people):
        raise Refusal(
            "opinions.own", "Ông/bà không lập danh sách lấy ý kiến về chính mình. Hãy để cấp trên hoặc cán bộ tổ chức "
            "lập đợt ấy.", field="subjects",
        )  # fmt: skip
    # Two organisers at once: the constraint on the member decides; this names the person.
    taken = OpinionSubject.objects.filter(member__in=people, living=True).select_related("member__person").first()
    if taken is not None:
        raise Conflict(
            f"{taken.member.person.full_name} đã thuộc một đợt lấy ý kiến của kỳ này. Mỗi người chỉ lấy ý kiến một lần "
            "trong kỳ: so hai kết quả gần nhau sẽ lộ ý kiến của từng người."
        )
    return people


def _questions(asking: Sequence[Asking]) -> list[OpinionQuestion]:
    kept = [one for one in asking if clean(one.label)]
    if not 0 < len(kept) <= rules.MOST_QUESTIONS:
        raise Refusal(
            "opinions.questions", f"Hãy ghi từ 1 đến {rules.MOST_QUESTIONS} nội dung hỏi.", field="question-1"
        )
    problems: dict[str, str] = {}
    made: list[OpinionQuestion] = []
    for place, one in enumerate(asking, 1):
        if not clean(one.label):
            continue
        row = OpinionQuestion(number=len(made) + 1, label=clean(one.label)[:200], kind=one.kind)
        try:
            if one.kind not in OpinionQuestion.Kind.values:
                raise Refusal("opinions.kind", "Hãy chọn cách trả lời.")
            if one.kind == OpinionQuestion.Kind.POINTS:
                row.maximum = parse_points(one.maximum, label=f"Điểm tối đa của “{row.label}”")
                if row.maximum == 0:
                    raise Refusal("opinions.maximum", f"Điểm tối đa của “{row.label}” phải lớn hơn 0.")
        except Refusal as refusal:
            problems[f"maximum-{place}"] = refusal.message
        made.append(row)
    if problems:
        raise rules.Refused(problems)
    return made


def _draft(round_id: int, version: int, by: User, on: date) -> OpinionRound:
    """The round while it is prepared, by its organiser. Raises NotYours, Conflict."""
    one = locked(round_id)
    require_organises(one.unit_id, by, on)
    if one.state != OpinionRound.State.DRAFT or one.version != version:
        raise Conflict(f"Đợt lấy ý kiến vừa thay đổi (hiện {one.get_state_display()}). Hãy tải lại trang.")
    return one


@action
def add_party(
    *, round_id: int, version: int, group: str, label: str, questions: Collection[int], raters: Collection[int],
    each: int, by: User, at: datetime,
) -> OpinionParty:  # fmt: skip
    """A party that is asked, within its field (`questions` by number): each person of the round is asked about by
    `each` of the raters, drawn by chance so that the load is even; 0 means all. Nobody is asked about oneself, twice
    about one person, or about somebody whom they evaluate. Raises NotYours, Refusal by field, Conflict."""
    on = localdate(at)
    one = _draft(round_id, version, by, on)
    if group not in OpinionParty.Group.values:
        raise Refusal("opinions.group", "Hãy chọn bên được hỏi.", field="group")
    known = set(one.questions.values_list("number", flat=True))
    if not questions or not set(questions) <= known:
        raise Refusal("opinions.field", "Hãy chọn ít nhất một nội dung thuộc lĩnh vực của bên này.", field="questions")
    if one.parties.count() >= rules.MOST_PARTIES:
        raise Refusal("opinions.parties", f"Một đợt hỏi tối đa {rules.MOST_PARTIES} bên.", field="group")
    number = 1 + max(one.parties.values_list("number", flat=True), default=0)
    name = clean(label)[:120] or str(OpinionParty.Group(group).label).capitalize()
    party = OpinionParty(round=one, number=number, group=group, label=name, questions=sorted(set(questions)))
    people = _raters(one, raters, on)
    subjects = {row.pk: row for row in one.subjects.select_related("member")}
    pairs = _pairs(one, subjects, people, each)
    party.save()
    rows = [
        OpinionInvitation.objects.create(
            party=party, subject=subjects[subject], about_id=subjects[subject].member.person_id, rater_id=rater
        )
        for subject, rater in pairs
    ]
    one.version += 1
    one.save()
    record(
        chain=chain_of(one.unit, on), code="opinions.party_added", by=by, at=at, objects=[one, party, *rows],
        data={"round": one.pk, "raters": len(people), "forms": len(rows)},
    )  # fmt: skip
    return party


def _raters(one: OpinionRound, wanted: Collection[int], on: date) -> set[int]:
    posts = Employment.objects.filter(
        on_day(on), person_id__in=wanted, unit_id__in=descendants(one.cycle.root_id, on), person__user__is_active=True
    )
    found = set(posts.values_list("person_id", flat=True))
    if not wanted or found != set(wanted):
        raise Refusal(
            "opinions.raters", "Hãy chọn người được hỏi trong danh sách: người đang công tác và có tài khoản.",
            field="raters",
        )  # fmt: skip
    return found


def _pairs(
    one: OpinionRound, subjects: dict[int, OpinionSubject], people: set[int], each: int
) -> list[tuple[int, int]]:
    asked: dict[int, set[int]] = {pk: set() for pk in subjects}
    load: dict[int, int] = {}
    for subject, rater in OpinionInvitation.objects.filter(party__round=one).values_list("subject_id", "rater_id"):
        asked[subject].add(rater)
        load[rater] = load.get(rater, 0) + 1
    allowed = {
        pk: people - asked[pk] - {row.member.person_id, row.member.evaluator_id or 0} for pk, row in subjects.items()
    }
    pairs = rules.assign(list(subjects), allowed, max(each, 0), load, CHANCE)
    if not pairs:
        raise Refusal(
            "opinions.raters", "Không còn ai để hỏi: không ai được hỏi về chính mình, hai lần về một người, hoặc về "
            "người do mình đánh giá.", field="raters",
        )  # fmt: skip
    for _, rater in pairs:
        load[rater] = load.get(rater, 0) + 1
    most = max(load.values())
    if most > rules.MOST_PER_RATER:
        raise Refusal(
            "opinions.load", f"Có người sẽ phải cho ý kiến về {most} người, quá {rules.MOST_PER_RATER}. Hãy ghi số "
            "người hỏi về mỗi người nhỏ hơn, hoặc chọn thêm người được hỏi.", field="each",
        )  # fmt: skip
    return pairs


@action
def drop_party(*, round_id: int, version: int, party_id: int, by: User, at: datetime) -> None:
    """Take a party out again, before anybody was asked. Raises NotYours, Conflict."""
    on = localdate(at)
    one = _draft(round_id, version, by, on)
    party = one.parties.filter(pk=party_id).first()
    if party is None:
        raise NotYours()
    gone = [*party.invitations.order_by("pk"), party]
    keys = [row.pk for row in gone]
    for row in gone:
        row.delete()
    for row, key in zip(gone, keys, strict=True):
        row.pk = key
    one.version += 1
    one.save()
    record(
        chain=chain_of(one.unit, on), code="opinions.party_dropped", by=by, at=at, objects=[one], removed=gone,
        data={"round": one.pk},
    )  # fmt: skip


@action
def send_round(*, round_id: int, version: int, by: User, at: datetime) -> OpinionRound:
    """Ask everybody: from now on lists, questions, threshold, secrecy are fixed. Raises NotYours, Refusal, Conflict."""
    on = localdate(at)
    one = _draft(round_id, version, by, on)
    if one.closes_on < on:
        raise Refusal("opinions.day", "Hạn trả lời đã qua. Hãy bỏ đợt này và lập đợt khác.")
    least = one.threshold if one.secret else 1
    short = one.subjects.annotate(forms=Count("invitations")).filter(forms__lt=least).select_related("member__person")
    names = ", ".join(row.member.person.full_name for row in short.order_by("pk")[:5])
    if names:
        raise Refusal(
            "opinions.few", f"Chưa đủ {least} người được hỏi về: {names}. Hãy thêm bên được hỏi: ít hơn thì kết quả "
            "không công bố được.",
        )  # fmt: skip
    one.state = OpinionRound.State.OPEN
    one.version += 1
    one.save()
    asked = Person.objects.filter(opinion_invitations__party__round=one).select_related("user").distinct()
    notify(
        users=[person.user for person in asked],
        kind="opinions.asked",
        path=f"/y-kien/{one.pk}/tra-loi/",
        at=at,
        text=f"Có đợt lấy ý kiến chờ ông/bà trả lời, hạn {one.closes_on:%d/%m/%Y}.",
    )
    forms = OpinionInvitation.objects.filter(party__round=one).count()
    record(
        chain=chain_of(one.unit, on), code="opinions.sent", by=by, at=at, objects=[one],
        data={"round": one.pk, "forms": forms, "raters": len(asked)},
    )  # fmt: skip
    return one
