"""Lists of this room that go out as XLSX: what is decided here is decided on its page, under its locks."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import prefetch_related_objects
from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.appraisals import rules
from thuocdo.appraisals.deciding import deciding
from thuocdo.appraisals.history import own_history
from thuocdo.appraisals.levels import LevelRow
from thuocdo.appraisals.models import Submission
from thuocdo.appraisals.overview import evaluation_table
from thuocdo.appraisals.paper.queries import papers_to_enter
from thuocdo.appraisals.places_table import PlacesRow, places_table
from thuocdo.appraisals.progress import Progress, progress
from thuocdo.appraisals.queries import petitions_to_answer
from thuocdo.appraisals.shapes import shape_of
from thuocdo.appraisals.table import Points, points
from thuocdo.intake.specs import Asked, Filtering, Listing, Scope, key_from
from thuocdo.intake.written import day_text, moment_text
from thuocdo.organisation.scopes import own_scope, signed_in

Rows = Iterable[Sequence[str]]


def _exact(score: Points | None) -> str:
    return score.exact if score is not None else ""


def progress_scope(by: User | None, at: datetime, code: str) -> Scope:
    """A period for its officers and inspectors, all its units. Raises NotYours."""
    user, cycle_id = signed_in(by), key_from(code)
    found = progress(user, cycle_id, at)
    parts = [progress(user, cycle_id, at, row.unit.pk) for row in found.units] if found.by_agency else [found]
    return Scope(found.cycle.root.code, found.label, parts)


def progress_rows(scope: Scope, at: datetime) -> Rows:
    """Unit by unit; states in the order of their life."""
    parts: list[Progress] = scope.data
    for row in (unit for part in parts for unit in part.units):
        counts = [str(row.counts[state]) for state in rules.MACHINE.states]
        yield (row.unit.code, row.unit.name, str(row.total), *counts, str(row.late), str(row.petitions), row.reason)


def judged_scope(by: User | None, at: datetime, code: str) -> Scope:
    """The sheets that one evaluates in a period. Raises NotYours."""
    table = evaluation_table(signed_in(by), key_from(code), at)
    prefetch_related_objects([row.sheet.member for row in table.rows], "unit")
    return Scope(table.cycle.root.code, table.label, table)


def judged_part(scope: Scope, asked: Asked, at: datetime) -> tuple[Scope, Asked]:
    """The sheets in the state that the page shows."""
    state = asked["trang-thai"]
    rows = tuple(row for row in scope.data.rows if row.sheet.state == state)
    words = {"trang-thai": rules.MACHINE.states.get(state, state)}
    return replace(scope, data=replace(scope.data, rows=rows)), words


def judged_rows(scope: Scope, at: datetime) -> Rows:
    """Flagged ones first, as on the page."""
    for row in scope.data.rows:
        yield (
            row.sheet.person.code, row.sheet.person.full_name, row.sheet.member.unit.name,
            row.sheet.get_state_display(), _exact(row.self_score), _exact(row.judged_score), row.band_label,
            "; ".join(row.flags),
        )  # fmt: skip


def deciding_scope(by: User | None, at: datetime, code: str) -> Scope:
    """The proposals that one decides in a period. Raises NotYours."""
    user, cycle_id = signed_in(by), key_from(code)
    page = deciding(user, cycle_id, at)
    rows: list[LevelRow] = list(page.rows)
    while page.onward is not None:
        page = deciding(user, cycle_id, at, page.onward)
        rows += page.rows
    return Scope(page.cycle.root.code, page.label, rows)


def level_rows(scope: Scope, at: datetime) -> Rows:
    """One confirmed sheet each: the level by the rule, what was proposed and decided."""
    for row in scope.data:
        shape, member = shape_of(row.sheet.member), row.sheet.member
        yield (
            row.sheet.person.code, row.sheet.person.full_name, member.unit.name, _exact(row.score),
            row.level, shape.label(row.proposed) if row.proposed else "", row.reason, row.decided,
        )  # fmt: skip


def places_scope(by: User | None, at: datetime, code: str) -> Scope:
    """The places of a period for its officers and inspectors. Raises NotYours."""
    user, cycle_id = signed_in(by), key_from(code)
    page = places_table(user, cycle_id, at)
    rows: list[PlacesRow] = list(page.rows)
    while page.onward is not None:
        page = places_table(user, cycle_id, at, page.onward)
        rows += page.rows
    return Scope(page.cycle.root.code, "Suất theo tỷ lệ", rows)


def places_rows(scope: Scope, at: datetime) -> Rows:
    """One scope of one quota each; `?` where the text leaves a figure open."""
    for row in scope.data:
        one = row.places
        base, places = ("?" if n is None else str(n) for n in (one.base, one.places))
        agency = one.agency.name if one.agency else ""
        yield one.label, row.level, agency, one.group, base, places, str(row.taken), one.sentence


def history_rows(scope: Scope, at: datetime) -> Rows:
    """The own sheets, newest first."""
    for line in (one for year in own_history(scope.data) for one in year.lines):
        result = line.result
        score = _exact(points(result.score)) if result else ""
        yield (
            line.sheet.cycle.short_name, line.sheet.get_state_display(), score,
            moment_text(result.at if result else None), "; ".join(p.get_state_display() for p in line.petitions),
        )  # fmt: skip


def petition_rows(scope: Scope, at: datetime) -> Rows:
    """Petitions addressed to units that the user heads; never the own ones, and no text of anybody."""
    for one in petitions_to_answer(scope.data, at):
        due = f"{one.answer_by:%d/%m/%Y}" if one.answer_by else ""
        yield (
            one.sheet.person.code, one.sheet.person.full_name, one.sheet.member.unit.name,
            one.sheet.cycle.short_name, f"{localdate(one.received_at):%d/%m/%Y}", due, one.get_state_display(),
            moment_text(one.answered_at),
        )  # fmt: skip


def paper_rows(scope: Scope, at: datetime) -> Rows:
    """What was entered from paper in the open periods of the user's units, the newest first; not what it says."""
    for one in papers_to_enter(scope.data, at, most=None).entered:
        part = "tự đánh giá" if one.submission.part == Submission.Part.SELF else "nhận xét"
        yield (
            one.subject.code, one.subject.full_name, one.sheet.cycle.short_name, part, day_text(one.signed_on),
            one.number, one.entered_by.full_name, moment_text(one.at), one.sheet.get_state_display(),
            "có" if one.scan_sha256 else "",
        )  # fmt: skip


