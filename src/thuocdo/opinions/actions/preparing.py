"""A round before anybody is asked: its people and questions, the parties with their invitations, sending."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from random import SystemRandom

from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, record
from thuocdo.cycles.models import Cycle, Member
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.kernel.text import clean
from thuocdo.opinions import rules
from thuocdo.opinions.access import require_organises
from thuocdo.opinions.actions.drafting import Asking, draft, read_questions, settle
from thuocdo.opinions.asks import asked_of
from thuocdo.opinions.models import (
    OpinionInvitation,
    OpinionParty,
    OpinionRound,
    OpinionSubject,
)
from thuocdo.organisation.access import chain_of
from thuocdo.organisation.models import Employment
from thuocdo.organisation.queries import descendants, on_day
from thuocdo.rounds.models import RoundSubject

CHANCE = SystemRandom()


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
    one = OpinionRound(cycle=cycle, unit_id=unit_id, made_by=by, made_at=at, secret=secret)
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
    settle(one, threshold, told, closes_on, on)
    asking = read_questions(questions)
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
            f"{taken.name} đã thuộc một đợt lấy ý kiến của kỳ này. Mỗi người chỉ lấy ý kiến một lần "
            "trong kỳ: so hai kết quả gần nhau sẽ lộ ý kiến của từng người."
        )
    return people


@action
def add_party(
    *, round_id: int, version: int, group: str, label: str, questions: Collection[int], raters: Collection[int],
    each: int, by: User, at: datetime,
) -> OpinionParty:  # fmt: skip
    """A party that is asked, within its field (`questions` by number): each person of the round is asked about by
    `each` of the raters, drawn by chance so that the load is even; 0 means all. Nobody is asked about oneself, twice
    about one person, or about somebody whom they evaluate. Raises NotYours, Refusal by field, Conflict."""
    on = localdate(at)
    one = draft(round_id, version, by, on)
    party = new_party(one, group, label, questions)
    people = _raters(one, raters, on)
    subjects = {row.pk: row for row in one.subjects.select_related("member", "year_subject")}
    pairs = _pairs(one, subjects, people, each)
    party.save()
    rows = [
        OpinionInvitation.objects.create(
            party=party, subject=subjects[subject], about_id=subjects[subject].about_id, rater_id=rater
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


def barred_of(subjects: Iterable[OpinionSubject]) -> dict[int, set[int]]:
    """Who is not asked about each subject: the person, who evaluates them, the members of the collective. One query."""
    rows = list(subjects)
    collectives = [row.year_subject_id for row in rows if row.year_subject_id is not None and row.about_id is None]
    inside: dict[int, set[int]] = {}
    sitting = RoundSubject.objects.filter(collective__in=collectives, kind="leader", person__isnull=False)
    for collective, person in sitting.values_list("collective_id", "person_id"):
        inside.setdefault(collective, set()).add(person)
    return {
        row.pk: {row.about_id or 0, (row.member.evaluator_id or 0) if row.member is not None else 0}
        | inside.get(row.year_subject_id or 0, set())
        for row in rows
    }


def new_party(one: OpinionRound, group: str, label: str, questions: Collection[int]) -> OpinionParty:
    """A party within its field, not saved. Raises Refusal by field."""
    if group not in OpinionParty.Group.values:
        raise Refusal("opinions.group", "Hãy chọn bên được hỏi.", field="group")
    known = set(one.questions.values_list("number", flat=True))
    if not questions or not set(questions) <= known:
        raise Refusal("opinions.field", "Hãy chọn ít nhất một nội dung thuộc lĩnh vực của bên này.", field="questions")
    if one.parties.count() >= rules.MOST_PARTIES:
        raise Refusal("opinions.parties", f"Một đợt hỏi tối đa {rules.MOST_PARTIES} bên.", field="group")
    number = 1 + max(one.parties.values_list("number", flat=True), default=0)
    name = clean(label)[:120] or str(OpinionParty.Group(group).label).capitalize()
    return OpinionParty(round=one, number=number, group=group, label=name, questions=sorted(set(questions)))


def _raters(one: OpinionRound, wanted: Collection[int], on: date) -> set[int]:
    posts = Employment.objects.filter(
        on_day(on), person_id__in=wanted, unit_id__in=descendants(one.root_id, on), person__user__is_active=True
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
    barred = barred_of(subjects.values())
    allowed = {pk: people - asked[pk] - barred[pk] for pk in subjects}
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
    one = draft(round_id, version, by, on)
    party = one.parties.filter(pk=party_id).first()
    if party is None:
        raise NotYours()
    gone = [*party.invitations.order_by("pk"), *party.bodies.order_by("pk"), party]
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
