"""Proposals of products as XLSX: new ones of the user, own ones taken back, those of the officer's agencies refused
with a reason; taking one into a draft stays with the draft."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Model
from django.utils.timezone import localtime

from thuocdo.accounts.models import User
from thuocdo.catalogues import access, rules, steps
from thuocdo.catalogues.models import Proposal
from thuocdo.catalogues.proposals_back import PROPOSALS_BACK
from thuocdo.catalogues.queries_drafts import proposals
from thuocdo.intake import cells
from thuocdo.intake.matching import STANDING, differences, matched
from thuocdo.intake.specs import CREATED, UNCHANGED, Column, Effect, Plan, Problem, Row, Scope, Spec
from thuocdo.intake.written import day_text
from thuocdo.kernel.errors import Conflict, Refusal
from thuocdo.kernel.text import fold
from thuocdo.organisation.access import day_of
from thuocdo.organisation.models import Unit
from thuocdo.organisation.scopes import own_scope

WITHDRAW, REFUSE = "rút", "không bổ sung"
STEPS = {WITHDRAW: "withdraw", REFUSE: "refuse"}
SAID = {Proposal.State.WITHDRAWN: WITHDRAW, Proposal.State.REFUSED: REFUSE}
MOST = 10_000
COLUMNS = (
    Column("number", "Số", cells.text(15), "Số phần mềm đặt cho đề xuất; đề xuất mới thì để trống.", "", width=10),
    Column("agency", "Mã cơ quan", cells.code, "Cơ quan có danh mục.", "UBND", needed=True),
    Column("name", "Tên sản phẩm, công việc", cells.text(200), "Tên đề xuất.", "Số hóa hồ sơ", needed=True, width=46),
    Column("words", "Vì sao cần bổ sung", cells.text(steps.MOST_WORDS), "Đầu ra là gì, làm thường xuyên hay không.",
           "Phát sinh hằng tuần", needed=True, width=46),
    Column("author", "Người đề xuất", cells.text(200), STANDING, "Nguyễn Văn An", width=26),
    Column("day", "Ngày", cells.day, STANDING, "05/02/2026", default=None),
    Column("state", "Trạng thái", cells.text(60), STANDING, "chờ xem xét", width=24),
    Column("step", "Xử lý", cells.choice(STEPS), f"Người đề xuất ghi “{WITHDRAW}”; cán bộ tổ chức ghi “{REFUSE}”.", "",
           width=16),
    Column("answer", "Lý do không bổ sung", cells.text(500), "Phải ghi khi không bổ sung.", "Đã có ở mã VP-02",
           width=40),
)  # fmt: skip
TITLES = {column.key: column.title for column in COLUMNS}


@dataclass
class Work:
    """What to do with which proposal, as it was seen, and the new ones."""

    user: User
    moved: list[tuple[Proposal, str, str]] = field(default_factory=list)
    new: list[tuple[Unit, str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Mine:
    """Who asks and when."""

    user: User
    at: datetime


def proposal_scope(by: User | None, at: datetime, code: str) -> Scope:
    """The own proposals, and those that wait for the user as officer; the code is not read. Raises NotYours."""
    own = own_scope(by, at, code)
    return Scope(own.chain, own.name, Mine(own.data, at))


def _known(mine: Mine) -> dict[str, Proposal]:
    found = proposals(mine.user, mine.at, most=MOST)
    return {str(row.pk): row for row in (*found.waiting, *found.mine)}


def _standing(row: Proposal) -> dict[str, str]:
    return {
        "agency": row.agency.code, "name": row.name, "words": " ".join(row.words.split()),
        "author": row.author.display_name, "day": day_text(localtime(row.proposed_at).date()),
        "state": row.get_state_display(),
    }  # fmt: skip


def _answered(row: Proposal) -> dict[str, str]:
    state = Proposal.State(row.state)
    return {"step": SAID.get(state, ""), "answer": row.answer if state == Proposal.State.REFUSED else ""}


def proposal_rows(scope: Scope, at: datetime, month: str) -> Iterable[Sequence[str]]:
    """Each proposal once, what waits for the user first. Constant queries."""
    for number, row in _known(scope.data).items():
        yield (number, *(_standing(row) | _answered(row)).values())


def plan_proposals(scope: Scope, rows: Sequence[Row]) -> Plan[Work]:
    """Effects and problems, against what stands now."""
    mine: Mine = scope.data
    plan: Plan[Work] = Plan([], [], Work(mine.user))
    reach = access.reach(mine.user, day_of(mine.at))
    agencies = {unit.code.upper(): unit for unit in access.agencies(reach.reads)}
    known = _known(mine)
    there = {(one.agency_id, fold(one.name), fold(" ".join(one.words.split()))) for one in known.values()}
    for row, one in matched(plan, rows, COLUMNS, known, _standing, new=True):
        try:
            if one is None:
                _new(plan, row, agencies, there)
            else:
                _moved(plan, row, one, mine.user, reach.officer)
        except Refusal as refusal:
            key = refusal.field or "step"
            plan.problems.append(Problem(row.number, TITLES[key], row.texts.get(key, ""), refusal.message))
    return plan


def _new(plan: Plan[Work], row: Row, agencies: dict[str, Unit], there: set[tuple[int, str, str]]) -> None:
    agency = agencies.get(row.values["agency"])
    if agency is None:
        words = "Không có cơ quan này trong các cơ quan có danh mục ông/bà xem được. Hãy sửa mã."
        raise Refusal("cell", words, field="agency")
    if row.values["step"] or row.values["answer"]:
        raise Refusal("cell", "Đề xuất mới chưa có gì để xử lý. Hãy để trống hai cột cuối.")
    key = (agency.pk, fold(row.values["name"]), fold(row.values["words"]))
    if key in there:
        plan.effects.append(Effect(row.number, UNCHANGED, f"{row.values['name']} (đã có)"))
        return
    there.add(key)
    plan.work.new.append((agency, row.values["name"], row.values["words"]))
    plan.effects.append(Effect(row.number, CREATED, f"{row.values['name']}, {agency.name}"))


def _moved(plan: Plan[Work], row: Row, one: Proposal, user: User, officer: frozenset[int]) -> None:
    """Raises Refusal, Conflict as the page does."""
    before = _answered(one)
    typed = {key: row.values[key] if key in row.texts else text for key, text in before.items()}
    after = {"step": next((word for word, code in STEPS.items() if code == typed["step"]), typed["step"]),
             "answer": typed["answer"]}  # fmt: skip
    if after != before:
        if before["step"] or not after["step"]:
            words = "Đã trả lời thì không sửa." if before["step"] else "Có lý do thì phải ghi cột Xử lý."
            raise Refusal("cell", f"{words} Hãy ghi như trong tệp đã xuất, hoặc xóa dòng.")
        steps.may(STEPS[after["step"]], one, user, officer)
        rules.PROPOSAL.target(STEPS[after["step"]], one.state)
        if after["step"] == WITHDRAW and after["answer"]:
            raise Refusal("cell", "Rút đề xuất thì không ghi lý do. Hãy để trống ô này.", field="answer")
        if after["step"] == REFUSE and not after["answer"]:
            raise Refusal("cell", "Lý do không bổ sung: ô để trống. Hãy ghi lý do.", field="answer")
        plan.work.moved.append((one, STEPS[after["step"]], after["answer"]))
    differences(plan, row, one.name, COLUMNS, before, after)


def write_proposals(plan: Plan[Work], by: User | None, at: datetime) -> list[Model]:
    """Each step as on its page, told to whom it concerns. Raises Conflict: somebody else was first."""
    user = plan.work.user
    seen = {row.pk: row for row, _, _ in plan.work.moved}
    held = Proposal.objects.select_for_update().filter(pk__in=seen).order_by("pk")
    if dict(held.values_list("pk", "version")) != {pk: row.version for pk, row in seen.items()}:
        raise Conflict("Có đề xuất vừa được xử lý ở nơi khác. Hãy dán hoặc tải lên lại để xem trước.")
    written: list[Model] = []
    for row, step, answer in plan.work.moved:
        written.append(steps.withdraw(row) if step == "withdraw" else steps.refuse(row, answer, user, at))
    written += [steps.propose(agency, name, words, None, user, at) for agency, name, words in plan.work.new]
    return written


PROPOSALS = Spec(
    kind="product-proposals",
    title="Đề xuất bổ sung sản phẩm, công việc",
    about="Dòng không có số là đề xuất mới của ông/bà. Đề xuất của mình thì rút được; cán bộ tổ chức ghi lý do không "
    "bổ sung. Đưa vào dự thảo thì làm ở bản dự thảo. Dòng bị xóa khỏi tệp thì giữ nguyên.",
    columns=COLUMNS,
    scope=proposal_scope,
    plan=plan_proposals,
    write=write_proposals,
    export=proposal_rows,
    keys=("number",),
    personal=True,
    rewind=PROPOSALS_BACK,
)
