"""What truly waits, read from the tables without the to-do list, and where list, notices and truth disagree."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, Value
from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.appraisals.capacity import require_capacity
from thuocdo.appraisals.locking import standing
from thuocdo.appraisals.models import Confirmation, Petition, Sheet
from thuocdo.appraisals.rules import check_open
from thuocdo.appraisals.second import PLACES, rules_on
from thuocdo.catalogues.models import Catalogue, Inventory, Proposal
from thuocdo.collectives.models import UnitReopening, UnitSheet
from thuocdo.conclusions.models import Assessment, AssessmentPart, FileSent, Reconsideration
from thuocdo.cycles.models import Cycle, StepRequest
from thuocdo.decisions.models import Delivery, Publication, Reopening, ResultReceipt
from thuocdo.difficulties.models import Difficulty
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours
from thuocdo.notices.kinds import ASKED, ASKS, LIST_ONLY
from thuocdo.notices.models import Notice
from thuocdo.opinions.bodies.models import OpinionBody, OpinionPaper
from thuocdo.opinions.models import OpinionInvitation, OpinionReturn
from thuocdo.organisation.models import Delegation
from thuocdo.organisation.queries import on_day
from thuocdo.organisation.told import _same, is_done
from thuocdo.organisation.waiting import Todo, todo
from thuocdo.records.models import Observation
from thuocdo.results.models import FollowUp, Handover
from thuocdo.reviews.models import MeetingSeat, Remedy, ReviewPrompt, ReviewReport
from thuocdo.rulesets.models import Regulation
from thuocdo.work.models import Clarification

NOBODY: Any = Value(None)


class Thing(NamedTuple):
    """One thing that waits: the address its line leads to, and the account it waits for where it is one person's."""

    path: str
    user: int | None


def _things(path: str, rows: Any, user: str = "", key: str = "pk") -> set[Thing]:
    columns = (key, user) if user else (key,)
    found = rows.order_by().values_list(*columns)
    return {Thing(path.format(row[0]), row[1] if user else None) for row in found}


def _sheets(state: str) -> Callable[[datetime], set[Thing]]:
    def found(at: datetime) -> set[Thing]:
        rows = _unfinished().filter(state=state, person__user__isnull=False)
        return {Thing(f"/phieu/{row.pk}/", row.person.user_id) for row in rows if _allowed(row, at, finishing=False)}

    return found


def _unfinished() -> Any:
    rows = Sheet.objects.exclude(state__in=("confirmed", "exempted"))
    return rows.select_related("person", "evaluator", "member__evaluator_unit", "cycle__closed_by", "changed_by")


def _allowed(sheet: Sheet, at: datetime, *, finishing: bool) -> bool:
    try:
        check_open(standing(sheet), at, finishing=finishing)
    except Conflict:
        return False
    return True


def _to_evaluate(at: datetime) -> set[Thing]:
    """What the actions let somebody do: the evaluator by post or as acting head, and who acts in the name of one."""
    on, found = localdate(at), set[Thing]()
    delegates: dict[int, set[User]] = {}
    for row in Delegation.objects.filter(on_day(on), act="evaluate").select_related("delegate__user"):
        delegates.setdefault(row.giver_id, set()).update([row.delegate.user] if row.delegate.user else [])
    for sheet in _unfinished().select_related("evaluator__user"):
        filed = sheet.state in ("submitted", "under_review")
        if not (_allowed(sheet, at, finishing=True) if filed else sheet.stand_in_allowed):
            continue
        for user in {sheet.evaluator.user, *delegates.get(sheet.evaluator_id, ())}:
            if user is not None and user.is_active and _evaluates(sheet, user, on):
                found.add(Thing(f"/danh-gia/{sheet.cycle_id}/", user.pk))
    return found


def _evaluates(sheet: Sheet, user: User, on: date) -> bool:
    try:
        require_capacity(sheet, user, on)
    except (Forbidden, NotYours):
        return False
    return True


