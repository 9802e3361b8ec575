"""Results from outside as XLSX, for many at once: what is written waits as one lot for the second person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from django.db.models import Model

from thuocdo.accounts.models import User
from thuocdo.intake import cells
from thuocdo.intake.specs import CHANGED, CREATED, UNCHANGED, Column, Effect, Plan, Problem, Row, Scope, Spec
from thuocdo.intake.written import day_text
from thuocdo.kernel.errors import Refusal, Several
from thuocdo.kernel.exact import fraction_text
from thuocdo.organisation.access import day_of
from thuocdo.organisation.exports import similar_codes
from thuocdo.organisation.imports import officer_scope
from thuocdo.organisation.imports_plan import lookup
from thuocdo.organisation.models import Employment, Person, Unit
from thuocdo.organisation.people_reach import posts_by_code
from thuocdo.organisation.queries import forest
from thuocdo.results.outside.lots_back import LOTS_BACK
from thuocdo.results.outside.models import OutsideResult
from thuocdo.results.outside.rules import Entry, Typed, entry_from
from thuocdo.results.outside.standing import key_of, texts_of

State = OutsideResult.State
COLUMNS = (
    Column("code", "Mã cán bộ", cells.code, "Người đang công tác ở cơ quan.", "CC001", needed=True),
    Column("period", "Kỳ", cells.text(30), "“tháng 3/2026” hoặc “quý 1/2026”.", "tháng 3/2026", needed=True),
    Column("place", "Nơi gửi", cells.text(200), "Cơ quan đã đánh giá.", "Sở Nội vụ tỉnh A", needed=True, width=34),
    Column("basis", "Quy định đã áp dụng", cells.text(300), "Văn bản nơi gửi đã áp dụng.", "Nghị định 335/2025/NĐ-CP",
           needed=True, width=34),
    Column("score", "Điểm", cells.text(30), "Từ 0 đến 100, tối đa hai số thập phân, hoặc phân số đúng như 1023/12.",
           "85,25", needed=True),
    Column("level", "Mức nơi gửi đã ghi", cells.text(120), "Giữ nguyên văn, không quy đổi.", "Hoàn thành tốt"),
    Column("document", "Số văn bản gửi", cells.text(80), "Số, ký hiệu.", "12/BC-SNV", needed=True),
    Column("signed_on", "Ngày văn bản", cells.day, "Ngày ký.", "05/08/2026", needed=True),
    Column("reason", "Lý do sửa", cells.text(500), "Chỉ ghi khi sửa kết quả đã xác nhận.", "", width=30),
)  # fmt: skip
TITLES = {column.key: column.title for column in COLUMNS}


@dataclass(frozen=True)
class New:
    """A row to write: whose, where received, what, which version, instead of which."""

    person: Person
    agency: Unit
    entry: Entry
    version: int
    replaces: OutsideResult | None
    reason: str


Work = list[New]


def plan_outside(scope: Scope, rows: Sequence[Row]) -> Plan[Work]:
    """Effects and problems of a list of results from outside, against what stands or waits."""
    today = scope.data.today
    plan: Plan[Work] = Plan([], [], [])
    posts = posts_by_code(scope.data.scope, (row.values["code"] for row in rows))
    tree = forest(today)
    serving = {code: _agency(found, tree, today) for code, found in posts.items()}
    agencies = Unit.objects.in_bulk({key for key in serving.values() if key is not None})
    people = {code: found[0].person for code, found in posts.items()}
    stored: dict[object, list[OutsideResult]] = {}
    everything = lookup(OutsideResult.objects.order_by("version"), "person_id", (p.pk for p in people.values()))
    for one in sorted(everything, key=lambda one: one.version):
        stored.setdefault(key_of(one), []).append(one)
    seen: dict[object, int] = {}
    for row in rows:
        code = row.values["code"]
        agency = agencies.get(serving.get(code) or 0)
        if agency is None:
            words = f"Không có người đang công tác mang mã “{code}” trong phạm vi ông/bà phụ trách. Hãy sửa mã."
            plan.problems.append(Problem(row.number, TITLES["code"], code, words))
        elif scope.data.user is not None and people[code].user_id == scope.data.user.pk:
            words = "Không ai tự nhập kết quả của chính mình. Hãy xóa dòng này, nhờ cán bộ tổ chức khác nhập."
            plan.problems.append(Problem(row.number, TITLES["code"], code, words))
        else:
            _plan_row(plan, row, people[code], agency, stored, seen, today)
    return plan


def _agency(posts: Sequence[Employment], tree: object, today: date) -> int | None:
    now = [post for post in posts if post.start <= today and (post.end is None or post.end > today)]
    found = [tree.agency(post.unit_id) for post in now]  # type: ignore[attr-defined]
    return next((key for key in found if key is not None), None)


def _plan_row(
    plan: Plan[Work],
    row: Row,
    person: Person,
    agency: Unit,
    stored: dict[object, list[OutsideResult]],
    seen: dict[object, int],
    today: date,
) -> None:
    values = row.values
    typed = Typed(*(values[key] for key in ("period", "place", "basis", "score", "level", "document", "signed_on")))
    try:
        entry = entry_from(typed, today)
    except Several as several:
        for field, said in several.problems.items():
            plan.problems.append(Problem(row.number, TITLES[field], row.texts.get(field, ""), said))
        return
    key = (person.pk, agency.pk, *entry.period)
    if key in seen:
        words = f"Người này đã có kỳ này ở dòng {seen[key]}. Hãy xóa một dòng."
        plan.problems.append(Problem(row.number, TITLES["period"], values["period"], words))
        return
    seen[key] = row.number
    before = stored.get(key, [])
    last = next((one for one in reversed(before) if one.state in (State.WAITING, State.CONFIRMED)), None)
    label = f"{person.full_name} ({person.code}), {values['period']}: {values['score']} điểm, {entry.place} gửi"
    if last is not None and _same(last, entry):
        plan.effects.append(Effect(row.number, UNCHANGED, label))
        return
    if last is not None and (last.state == State.WAITING or not values["reason"]):
        waits = "đang có một kết quả khác chờ xác nhận. Hãy xử lý kết quả đó trước."
        other = "đã có kết quả khác. Muốn sửa, hãy ghi cột Lý do sửa."
        words = f"Kỳ này {waits if last.state == State.WAITING else other}"
        plan.problems.append(Problem(row.number, TITLES["reason"], values["reason"], words))
        return
    version = (before[-1].version if before else 0) + 1
    plan.work.append(New(person, agency, entry, version, last, values["reason"] if last is not None else ""))
    plan.effects.append(Effect(row.number, CREATED if last is None else CHANGED, label))


def _same(row: OutsideResult, entry: Entry) -> bool:
    stands = (row.place, row.basis, row.exact_score, row.level, row.document, row.signed_on)
    return stands == (entry.place, entry.basis, entry.score, entry.level, entry.document, entry.signed_on)


def write_outside(plan: Plan[Work], by: User | None, at: datetime) -> list[Model]:
    """One lot an agency, waiting for the second person. Raises Refusal without an account."""
    if by is None:
        raise Refusal("outside_result.by", "Nhập kết quả nơi khác gửi cần một tài khoản đứng tên.")
    lots: dict[int, str] = {}
    made = [
        OutsideResult(
            person=one.person, agency=one.agency, chain=one.agency.code, kind=one.entry.period[0],
            year=one.entry.period[1], number=one.entry.period[2], version=one.version, place=one.entry.place,
            basis=one.entry.basis, score=fraction_text(one.entry.score), level=one.entry.level,
            document=one.entry.document, signed_on=one.entry.signed_on, replaces=one.replaces, reason=one.reason,
            lot=lots.setdefault(one.agency.pk, uuid4().hex), account_id=one.person.user_id, entered_by=by,
            entered_at=at,
        )
        for one in plan.work
    ]  # fmt: skip
    return list(OutsideResult.objects.bulk_create(made, batch_size=500))


@dataclass(frozen=True)
class Where:
    """What the plan needs: the scope of the units, the day, and who asks."""

    scope: Scope
    today: date
    user: User | None


def outside_scope(by: User | None, at: datetime, code: str) -> Scope:
    """Everything below one of the officer's units. Raises NotYours."""
    found = officer_scope(by, at, code)
    return Scope(found.chain, found.name, Where(found, day_of(at), by))


