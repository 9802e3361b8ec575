"""Moving an open period to a new version of its rulebook: an officer's act with a reason; results are rated again."""

from datetime import datetime

from django.db.models import F

from thuocdo.accounts.models import User
from thuocdo.appraisals import facts, rules, stored
from thuocdo.appraisals.actions.review import reason_text
from thuocdo.appraisals.errors import Refused
from thuocdo.appraisals.locking import locked_cycle, require_officer, touch
from thuocdo.appraisals.models import (
    Confirmation,
    LevelDecision,
    LevelProposal,
    Petition,
    ProposedResult,
    QuotaPlaces,
    Sheet,
    Submission,
)
from thuocdo.appraisals.proposing import propose
from thuocdo.appraisals.rerating import MOST_RESULTS, Again, again, confirmed_under, count_under
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.cycles.models import Cycle, Member, RulebookMove, Run
from thuocdo.cycles.opening import pins
from thuocdo.engine import ENGINE_VERSION
from thuocdo.kernel.errors import Conflict, Refusal
from thuocdo.notices.actions import notify
from thuocdo.organisation.models import Person
from thuocdo.organisation.own_case import refuse_own
from thuocdo.rulesets.versions import Pinned, keep, pinned_book, pinned_versions

NAMED = 10
OWN = "Trong kỳ có kết quả của chính ông/bà phải tính lại nên ông/bà không tự chuyển kỳ này sang bản mới"


@action
def move_to_version(
    *, cycle_id: int, before: str, after: str, reason: str, by: User, at: datetime
) -> RulebookMove | None:
    """Move an open period from the pinned version `before` of a rulebook to `after`, the one now installed.

    The members' rule changes, confirmed results are replaced by the same judgements rated under the new version, and
    proposed results are computed again. All or nothing; None for a double click. Raises NotYours, Forbidden where an
    own result is among them, Refused naming results that their evaluators would have to judge anew, Conflict for a
    closed period, one with levels, places or petitions under way, and when another version was installed meanwhile.
    """
    cycle = locked_cycle(cycle_id)
    require_officer(cycle.root_id, by, at)
    if RulebookMove.objects.filter(cycle=cycle, before=before, after=after, by=by).exists():
        nothing_changed()
        return None
    pin = _to_move(cycle, before, after)
    why = reason_text(reason, "Lý do chuyển sang bản mới")
    sheets = Sheet.objects.select_for_update(of=("self",)).filter(cycle=cycle).order_by("pk")
    list(sheets.values_list("pk"))
    _refuse_under_way(cycle, before)
    found = again(_confirmed(cycle, before, by, at), pinned_book(pin.rulebook, pin.overlays, after))
    _refuse_problems(found)
    here = Member.objects.filter(cycle=cycle, rulebook=pin.rulebook, rulebook_hash=before)
    members = list(here.order_by("pk"))
    for member in members:
        member.rulebook_hash = after
    Member.objects.filter(pk__in=[m.pk for m in members]).update(rulebook_hash=after)
    written = [row for one in found for row in _replaced(one, why, after, by, at)]
    waiting = _seen_anew(members)
    cycle.pins = pins(cycle)
    cycle.save(update_fields=["pins"])
    move = RulebookMove.objects.create(
        cycle=cycle, rulebook=pin.rulebook, overlays=list(pin.overlays), before=before, after=after,
        members=len(members), results=len(found), reason=why, by=by, at=at,
    )  # fmt: skip
    _propose(cycle, waiting, at)
    _tell(cycle, found, at)
    record(
        chain=cycle.root.code,
        code="cycle.rulebook_moved",
        by=by,
        at=at,
        objects=[cycle, move, *members, *waiting, *written, *keep(cycle.pins, at)],
        data={"cycle": cycle.pk, "members": len(members), "results": len(found), "before": before, "after": after},
    )
    return move


def _to_move(cycle: Cycle, before: str, after: str) -> Pinned:
    if cycle.state != Cycle.State.OPEN:
        raise Conflict(f"Kỳ {cycle.label} đã khóa: kết quả của kỳ luôn theo bản đã lưu, không chuyển sang bản mới.")
    pin = next((one for one in pinned_versions(cycle.pins) if one.hash == before), None)
    if pin is None or not pin.newer or pin.newer != after:
        raise Conflict("Bản bộ quy tắc của kỳ hoặc của phần mềm đã khác khi ông/bà xem. Hãy tải lại trang để xem lại.")
    return pin


def _refuse_under_way(cycle: Cycle, before: str) -> None:
    if Run.objects.filter(cycle=cycle).exclude(state__in=Run.ENDED).exists():
        raise Conflict("Kỳ đang có lượt xử lý hàng loạt chưa xong. Hãy chờ xong rồi làm lại.")
    if QuotaPlaces.objects.filter(cycle=cycle, rulebook_hash=before).exists():
        raise Conflict("Kỳ đã chốt số suất theo bản đã lưu nên không chuyển sang bản mới nữa; kỳ tiếp tục theo bản ấy.")
    if (
        LevelProposal.objects.filter(sheet__cycle=cycle).exists()
        or LevelDecision.objects.filter(sheet__cycle=cycle).exists()
    ):
        raise Conflict("Kỳ đã có mức được đề xuất hoặc quyết định nên không chuyển sang bản mới nữa.")
    if Petition.objects.filter(sheet__cycle=cycle, state=Petition.State.RECEIVED).exists():
        raise Conflict("Kỳ đang có kiến nghị chưa trả lời. Trả lời xong rồi mới chuyển sang bản mới được.")


