"""One sheet as a page needs it: for its owner, its evaluator, or somebody who may look.

`at` decides which roles and extensions hold; pages that do not pass it mean the present moment.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.timezone import localdate, now

from thuocdo.accounts.models import User
from thuocdo.appraisals import facts, rules, stored
from thuocdo.appraisals.access import may_view
from thuocdo.appraisals.capacity import Capacity, require_capacity
from thuocdo.appraisals.fetching import Fetched, fetch_for
from thuocdo.appraisals.frozen import read_filed
from thuocdo.appraisals.judging import base_of, subordinates_of
from thuocdo.appraisals.locking import require_evaluator, standing
from thuocdo.appraisals.models import Confirmation, Petition, Remark, Sheet, Submission
from thuocdo.appraisals.paper.notes import PaperNote, judged_note_of, note_of
from thuocdo.appraisals.shapes import Shape, shape_of
from thuocdo.appraisals.situations import Situation, situations_for
from thuocdo.appraisals.table import flags_of, material
from thuocdo.engine import Rulebook
from thuocdo.kernel.errors import Forbidden, NotYours
from thuocdo.kernel.exact import parse_fraction
from thuocdo.work.models import Task
from thuocdo.work.plausibility import Plausibility


@dataclass(frozen=True)
class SheetView:
    """A sheet with everything around it. Documents are as stored (`thuocdo.appraisals`); `may` names the
    next steps.

    `document` is what the form shows: the draft of the viewer, else what was last filed, else empty. `filed` are all
    documents of the owner, whoever looks: for figures, not for showing. `outstanding`: explanations asked and not
    answered on the tasks of its months.
    """

    sheet: Sheet
    label: str
    shape: Shape
    own: dict[str, Any] | None
    judged: dict[str, Any] | None
    document: dict[str, Any]
    tasks: tuple[Task, ...]
    filed: tuple[Submission, ...]
    confirmations: tuple[Confirmation, ...]
    remarks: tuple[Remark, ...]
    petitions: tuple[Petition, ...]
    leader: bool
    may: frozenset[str]
    outstanding: int = 0

    @property
    def book(self) -> Rulebook:
        """The rulebook of a sheet under NĐ 335. Raises Refusal for one of schemes."""
        return facts.pinned(self.sheet.member)

    @property
    def confirmation(self) -> Confirmation | None:
        """The result in force."""
        return self.confirmations[-1] if self.confirmations else None

    @property
    def paper(self) -> PaperNote | None:
        """The paper that the owner's part was entered from; None where the owner filed it."""
        return note_of(self.own)

    @property
    def judged_paper(self) -> PaperNote | None:
        """The paper that the judgement in force was entered from; None where it was confirmed in the product."""
        return judged_note_of(self.judged) if self.confirmations else None

    @property
    def unreported(self) -> tuple[Task, ...]:
        return tuple(t for t in self.tasks if facts.is_unreported(t))

    @property
    def due(self) -> datetime:
        """When the owner's part is due: the extension where there is one."""
        return self.sheet.extended_until or self.sheet.submit_by

    @property
    def returned(self) -> Remark | None:
        """The last reason for giving the sheet back, while it is with its owner."""
        found = [r for r in self.remarks if r.kind == Remark.Kind.RETURN]
        return found[-1] if found and self.sheet.state == rules.RETURNED else None


@dataclass(frozen=True)
class Judging:
    """The evaluator's page: the sheet, what is judged (`base`), flags, and the proposal for the leader's
    unit factor. `judged` is the base with the number of the document it is, where there is something to judge; `who`
    the capacity in which the reader evaluates; `plausible` the month's volume beside others."""

    view: SheetView
    who: Capacity
    base: dict[str, Any]
    judged: tuple[dict[str, Any], int | None] | None
    stand_in: bool
    flags: tuple[str, ...]
    proposal: str
    situations: tuple[Situation, ...] = ()
    plausible: Plausibility | None = None


def own_sheet(user: User, sheet_id: int, at: datetime | None = None) -> SheetView:
    """The user's own sheet. Raises NotYours."""
    at = at or now()
    found = fetch_for(user, sheet_id, localdate(at))
    if found.sheet.person.user_id is None or found.sheet.person.user_id != user.pk:
        raise NotYours()
    return _view(found.sheet, user, at, owner=True, draft=found.draft)