def _answers(at: datetime) -> set[Thing]:
    open_sheets = Sheet.objects.filter(
        person=OuterRef("task__person"), cycle__year=OuterRef("task__month__year"),
        cycle__number=OuterRef("task__month__month"), cycle__kind="month",
    ).exclude(state__in=("confirmed", "exempted"), cycle__state=Cycle.State.OPEN)  # fmt: skip
    rows = Clarification.objects.filter(answered_at=None, task__state="active", asked_by__isnull=False)
    rows = rows.exclude(Exists(open_sheets.filter(state__in=("confirmed", "exempted"))))
    return _things("/cong-viec/{}/#giai-trinh", rows, "task__person__user", key="task")


def _steps(step: str, state: str) -> Callable[[datetime], set[Thing]]:
    def found(at: datetime) -> set[Thing]:
        rule = rules_on(localdate(at))
        rows = StepRequest.objects.filter(withdrawn_at=None, confirmed_by=None, step=step, cycle__state=state)
        return {
            Thing(PLACES[step].format(row.cycle_id), None)
            for row in rows.select_related("cycle")
            if rule(row.cycle.root_id, StepRequest.Step(step)) is not None
        }

    return found


def _unreceived(at: datetime) -> set[Thing]:
    published = {result for results in Publication.objects.values_list("results", flat=True) for result in results}
    newer = Confirmation.objects.filter(replaces=OuterRef("pk"))
    rows = Confirmation.objects.filter(~Exists(newer), pk__in=published, subject__user__isnull=False)
    rows = rows.exclude(Exists(ResultReceipt.objects.filter(confirmation=OuterRef("pk"))))
    return _things("/quyet-dinh/", rows, "subject__user")


def _unspoken(at: datetime) -> set[Thing]:
    said = OpinionPaper.objects.filter(body=OuterRef("pk"), state__in=("entered", "confirmed"))
    bodies = OpinionBody.objects.filter(
        speaker__isnull=False, party__round__state="open", party__round__closes_on__gte=localdate(at)
    )
    return _things("/y-kien/tap-the/{}/", bodies.exclude(Exists(said)), "speaker__user")


def _unanswered(at: datetime) -> set[Thing]:
    given = OpinionReturn.objects.filter(round=OuterRef("party__round"), rater=OuterRef("rater"))
    rows = OpinionInvitation.objects.filter(
        ~Exists(given),
        party__round__state="open",
        party__round__closes_on__gte=localdate(at),
        rater__user__isnull=False,
    )
    return _things("/y-kien/{}/tra-loi/", rows, "rater__user", key="party__round")


def _undecided(at: datetime) -> set[Thing]:
    again = AssessmentPart.objects.filter(assessment=OuterRef("pk"), part="decision")
    runs = Q(round__state="open") | Q(Exists(again), round__state="closed")
    rows = Assessment.objects.filter(runs, state="decide", competence__isnull=False)
    return _things("/ket-luan/dot/{}/", rows, key="round")


def _event_to_file(at: datetime) -> set[Thing]:
    rows = Assessment.objects.filter(round=None, state="own", person__user__isnull=False)
    return _things("/ket-luan/ho-so/{}/", rows, "person__user")


def _event_to_decide(at: datetime) -> set[Thing]:
    rows = Assessment.objects.filter(round=None, state="decide", competence__isnull=False)
    return _things("/ket-luan/ho-so/{}/", rows)


def _unreceived_files(at: datetime) -> set[Thing]:
    rows = FileSent.objects.filter(state="sent", assessment__competence__isnull=False)
    rows = rows.exclude(assessment__competence__party=None, assessment__competence__body_unit=None)
    return _things("/ket-luan/doi-tuong/{}/gui/", rows, key="assessment__subject_id")


def _to_reconsider(at: datetime) -> set[Thing]:
    rows = Reconsideration.objects.filter(answered_at=None, step__undone=None)
    return _things("/ket-luan/doi-tuong/{}/", rows, key="subject")


def _unread(at: datetime) -> set[Thing]:
    rows = Observation.objects.filter(steps=None, person__user__isnull=False)
    return _things("/ghi-nhan/#ghi-nhan-{}", rows, "person__user")


