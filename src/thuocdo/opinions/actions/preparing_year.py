"""A round of opinions about subjects of the year's round, and the bodies that it asks."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, record
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.kernel.text import clean
from thuocdo.opinions import rules
from thuocdo.opinions.access import require_organises
from thuocdo.opinions.actions.drafting import Asking, draft, read_questions, settle
from thuocdo.opinions.actions.preparing import new_party
from thuocdo.opinions.bodies.models import OpinionBody
from thuocdo.opinions.models import OpinionParty, OpinionRound, OpinionSubject
from thuocdo.opinions.sides import sides_of
from thuocdo.opinions.subjects import offered
from thuocdo.organisation.access import chain_of
from thuocdo.organisation.models import Person
from thuocdo.rounds.models import Round, RoundSubject

MOST_BODIES = 20


@action
def prepare_year_round(
    *, year_round_id: int, unit_id: int, basis_text: str, secret: bool, threshold: str, told: str, closes_on: date,
    shows_self: bool, self_ratings: Mapping[int, str], subjects: Collection[int], questions: Sequence[Asking],
    by: User, at: datetime,
) -> OpinionRound:  # fmt: skip
    """Begin a round about subjects of an open year's round, in the unit and below it. A person in several procedures is
    asked about once, for all of them. Forms are blank, or all show the self-rating (`self_ratings` by subject): one
    policy for the round. Where the rulebook names sides, they are the ground; else the agency names its own text.

    Raises NotYours, Refusal by field, Conflict where somebody is in another round of opinions of this year.
    """
    on = localdate(at)
    require_organises(unit_id, by, on)
    year = Round.objects.filter(pk=year_round_id, state=Round.State.OPEN).first()
    if year is None:
        raise NotYours()
    found = _subjects(year, unit_id, subjects, by, on)
    one = OpinionRound(year_round=year, unit_id=unit_id, made_by=by, made_at=at, secret=secret, shows_self=shows_self)
    sides = sides_of(year, found)
    one.basis = OpinionRound.Basis.RULE if sides else OpinionRound.Basis.AGENCY
    cited = "; ".join(dict.fromkeys(side.cite for side in sides))
    one.basis_text = (cited or clean(basis_text))[:300]
    if not one.basis_text:
        raise Refusal(
            "opinions.basis", "Phần văn bản đã đọc của bộ quy tắc này không nêu lấy ý kiến của bên nào. Hãy ghi văn "
            "bản của cơ quan quy định việc này.", field="basis_text",
        )  # fmt: skip
    settle(one, threshold, told, closes_on, on)
    asking = read_questions(questions)
    _require_ratings(found, shows_self, self_ratings)
    one.save()
    try:
        with transaction.atomic():
            rows = [_row(one, subject, self_ratings if shows_self else {}) for subject in found]
    except IntegrityError:
        raise Conflict("Có người vừa được đưa vào một đợt lấy ý kiến khác của năm này. Hãy tải lại trang.") from None
    for question in asking:
        question.round = one
        question.save()
    record(
        chain=chain_of(one.unit, on), code="opinions.prepared", by=by, at=at, objects=[one, *rows, *asking],
        data={"round": one.pk, "subjects": len(rows), "secret": one.secret, "threshold": one.threshold},
    )  # fmt: skip
    return one


def _subjects(year: Round, unit_id: int, wanted: Collection[int], by: User, on: date) -> list[RoundSubject]:
    if not 0 < len(set(wanted)) <= rules.MOST_SUBJECTS:
        raise Refusal(
            "opinions.subjects", f"Hãy chọn từ 1 đến {rules.MOST_SUBJECTS} đối tượng được lấy ý kiến.", field="subjects"
        )
    found = list(offered(year, unit_id, by, on).filter(pk__in=wanted).order_by("search_key", "pk"))
    if len(found) != len(set(wanted)):
        raise NotYours()
    people = [one.person_id for one in found if one.person_id is not None]
    twice = next((one.name for one in found if people.count(one.person_id or 0) > 1), None)
    if twice is not None:
        raise Refusal(
            "opinions.twice", f"{twice} được chọn với nhiều vai. Hãy chọn một vai: ý kiến lấy một lần, dùng cho mọi "
            "thủ tục của người đó trong năm.", field="subjects",
        )  # fmt: skip
    # Two organisers at once: the constraints decide; this names the subject.
    taken = OpinionSubject.objects.filter(living=True, year_round=year)
    known = set(taken.values_list("person", flat=True)) | set(taken.values_list("year_subject", flat=True))
    for one in found:
        if one.pk in taken.values_list("year_subject", flat=True) or (one.person_id and one.person_id in known):
            raise Conflict(
                f"{one.name} đã thuộc một đợt lấy ý kiến của năm này. Mỗi đối tượng chỉ lấy ý kiến một lần: so hai kết "
                "quả gần nhau sẽ lộ ý kiến của từng người."
            )
    return found


def _require_ratings(found: Sequence[RoundSubject], shows: bool, typed: Mapping[int, str]) -> None:
    for one in found if shows else ():
        if not clean(typed.get(one.pk, "")):
            raise Refusal(
                "opinions.self_rating", f"{one.name}: chưa ghi mức tự nhận. Phiếu kèm mức tự nhận thì mọi phiếu của "
                "đợt đều phải có; chưa đủ thì chọn phiếu trắng.", field=f"self-{one.pk}",
            )  # fmt: skip


def _row(one: OpinionRound, subject: RoundSubject, typed: Mapping[int, str]) -> OpinionSubject:
    return OpinionSubject.objects.create(
        round=one, year_round=one.year_round, year_subject=subject, person_id=subject.person_id,
        self_rating=clean(typed.get(subject.pk, ""))[:200],
    )  # fmt: skip


@action
def add_bodies(
    *, round_id: int, version: int, group: str, label: str, questions: Collection[int], bodies: str, by: User,
    at: datetime,
) -> OpinionParty:  # fmt: skip
    """A party of bodies, each asked about every subject, by name: one a line, with `|` and the staff code of who speaks
    for it where that person has an account. Raises NotYours, Refusal by field, Conflict."""
    on = localdate(at)
    one = draft(round_id, version, by, on)
    if one.year_round_id is None:
        raise Refusal("opinions.bodies", "Chỉ đợt lấy ý kiến của năm mới hỏi tập thể, cơ quan.", field="bodies")
    party = new_party(one, group, label, questions)
    party.asks = OpinionParty.Asks.BODIES
    named = _bodies(bodies, list(one.subjects.all()))
    party.save()
    rows = [
        OpinionBody.objects.create(party=party, number=number, name=name, speaker=speaker)
        for number, (name, speaker) in enumerate(named, 1)
    ]
    one.version += 1
    one.save()
    record(
        chain=chain_of(one.unit, on), code="opinions.party_added", by=by, at=at, objects=[one, party, *rows],
        data={"round": one.pk, "raters": len(rows), "forms": len(rows) * one.subjects.count()},
    )  # fmt: skip
    return party


def _bodies(typed: str, subjects: Sequence[OpinionSubject]) -> list[tuple[str, Person | None]]:
    lines = [line for line in typed.splitlines() if clean(line)]
    if not 0 < len(lines) <= MOST_BODIES:
        raise Refusal(
            "opinions.bodies", f"Hãy ghi từ 1 đến {MOST_BODIES} tập thể, cơ quan, mỗi dòng một nơi.", field="bodies"
        )
    found: list[tuple[str, Person | None]] = []
    for line in lines:
        name, _, code = line.partition("|")
        if not clean(name) or len(clean(name)) > 200:
            raise Refusal("opinions.bodies", f"Tên tập thể, cơ quan ở dòng “{line[:60]}” trống hoặc quá 200 ký tự.",
                          field="bodies")  # fmt: skip
        speaker = None
        if clean(code):
            speaker = Person.objects.filter(code=clean(code), user__is_active=True).first()
            if speaker is None:
                raise Refusal(
                    "opinions.speaker", f"Không có ai mang mã “{clean(code)}” có tài khoản. Hãy sửa mã, hoặc bỏ phần "
                    "sau dấu | để trả lời bằng phiếu in.", field="bodies",
                )  # fmt: skip
            if any(row.about_id == speaker.pk for row in subjects):
                raise Refusal(
                    "opinions.own", f"{speaker.full_name} là người được lấy ý kiến nên không thay mặt “{clean(name)}” "
                    "trả lời. Hãy ghi người khác.", field="bodies",
                )  # fmt: skip
        found.append((clean(name), speaker))
    return found
