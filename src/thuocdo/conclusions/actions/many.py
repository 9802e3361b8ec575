"""Verifying and deciding many assessments of one round in one write. Nobody is taken along unseen: every row was chosen
with the version that was seen, and one that cannot go with the others refuses the whole, named with the reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError
from django.db.models import Q, QuerySet

from thuocdo.accounts.models import User
from thuocdo.appraisals.facts import canonical, digest_of
from thuocdo.appraisals.typed import LONG_TEXT
from thuocdo.audit import bulk
from thuocdo.audit.recording import action, record
from thuocdo.conclusions import access, facts, many, newer, places
from thuocdo.conclusions.actions.deciding import SOURCE
from thuocdo.conclusions.actions.filing import check_level, no_level, path_of
from thuocdo.conclusions.competences import bodies
from thuocdo.conclusions.delivering import Delivered
from thuocdo.conclusions.locking import document_day, needed, reason_of, somebody
from thuocdo.conclusions.many import Taken
from thuocdo.conclusions.models import Assessment, AssessmentPart, Competence
from thuocdo.kernel.errors import Conflict, NotYours, Reading, Refusal, Several
from thuocdo.kernel.text import clean
from thuocdo.notices.actions import notify, notify_each
from thuocdo.organisation.access import day_of
from thuocdo.organisation.models import Person
from thuocdo.rounds import books, gate
from thuocdo.rounds.locking import chain
from thuocdo.rounds.locking import locked as locked_round
from thuocdo.rounds.models import Round, RoundSubject, StepDone

Part, State = AssessmentPart.Part, Assessment.State
CHANGED = ("state", "version", "competence", "group", "rule_kind", "rule_level", "score_shown", "proposed", "level")
ALONG = "Hồ sơ của {} hiện không ở bước này, hoặc vừa được người khác ghi. Hãy tải lại trang."


@dataclass(frozen=True)
class Row:
    """One assessment as it was chosen: the version that was seen; level (empty: as proposed), reason where asked, and
    prospects of a person where the authority names them."""

    version: int
    level: str = ""
    reason: str = ""
    prospects: str = ""


@action
def verify_many(
    *, round_id: int, rows: Mapping[int, int], comment: str, group: str, by: User, at: datetime
) -> list[int]:
    """The verification of many self-ratings as they are, with one comment: version seen by assessment. Proposed is
    what the rule gives. Who has no group yet gets `group`, where the rulebook counts a share in groups.

    Raises NotYours, Conflict, Several by `row-<assessment>` for those that need their own verification.
    """
    round_ = _open(round_id)
    read = Reading()
    words = read(needed, comment, 4000, "comment", "Nhận xét thẩm định")
    read(_some, rows)
    read.done()
    on, me = day_of(at), somebody(by)
    every = _locked(many.for_verifier(by, on, round_), round_, rows, by, on)
    taken = many.gathered(round_, every, Part.OWN)
    named = places.groups_of(round_, [(row.one, row.form) for row in taken])
    problems: dict[str, str] = {}
    for row in taken:
        if row.form.criteria:
            row.problem = row.problem or f"Quy chế có tiêu chí phải nhận xét bằng lời. {many.ONE_BY_ONE}"
        if row.rule_kind == "needs_decision":
            row.problem = row.problem or many.waits_for(row)
        row.one.group = row.one.group or named.get(row.one.pk, "")
        if not row.problem and places.group_needed(row.form) and not row.one.group:
            if not group.strip():
                problems["group"] = "Nhóm có vị trí, vai trò tương đồng: chưa nhập. Hãy ghi nội dung này."
            row.one.group = needed(group, 60, "group", "Nhóm") if group.strip() else ""
    _refuse(taken, problems)
    for row in taken:
        one = row.one
        one.rule_kind, one.rule_level, one.score_shown = row.rule_kind, row.rule_level, row.score
        one.proposed, one.state = row.form.best(row.rule_level), State.DECIDE
    texts = [_verified(row, words) for row in taken]
    levels = [row.one.proposed for row in taken]
    whys = [row.form.reason_for(row.rule_level, row.one.proposed, "") for row in taken]
    parts = _parts(taken, Part.VERIFICATION, texts, levels, me, by, at, reasons=whys)
    _changed(taken)
    _tell_bodies(round_, taken, by, at)
    record(chain=chain(round_, at), code="assessment.verified_many", by=by, at=at, objects=[row.one for row in taken],
           fresh=[(AssessmentPart, parts)], data={"round": round_.pk, "rows": len(taken)})  # fmt: skip
    return [row.one.pk for row in taken]


def _verified(row: Taken, words: str) -> str:
    given, document = row.form.delivered, row.document
    fields = {name: value for name, value in document["fields"].items() if not given.gives(name)}
    more: dict[str, Any] = {"fields": fields, "opinions": "", "comment": words, "over": row.over.number}
    if given.lines:
        more["sources"] = [[line.name, line.label, line.value, line.source] for line in given.lines]
    return canonical(facts.frame(row.one) | more | given.beside | {"subject": row.subject})


@action
def decide_many(*, round_id: int, rows: Mapping[int, Row], on: date, number: str, by: User, at: datetime) -> list[int]:
    """The decision on many in one document. The conclusion in words is the verifier's comment, with the strengths and
    defects that the verifier named, or those of the self-rating, marked as whose they are; the level is the proposed
    one unless the row says another. The shares are counted as if all of them were decided.

    Raises NotYours, Conflict, Several by `row-<assessment>`: those that wait, have no place left, need a reason, or
    need a decision of their own.
    """
    round_ = _open(round_id)
    read = Reading()
    day = read(document_day, on, at)
    paper = read(needed, number, 80, "number", "Số quyết định")
    read(_some, rows)
    read.done()
    today, me = day_of(at), somebody(by)
    mine = many.marked(many.for_decider(by, today, round_), by)
    every = _locked(mine, round_, {key: row.version for key, row in rows.items()}, by, today)
    taken = many.gathered(round_, every, Part.VERIFICATION)
    said = many.own_words([row.one.pk for row in taken])
    problems: dict[str, str] = {}
    now = newer.beside_now(round_, every)
    chosen = {
        row.one.pk: _chosen(
            row, rows[row.one.pk], said.get(row.one.pk, {}), now[row.one.subject_id or 0], by, problems
        )
        for row in taken
    }
    _refuse(taken, problems)
    wishes = [places.Wish(row.one, row.form, *chosen[row.one.pk]) for row in taken]
    problems |= {f"row-{key}": _over(found) for key, found in places.over(round_, wishes).items()}
    steps = _steps(round_, taken, problems)
    _refuse(taken, problems)
    for row in taken:
        one = row.one
        one.rule_kind, one.rule_level, one.level = row.rule_kind, row.rule_level, chosen[one.pk][0]
        one.state = State.DECIDED
    texts = [_decided(row, said[row.one.pk], rows[row.one.pk].prospects) for row in taken]
    parts = _parts(taken, Part.DECISION, texts, [chosen[row.one.pk][0] for row in taken], me, by, at,
                   reasons=[chosen[row.one.pk][1] for row in taken], on=day, paper=paper)  # fmt: skip
    _changed(taken)
    keys = {row.one.pk: str(part[0]) for row, part in zip(taken, parts, strict=True)}
    made = [
        (node, subject, gate.Taken(day, number=paper, level=chosen[key][0], source=SOURCE, source_key=keys[key]))
        for node, subject, key in steps
    ]
    try:
        told = gate.told_many(round_, made, by, at)
    except IntegrityError:
        raise Conflict("Người khác vừa ghi bước của đợt cho một hồ sơ trong số này. Hãy tải lại trang.") from None
    notify_each(
        pages=[(row.one.person.user_id if row.one.person else None, path_of(row.one)) for row in taken],
        kind="assessment.decided", text=f"Đã có kết luận về ông/bà: {round_.label}", at=at,
    )  # fmt: skip
    record(chain=chain(round_, at), code="assessment.decided_many", by=by, at=at, objects=[row.one for row in taken],
           fresh=[(AssessmentPart, parts), (StepDone, told)],
           data={"round": round_.pk, "rows": len(taken)})  # fmt: skip
    return [row.one.pk for row in taken]


def _chosen(
    row: Taken, asked: Row, said: Mapping[str, str], now: Delivered, by: User, problems: dict[str, str]
) -> tuple[str, str]:
    """Level and reason; a problem for a row that cannot go with the others."""
    field = f"row-{row.one.pk}"
    apart = many.apart(row.one, by)
    if apart or row.problem:
        problems[field] = apart or row.problem
        return "", ""
    if (row.rule_kind, row.rule_level) != (row.one.rule_kind, row.one.rule_level):
        problems[field] = (
            "Dữ kiện nơi khác giao đã đổi từ khi thẩm định, nên kết quả theo quy tắc đã khác. Hãy thẩm định lại."
        )
    elif names := newer.newer(now, row.over, row.document):
        problems[field] = newer.said(names)
    elif len(clean(asked.prospects)) > LONG_TEXT:
        problems[field] = f"Chiều hướng, triển vọng dài quá {LONG_TEXT} ký tự. Hãy ghi gọn lại."
    elif not _verifier_says(row) and not (said.get("strengths") and said.get("defects")):
        problems[field] = f"Phần tự xếp loại chưa ghi ưu điểm, hạn chế để kết luận. {many.ONE_BY_ONE}"
    level = "" if row.rule_kind == "not_rated" else asked.level or row.one.proposed
    try:
        if row.rule_kind == "not_rated":
            no_level(asked.level)
        reason = reason_of(asked.reason) or (_verifiers(row) if level == row.one.proposed else "")
        if row.rule_kind != "not_rated" and level not in row.form.levels:
            raise Refusal("assessment.level", "Hãy chọn một mức trong danh sách.")
        check_level(row.form, row.rule_level, level, reason)
    except Refusal as found:
        problems.setdefault(field, found.message)
        return "", ""
    return level, reason


def _over(found: Refusal) -> str:
    """A share that stands against it. A reason for exceeding one belongs to one decision alone."""
    return f"{found.message} {many.ONE_BY_ONE}" if found.code == places.GROUND else found.message


def _verifier_says(row: Taken) -> bool:
    """Whether the verification itself names strengths and defects."""
    return bool(row.document.get("strengths") and row.document.get("defects"))


def _verifiers(row: Taken) -> str:
    """The reason of a lower proposal, which a decision that follows it takes over."""
    return row.over.reason


def _steps(round_: Round, taken: Sequence[Taken], problems: dict[str, str]) -> list[tuple[Any, RoundSubject, int]]:
    """The rating steps of these subjects in an order in which they may be taken."""
    graph = books.rules_of(round_).graph
    wanted, keys = [], {}
    for row in taken:
        subject = row.one.subject
        assert subject is not None, "an assessment of a round"
        keys[subject.pk] = row.one.pk
        nodes = [node for node in graph.steps_of(row.one.kind, row.one.role) if node.step == "rating"]
        wanted += [(node.id, subject) for node in nodes]
    ordered, early = gate.free(round_, wanted, taken[0].form.delivered.near)
    for (_, subject), words in gate.early_words(round_, early).items():
        problems.setdefault(f"row-{keys[subject.pk]}", words)
    left = {(name, subject.pk) for name, subject in wanted} - {(node.id, subject.pk) for node, subject in ordered}
    left -= {(name, subject.pk) for name, subject in early}
    for _, key in left:
        problems.setdefault(f"row-{keys[key]}", "Bước xếp loại đã được ghi ở trang của đợt. Hãy hủy bước ấy trước.")
    return [(node, subject, keys[subject.pk]) for node, subject in ordered]


def _decided(row: Taken, said: Mapping[str, str], prospects: str) -> str:
    """`said_by`: whose words strengths and defects are; the comment is the verifier's."""
    kept = {name: row.document[name] for name in ("fields", "sources", "comment") if row.document.get(name)}
    verifier = _verifier_says(row)
    words = row.document if verifier else said
    texts = {"strengths": words["strengths"], "defects": words["defects"]}
    texts["prospects"] = clean(prospects) or row.document.get("prospects", "")
    texts["said_by"] = "verifier" if verifier else "own"
    return canonical(facts.frame(row.one) | kept | texts | {"over": row.over.number, "subject": row.subject})