def sheet_to_view(user: User, sheet_id: int, at: datetime | None = None) -> SheetView:
    """A sheet for whoever may look: owner, evaluator, officers and inspectors of the cycle's unit. Raises
    NotYours."""
    at = at or now()
    found = _seen(user, sheet_id, at)
    return _view(found.sheet, user, at, owner=found.sheet.person.user_id == user.pk, draft=found.draft)


def sheet_to_evaluate(user: User, sheet_id: int, at: datetime | None = None) -> Judging:
    """The sheet for its evaluator only, while the post is held. A sheet still with its owner shows no self-marks.
    Raises NotYours, Forbidden for who has left the post since, whatever the state of the sheet."""
    at = at or now()
    found = fetch_for(user, sheet_id, localdate(at))
    sheet = found.sheet
    who = require_capacity(sheet, user, localdate(at), heads=found.heads)
    stand_in = sheet.stand_in_allowed and sheet.state in rules.WITH_OWNER
    view = _view(sheet, user, at, owner=False, evaluates=True, draft=found.draft)
    judged = _to_judge(view, stand_in)
    base = judged[0] if judged else {"subject": facts.base_subject(sheet.member, sheet.person)}
    waiting = {sheet.person_id: view.outstanding}
    have = material([sheet], filed=read_filed(view.filed), read=view.tasks, waiting=waiting)
    flags, cases = flags_of(sheet, have)[1], have.situations.get(sheet.pk, ())
    words = proposal(sheet, view.book) if view.leader else ""
    beside = have.volumes.get(sheet.person_id)
    return Judging(view, who, base, judged, stand_in, flags, words, cases, beside)


def copied(sheet: Sheet, user: User, at: datetime) -> Judging:
    """A filed sheet without a result, for who copies its signed judgement and has been asked for the right to: without
    draft and flags, as nothing is decided here; the cases apart are shown, and answered by who evaluates."""
    view = _view(sheet, user, at, owner=False, evaluates=True, copies=True)
    judged = _to_judge(view, stand_in=False)
    base = judged[0] if judged else {"subject": facts.base_subject(sheet.member, sheet.person)}
    words = proposal(sheet, view.book) if view.leader else ""
    return Judging(
        view, Capacity(sheet.evaluator), base, judged, stand_in=False, flags=(), proposal=words,
        situations=situations_for(sheet),
    )  # fmt: skip


def _to_judge(view: SheetView, stand_in: bool) -> tuple[dict[str, Any], int | None] | None:
    if stand_in:
        return view.shape.bare(view.sheet, view.tasks), None
    return (base_of(view.filed[-1], view.tasks), view.filed[-1].number) if view.own is not None else None


def _view(
    sheet: Sheet, user: User, at: datetime, *, owner: bool, evaluates: bool = False, copies: bool = False,
    draft: dict[str, Any] | None = None,
) -> SheetView:
    """`evaluates`: the caller has found that the user does, so it is not asked again, nor of its owner, who never does;
    `copies`: the sheet has no result, and what was said to its owner is not asked for; `draft`: the user's."""
    submissions = list(sheet.submissions.order_by("number"))
    own = [s for s in submissions if s.part == Submission.Part.SELF]
    judged = [s for s in submissions if s.part != Submission.Part.SELF]
    seen_own = owner or sheet.state not in rules.WITH_OWNER
    filed = stored.read(own[-1]) if own and seen_own else None
    shape = shape_of(sheet.member)
    judgement = stored.read(judged[-1]) if judged else None
    results = sheet.confirmations.select_related("confirmed_by", "submission").order_by("number")
    confirmations = () if copies else tuple(results)
    petitions = _petitions(sheet) if confirmations else ()
    tasks, asked = facts.tasks_with_questions([sheet.person_id], sheet.cycle)
    return SheetView(
        sheet=sheet,
        label=sheet.cycle.label,
        shape=shape,
        own=filed,
        judged=judgement,
        document=draft if draft is not None else _first(shape, sheet, filed, owner),
        tasks=tuple(tasks),
        outstanding=asked.get(sheet.person_id, 0),
        filed=tuple(own),
        confirmations=confirmations,
        remarks=() if copies else tuple(sheet.remarks.select_related("by").order_by("pk")),
        petitions=petitions,
        leader=shape.leads(sheet.member),
        may=_may(
            sheet,
            user,
            at,
            confirmations,
            petitions,
            paper=note_of(filed) is not None and not confirmations,
            judged_paper=judged_note_of(judgement) is not None,
            evaluates=evaluates or (not owner and _evaluates(sheet, user, at)),
        ),
    )