def _confirmed(cycle: Cycle, before: str, by: User, at: datetime) -> list[Confirmation]:
    count = count_under(cycle, before)
    if count > MOST_RESULTS:
        raise Refusal(
            "version.too_many",
            f"Kỳ đã có {count} kết quả xác nhận, quá {MOST_RESULTS} kết quả tính lại được trong một lần. Kỳ "
            "tiếp tục theo bản đã lưu; kỳ mở sau theo bản mới.",
        )
    results = confirmed_under(cycle, before)
    for person in Person.objects.filter(pk__in=[one.subject_id for one in results], user_id=by.pk):
        refuse_own(person, cycle.root, by, at, what=OWN)
    return results


def _refuse_problems(found: list[Again]) -> None:
    stopped = [one for one in found if one.problem]
    problems = {
        f"sheet-{one.confirmation.sheet_id}": f"{one.confirmation.sheet.person.full_name}: {one.problem}"
        for one in stopped[:NAMED]
    }
    if len(stopped) > NAMED:
        problems["sheets"] = f"Và {len(stopped) - NAMED} kết quả nữa."
    if problems:
        raise Refused(problems, code="version.judge_anew")


def _replaced(one: Again, why: str, after: str, by: User, at: datetime) -> list[Sheet | Submission | Confirmation]:
    """The same judgement frozen under the new version: a result that replaces, in the evaluator's name, made by
    `by`."""
    old, outcome = one.confirmation, one.outcome
    assert outcome is not None, "what has a problem was refused"
    sheet = old.sheet
    document = stored.read(old.submission)
    document |= {"rulebook": document["rulebook"] | {"hash": after}, "subject": one.subject}
    submission = stored.add(
        sheet, Submission.Part(old.submission.part), facts.canonical(document), number=stored.next_number(sheet),
        author=by, at=at,
    )  # fmt: skip
    new = Confirmation.objects.create(
        sheet=sheet, number=old.number + 1, submission=submission, subject_id=old.subject_id,
        confirmed_by_id=old.confirmed_by_id, rulebook=old.rulebook, overlays=list(old.overlays), rulebook_hash=after,
        engine_version=ENGINE_VERSION, outcome_kind=outcome.kind, outcome=outcome.to_json(),
        score=facts.fraction(outcome.score), score_shown=one.score_shown, band=one.level, comment=old.comment, at=at,
        replaces=old, replace_reason=f"Tính lại theo bản mới của bộ quy tắc, nhận định giữ nguyên: {why}"[:1000],
        entered_by_id=old.entered_by_id,
    )  # fmt: skip
    touch(sheet, by, at)
    return [sheet, submission, new]


def _seen_anew(members: list[Member]) -> list[Sheet]:
    """Sheets before their evaluators get a new version, so that a page shown before is not confirmed."""
    waiting = Sheet.objects.filter(member__in=[m.pk for m in members], state__in=rules.WITH_EVALUATOR)
    keys = list(waiting.values_list("pk", flat=True))
    Sheet.objects.filter(pk__in=keys).update(version=F("version") + 1)
    return list(Sheet.objects.filter(pk__in=keys).order_by("pk"))


def _propose(cycle: Cycle, waiting: list[Sheet], at: datetime) -> None:
    """Proposed results under the new version; over a large period a run computes them when the officer starts it."""
    keys = [sheet.pk for sheet in waiting]
    known = ProposedResult.objects.filter(sheet__in=keys)
    if len(keys) > MOST_RESULTS or not known.exists():
        known.delete()
    else:
        propose(cycle, keys, at)


def _tell(cycle: Cycle, found: list[Again], at: datetime) -> None:
    for one in found:
        if one.changes:
            notify(
                users=[one.confirmation.sheet.person.user],
                kind="result.rerated",
                path=f"/phieu/{one.confirmation.sheet_id}/",
                at=at,
                text=f"Kết quả {cycle.short_name} của ông/bà được tính lại theo bản mới của bộ quy tắc; kết quả "
                "trước và lý do ghi trên trang phiếu.",
            )
    evaluators = {one.confirmation.confirmed_by.user for one in found if one.changes}
    notify(
        users=evaluators,
        kind="results.rerated",
        path=f"/danh-gia/{cycle.pk}/",
        at=at,
        text=f"Kết quả {cycle.short_name} do ông/bà xác nhận được tính lại theo bản mới của bộ quy tắc; nhận định "
        "của ông/bà giữ nguyên. Hãy xem các kết quả đã đổi.",
    )