def _open(round_id: int) -> Round:
    round_ = locked_round(round_id)
    if round_.state != Round.State.OPEN:
        raise Conflict(f"Đợt {round_.label} hiện {round_.get_state_display()}, nên không ghi được gì nữa.")
    return round_


def _some(rows: Mapping[int, object]) -> None:
    if not rows or len(rows) > many.MOST:
        raise Refusal("assessment.rows", f"Hãy chọn từ 1 đến {many.MOST} hồ sơ.", field="rows")


def _locked(
    found: QuerySet[Assessment], round_: Round, versions: Mapping[int, int], by: User, on: date
) -> list[Assessment]:
    """The chosen rows as they were seen. Raises NotYours, Several, which names only whom the user may see."""
    every = many.locked(found, round_, versions.keys())
    here = {one.pk: one for one in every}
    seen = access.seen(by, on, access.looked_after(by, on)) if versions.keys() - here.keys() else Q(pk=None)
    other = Assessment.objects.filter(seen, pk__in=versions.keys() - here.keys(), round=round_)
    names = dict(other.values_list("pk", "name"))
    if not here and not names:
        raise NotYours()
    gone = {key: ALONG.format(names.get(key, "một đối tượng")) for key in versions.keys() - here.keys()}
    gone |= {key: ALONG.format(one.name) for key, one in here.items() if one.version != versions[key]}
    for one in every:
        if one.subject is not None and one.subject.standing != RoundSubject.Standing.IN:
            gone[one.pk] = f"{one.name} hiện {one.subject.get_standing_display()}: {one.subject.reason}"
    if gone:
        raise Several({f"row-{key}": words for key, words in gone.items()}, code="assessment.moved")
    many.pointed(every, on)
    return every