def _petitions(sheet: Sheet) -> tuple[Petition, ...]:
    return tuple(sheet.petitions.select_related("authority", "answered_by").order_by("pk"))


def _first(shape: Shape, sheet: Sheet, filed: dict[str, Any] | None, owner: bool) -> dict[str, Any]:
    """What a form without a draft shows: to the owner what was filed, or what the records say."""
    if not owner:
        return {}
    return shape.typed_again(filed) if filed is not None else shape.start(sheet)


def _may(
    sheet: Sheet,
    user: User,
    at: datetime,
    confirmations: tuple[Confirmation, ...],
    petitions: tuple[Petition, ...],
    *,
    paper: bool,
    judged_paper: bool,
    evaluates: bool,
) -> frozenset[str]:
    """Names of the steps the user may take now, for buttons; the actions check again."""
    owner = sheet.person.user_id == user.pk
    found = rules.steps(
        standing(sheet),
        at,
        owner=owner,
        evaluator=evaluates,
        stand_in_allowed=sheet.stand_in_allowed,
    )
    last = confirmations[-1] if confirmations else None
    takes_steps = rules.still_open(standing(sheet), at)
    if owner and paper and sheet.state in rules.WITH_EVALUATOR and takes_steps:
        found |= {"object"}
    if last is None:
        return found
    petitioned = any(p.confirmation_id == last.pk for p in petitions)
    signed = evaluates and judged_paper and last.confirmed_by.user_id == user.pk
    if sheet.state == rules.CONFIRMED and signed and standing(sheet).closed_at is None and not petitioned:
        found |= {"object_judgement"}
    if owner and sheet.state == rules.CONFIRMED and not petitioned:
        found |= {"petition"}
    return found - {"return"}


def _evaluates(sheet: Sheet, user: User, at: datetime) -> bool:
    try:
        require_evaluator(sheet, user, at)
    except (NotYours, Forbidden):
        return False
    return True


def proposal(sheet: Sheet, book: Rulebook) -> str:
    """What the confirmed scores below give for the leader's unit factor, in words."""
    rule = book.book.factors
    derived = next((item.derived for item in rule.items if item.derived is not None), None) if rule else None
    if derived is None:
        return ""
    below = subordinates_of(sheet)
    if below is None:
        return (
            "Phạm vi phụ trách của cấp phó chưa được ghi nhận, nên ông/bà chọn mức và ghi lý do khi chọn mức "
            "thấp."
        )
    scores = [parse_fraction(s["score"]) for s in below if "score" in s]
    low = [s for s in scores if s < derived.at_least]
    value = int(derived.otherwise if low else derived.all_reach)
    if not low and len(scores) < len(below):
        return (
            f"Mới có {len(scores)} trên {len(below)} công chức thuộc phạm vi phụ trách được xác nhận "
            f"điểm; chưa suy ra "
            "được mức. Ông/bà chờ đủ, hoặc chọn mức."
        )
    words = f"{len(low)} người dưới" if low else "mọi người đạt từ"
    return (
        f"Theo điểm đã xác nhận của {len(below)} công chức thuộc phạm vi phụ trách "
        f"({words} {derived.at_least} điểm): {value}%."
    )


def require_seen(user: User, sheet_id: int, at: datetime) -> Sheet:
    """The sheet, for whoever may look on the day of `at`. Raises NotYours."""
    return _seen(user, sheet_id, at).sheet


def _seen(user: User, sheet_id: int, at: datetime) -> Fetched:
    found = fetch_for(user, sheet_id, localdate(at))
    if not may_view(found.sheet, user, localdate(at)):
        raise NotYours()
    return found