def _summoned(at: datetime) -> set[Thing]:
    rows = MeetingSeat.objects.filter(meeting__state="called", meeting__round__state="open", person__user__isnull=False)
    return _things("/kiem-diem/hoi-nghi/{}/", rows, "person__user", key="meeting")


def _unanswered_prompts(at: datetime) -> set[Thing]:
    later = ReviewReport.objects.filter(subject=OuterRef("subject"), at__gte=OuterRef("at"))
    rows = ReviewPrompt.objects.filter(~Exists(later), subject__round__state="open")
    rows = rows.exclude(subject__person__isnull=False, subject__person__user=None)
    return _things("/kiem-diem/ban/{}/goi-y/", rows, "subject__person__user", key="subject")


def _remedies(*states: str, user: str = "") -> Callable[[datetime], set[Thing]]:
    def found(at: datetime) -> set[Thing]:
        rows = Remedy.objects.filter(state__in=states, defect__dropped_at=None)
        rows = rows.exclude(person__user=None) if user else rows
        return _things("/kiem-diem/ban/{}/khac-phuc/", rows, user, key="defect__subject")

    return found


OPEN: dict[str, Callable[[datetime], set[Thing]]] = {
    "assessments.to_decide": _undecided,
    "observations.to_read": _unread,
    "reviews.meeting": _summoned,
    "reviews.prompt": _unanswered_prompts,
    "reviews.remedy": _remedies("open", "doing", user="person__user"),
    "reviews.remedy_claimed": _remedies("claimed"),
    "files.to_receive": _unreceived_files,
    "assessments.to_reconsider": _to_reconsider,
    "events.to_file": _event_to_file,
    "events.to_decide": _event_to_decide,
    "sheet.drafting": _sheets("drafting"),
    "sheet.returned": _sheets("returned"),
    "sheets.to_evaluate": _to_evaluate,
    "petition.to_answer": lambda at: _things("/kien-nghi/{}/", Petition.objects.filter(state="received")),
    "task.answer": _answers,
    "reopening.proposed": lambda at: _things("/quyet-dinh/mo-lai/{}/", Reopening.objects.filter(state="proposed")),
    "reopening.open": lambda at: _things("/quyet-dinh/mo-lai/{}/", Reopening.objects.filter(state="open")),
    "step.close": _steps("close", Cycle.State.OPEN),
    "step.publish": _steps("publish", Cycle.State.CLOSED),
    "result.to_receive": _unreceived,
    "decision.to_receive": lambda at: _things("/quyet-dinh/", Delivery.objects.filter(received_at=None)),
    "opinions.to_answer": _unanswered,
    "opinions.to_speak": _unspoken,
    "handover.to_receive": lambda at: _things("/ket-qua/ban-giao/", Handover.objects.filter(state="sent")),
    "follow_up.to_decide": lambda at: _things("/ket-qua/theo-doi/", FollowUp.objects.filter(state="proposed")),
    "difficulties.waiting": lambda at: _things("/to-chuc/vuong-mac/", Difficulty.objects.filter(state="waiting")),
    "unit_sheet.to_file": lambda at: _things(
        "/tap-the/phieu/{}/", UnitSheet.objects.filter(round__state="open", state__in=("drafting", "returned"))
    ),
    "unit_sheet.to_reopen": lambda at: _things(
        "/tap-the/phieu/{}/", UnitReopening.objects.filter(state="asked"), key="sheet"
    ),
    "catalogue.to_approve": lambda at: _things("/danh-muc/du-thao/{}/", Catalogue.objects.filter(state="submitted")),
    "inventories.sent": lambda at: _things("/danh-muc/ra-soat/", Inventory.objects.filter(state="sent")),
    "proposals.waiting": lambda at: _things("/danh-muc/de-xuat/", Proposal.objects.filter(state="waiting")),
    "regulation.approve": lambda at: _things("/to-chuc/quy-che/{}/", Regulation.objects.filter(state="proposed")),
    "regulation.mend": lambda at: _things(
        "/to-chuc/quy-che/{}/", Regulation.objects.filter(state="drafting").exclude(returned=""), "changed_by"
    ),
}
"""What waits of every kind that is asked for by notices, told by the state of the rows alone."""