def outside_rows(scope: Scope, at: datetime, month: str) -> Iterable[Sequence[str]]:
    """What stands or waits for the people in service below the unit, by code and period; never the user's own."""
    units = [unit.pk for unit in scope.data.scope.data.units.values()]
    rows = OutsideResult.objects.filter(state__in=(State.WAITING, State.CONFIRMED)).select_related("person")
    latest = {key_of(row): row for row in sorted(lookup(rows, "agency_id", units), key=lambda row: row.version)}
    user = scope.data.user
    for row in sorted(latest.values(), key=lambda row: (row.person.code, row.year, row.kind, row.number)):
        if user is None or row.person.user_id != user.pk:
            yield row.person.code, *texts_of(row).values(), day_text(row.signed_on), ""


OUTSIDE = Spec(
    kind="outside",
    title="Kết quả nơi khác gửi",
    about="Mỗi dòng là kết quả một tháng hoặc quý do nơi không dùng chung phần mềm này gửi. Nhập xong còn chờ người "
    "thứ hai đối chiếu văn bản rồi xác nhận một lần cho cả tệp, ở trang Kết quả nơi khác gửi.",
    columns=COLUMNS,
    scope=outside_scope,
    plan=plan_outside,
    write=write_outside,
    order=9,
    export=outside_rows,
    keys=("code", "period"),
    rewind=LOTS_BACK,
    similar=similar_codes,
)