_PERSON = (("Mã cán bộ", 16), ("Họ và tên", 28), ("Đơn vị", 34))
_LEVELS = (*_PERSON, ("Điểm", 12), ("Mức theo quy tắc", 24), ("Mức đề xuất", 24), ("Lý do", 40), ("Mức quyết định", 24))
LISTINGS = (
    Listing("paper-entries", "Bản giấy đã nhập thay",
            (*_PERSON[:2], ("Kỳ", 18), ("Phần", 16), ("Ngày ký", 14), ("Số", 14), ("Người nhập", 28), ("Nhập lúc", 18),
             ("Tình trạng phiếu", 28), ("Bản chụp", 12)), own_scope, paper_rows),
    Listing("units-of-period", "Tiến độ của kỳ theo đơn vị",
            (("Mã đơn vị", 16), ("Đơn vị", 40), ("Số phiếu", 10), *((w, 16) for w in rules.MACHINE.states.values()),
             ("Quá hạn nộp", 12), ("Kiến nghị", 12), ("Còn chờ", 60)), progress_scope, progress_rows),
    Listing("sheets", "Bảng phiếu của người đánh giá",
            (*_PERSON, ("Trạng thái", 24), ("Điểm tự chấm", 14), ("Điểm nhận định", 14), ("Mức", 24), ("Cần xem", 50)),
            judged_scope, judged_rows, filtering=Filtering({"trang-thai": "Tình trạng"}, judged_part)),
    Listing("levels-to-decide", "Mức chờ quyết định", _LEVELS, deciding_scope, level_rows),
    Listing("places", "Suất theo tỷ lệ",
            (("Quy định tỷ lệ", 50), ("Mức", 24), ("Cơ quan", 34), ("Nhóm", 20), ("Cơ số", 10), ("Số suất", 10),
             ("Đã có", 10), ("Cách tính", 60)), places_scope, places_rows),
    Listing("own-history", "Kết quả của tôi qua các kỳ",
            (("Kỳ", 22), ("Trạng thái", 24), ("Điểm", 12), ("Xác nhận lúc", 18), ("Kiến nghị", 28)),
            own_scope, history_rows),
    Listing("petitions", "Kiến nghị chờ và đã trả lời",
            (*_PERSON, ("Kỳ", 22), ("Nhận ngày", 14), ("Hạn trả lời", 14), ("Trạng thái", 24), ("Trả lời lúc", 18)),
            own_scope, petition_rows),
)  # fmt: skip