def _refuse(taken: Sequence[Taken], problems: dict[str, str]) -> None:
    found = {f"row-{row.one.pk}": f"{row.one.name}: {row.problem}" for row in taken if row.problem}
    names = {f"row-{row.one.pk}": row.one.name for row in taken}
    found = {key: f"{names[key]}: {words}" if key in names else words for key, words in problems.items()} | found
    if found:
        raise Several(found, code="assessment.rows")


def _parts(
    taken: Sequence[Taken], part: str, texts: Sequence[str], levels: Sequence[str], me: Person, by: User, at: datetime,
    *, reasons: Sequence[str] = (), on: date | None = None, paper: str = "",
) -> list[bulk.Row]:  # fmt: skip
    pattern = bulk.Pattern(
        AssessmentPart,
        ("id", "assessment_id", "number", "document", "digest", "outcome", "rule_level", "level", "reason", "body",
         "person_id", "verified_by_id"),
        part=part, on=on, document_number=paper, by_id=by.pk, by_person_id=me.pk, at=at,
    )  # fmt: skip
    deciding = part == Part.DECISION
    rows = [
        pattern.row(
            key, row.one.pk, row.number, text, digest_of(text), row.outcome, row.rule_level, level, reason,
            row.one.competence.body if deciding and row.one.competence else "", row.one.person_id,
            row.over.by_person_id if deciding else None,
        )
        for key, row, text, level, reason in zip(
            bulk.reserve(AssessmentPart, len(taken)), taken, texts, levels, reasons or [""] * len(taken), strict=True
        )
    ]  # fmt: skip
    bulk.insert(AssessmentPart, rows)
    return rows


def _changed(taken: Sequence[Taken]) -> None:
    for row in taken:
        row.one.version += 1
    bulk.update([row.one for row in taken], CHANGED)


def _tell_bodies(round_: Round, taken: Sequence[Taken], by: User, at: datetime) -> None:
    """One notice for each who decides, however many there are."""
    waiting: dict[int, tuple[Competence, int]] = {}
    for row in taken:
        body = row.one.competence
        if body is not None:
            waiting[body.pk] = (body, waiting.get(body.pk, (body, 0))[1] + 1)
    for body, number in waiting.values():
        notify(
            users=[user for user in bodies(body, day_of(at)) if user.pk != by.pk], kind="assessment.to_decide",
            text=f"{number} hồ sơ của đợt {round_.label} đã thẩm định, chờ quyết định",
            path=f"/ket-luan/dot/{round_.pk}/?tinh-trang=decide", at=at,
        )  # fmt: skip