def disagreements(users: Iterable[User], at: datetime) -> list[str]:
    """Among these users, who must be all who can act: what waits and stands on nobody's list; lines of what does not
    wait; lines that no notice told of; notices called done of what still waits for their reader, and not done of what
    does not."""
    lists = {user.pk: todo(user, at) for user in users}
    names = {user.pk: user.username for user in users}
    truth = {kind: found(at) for kind, found in OPEN.items()}
    return [
        *_nobodys(lists, truth),
        *_untrue(lists, truth, names),
        *_untold(lists, names),
        *_wrongly_done(lists, truth, names),
    ]


def _place(line: Todo) -> str:
    return line.path.partition("?")[0]


def _nobodys(lists: dict[int, list[Todo]], truth: dict[str, set[Thing]]) -> Iterable[str]:
    seen = {(line.kind, _place(line)) for lines in lists.values() for line in lines}
    own = {(line.kind, _place(line), user) for user, lines in lists.items() for line in lines}
    for kind, things in truth.items():
        for one in sorted(things, key=str):
            if one.user is None and (kind, one.path) not in seen:
                yield f"on nobody's list: {kind} {one.path}"
            if one.user in lists and (kind, one.path, one.user) not in own:
                yield f"not on the own list of {one.user}: {kind} {one.path}"


def _untrue(lists: dict[int, list[Todo]], truth: dict[str, set[Thing]], names: dict[int, str]) -> Iterable[str]:
    for user, lines in lists.items():
        for line in lines:
            if line.kind not in ASKED and line.kind not in LIST_ONLY:
                yield f"{names[user]}: a line of no kind: {line.kind}"
            if line.kind in ASKED and not any(
                one.path == _place(line) and one.user in (None, user) for one in truth[line.kind]
            ):
                yield f"{names[user]}: a line of nothing: {line.kind} {line.path}"


def _untold(lists: dict[int, list[Todo]], names: dict[int, str]) -> Iterable[str]:
    """A notice to somebody; to the reader, where it is the reader's own. Who took over a post is told by the list."""
    kinds = {line.kind for lines in lists.values() for line in lines} & ASKED
    asking = {kind for kind, asks in ASKS.items() if asks & kinds}
    told: dict[tuple[str, str, str], set[int]] = {}
    for kind, path, text, user in Notice.objects.filter(kind__in=asking).values_list("kind", "path", "text", "user"):
        told.setdefault((kind, path, text), set()).add(user)
    for user, lines in lists.items():
        for line in lines:
            if line.kind not in ASKED:
                continue
            to: set[int] = set()
            for (kind, path, text), readers in told.items():
                if line.kind in ASKS[kind] and _same(kind, path, text, line):
                    to |= readers
            if not to or (line.kind in OWN and user not in to):
                yield f"{names[user]}: nobody was told of {line.kind} {line.text}"


OWN = {
    "sheet.drafting", "sheet.returned", "task.answer", "result.to_receive", "opinions.to_answer", "opinions.to_speak"
}  # fmt: skip
"""Kinds that wait for one person, whoever holds which post."""


def _wrongly_done(lists: dict[int, list[Todo]], truth: dict[str, set[Thing]], names: dict[int, str]) -> Iterable[str]:
    for one in Notice.objects.filter(kind__in=ASKS, user__in=lists).order_by("pk"):
        asks = ASKS[one.kind]
        done = is_done(one.kind, one.path, one.text, lists[one.user_id])
        stands = any(line.kind in asks and _place(line) == one.path for line in lists[one.user_id])
        waits = any(thing.user in (None, one.user_id) for kind in asks for thing in truth[kind])
        if done and stands and one.kind not in ("cycle.opened", "sheet.reminder"):
            yield f"{names[one.user_id]}: {one.kind} is called done"
        if not done and not waits:
            yield f"{names[one.user_id]}: {one.kind} is not called done"


def all_disagree(at: datetime) -> list[str]:
    """The same of everybody who has an account."""
    return disagreements(User.objects.filter(is_active=True), at)
