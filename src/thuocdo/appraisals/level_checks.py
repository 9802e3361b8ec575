"""What a level must satisfy before it is proposed or decided: the rule's result, the reason, the places."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Q

from thuocdo.appraisals import rules
from thuocdo.appraisals.errors import Refused
from thuocdo.appraisals.level_counts import holds, scheme_of, taken
from thuocdo.appraisals.models import Confirmation, QuotaPlaces, Sheet
from thuocdo.appraisals.published import published
from thuocdo.appraisals.shapes import shape_of
from thuocdo.appraisals.typed import SHORT_TEXT
from thuocdo.cycles.models import Cycle
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.schema import Scheme
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.kernel.text import clean_lines

Done = TypeVar("Done")
MOST = 200


@dataclass(frozen=True)
class Wanted:
    """A level to propose or decide: `number` is how many decisions on the sheet were seen, `version` that of the
    proposal seen (0 for none)."""

    sheet_id: int
    number: int
    version: int
    level: str
    reason: str = ""


def one_cycle(sheets: Mapping[int, Sheet], wanted: Sequence[Wanted]) -> Cycle:
    """The cycle of all sheets wanted, each once. Raises NotYours, Refusal for none or too many."""
    if not wanted or len(wanted) > MOST:
        raise Refusal("levels.none", f"Hãy chọn mức cho ít nhất một phiếu, nhiều nhất {MOST} phiếu một lần.")
    cycles = {sheet.cycle_id: sheet.cycle for sheet in sheets.values()}
    if len(sheets) != len(wanted) or len(cycles) != 1:
        raise NotYours()
    return next(iter(cycles.values()))


def lowest_first(sheets: Mapping[int, Sheet], wanted: Sequence[Wanted]) -> list[Wanted]:
    """Those that give a place back before those that take one: the lowest level first, then by key."""

    def place(one: Wanted) -> tuple[int, int]:
        member = sheets[one.sheet_id].member
        book = shape_of(member).book
        scheme = scheme_of(book, member, sheets[one.sheet_id].cycle) if isinstance(book, SchemeBook) else None
        codes = [level.code for level in scheme.levels] if scheme else []
        return -codes.index(one.level) if one.level in codes else 0, one.sheet_id

    return sorted(wanted, key=place)


def each(
    wanted: Sequence[Wanted], sheets: Mapping[int, Sheet], step: Callable[[Sheet, Wanted], Done]
) -> list[Done]:
    """Take the step for each. Reasons against it come together by field, with the name.

    Raises Refused; Conflict at once.
    """
    done, problems = [], {}
    for one in wanted:
        name = sheets[one.sheet_id].person.full_name
        try:
            done.append(step(sheets[one.sheet_id], one))
        except Conflict as conflict:
            raise Conflict(f"{name}: {conflict.message}") from None
        except Refusal as refusal:
            problems[f"{refusal.field or 'level'}-{one.sheet_id}"] = f"{name}: {refusal.message}"
    if problems:
        raise Refused(problems)
    return done


def reason_of(text: str, field: str = "reason") -> str:
    """A reason as stored. Raises Refusal for one that is too long."""
    found = clean_lines(text)
    if len(found) > SHORT_TEXT:
        raise Refusal("level.reason", f"Lý do: dài quá {SHORT_TEXT} ký tự. Hãy rút gọn.", field=field)
    return found


def check_level(sheet: Sheet, level: str, reason: str) -> tuple[Scheme, Confirmation]:
    """The scheme of the sheet and its result in force, if the level may be given under it. Raises Refusal."""
    shape = shape_of(sheet.member)
    scheme = scheme_of(shape.book, sheet.member, sheet.cycle) if isinstance(shape.book, SchemeBook) else None
    if scheme is None:
        raise Refusal("level.no_scheme", "Quy định áp dụng cho phiếu này không có việc đề xuất mức trong kỳ.")
    codes = [one.code for one in scheme.levels]
    result = Confirmation.objects.filter(sheet=sheet, replaced_by=None).first()
    if sheet.state != rules.CONFIRMED or result is None or result.band not in codes:
        raise Refusal("level.unrated", "Phiếu chưa có mức theo quy tắc. Hãy xác nhận kết quả của phiếu trước.")
    if level not in codes:
        raise Refusal("level.unknown", "Hãy chọn một mức trong danh sách.", field="level")
    if codes.index(level) < codes.index(result.band):
        raise Refusal(
            "level.above",
            f"Kết quả theo quy tắc là “{shape.label(result.band)}”; không đề xuất mức cao hơn.",
            field="level",
        )
    if level != result.band and not reason:
        raise Refusal("level.reason", "Hãy ghi lý do đề xuất mức thấp hơn kết quả theo quy tắc.", field="reason")
    return scheme, result


def require_unpublished(result: Confirmation) -> None:
    """A level stands once its result is published. Raises Conflict."""
    if published([result.pk]):
        raise Conflict(
            "Kết quả đã được công bố nên mức không đổi được nữa. Nếu sai thì giải quyết qua kiến nghị, "
            "hoặc đề nghị mở lại phiếu để thay kết quả."
        )


def lock_places(cycle_id: int, agencies: Collection[int | None]) -> None:
    """Lock the places of some agencies in key order, before several sheets take theirs one after the other."""
    rows = QuotaPlaces.objects.select_for_update(of=("self",)).filter(cycle=cycle_id)
    list(rows.filter(Q(agency__in=[one for one in agencies if one]) | Q(agency=None)).order_by("pk").values_list("pk"))


def take_place(sheet: Sheet, scheme: Scheme, level: str, reason: str) -> None:
    """Refuse what exceeds the places; the rows stay locked, in key order, until the proposal is written.

    Raises Refusal, Conflict where a hard quota has no place left.
    """
    member = sheet.member
    rows = QuotaPlaces.objects.select_for_update(of=("self",)).filter(
        cycle=sheet.cycle_id, level=level, agency=member.agency_id, rulebook_hash=member.rulebook_hash
    )
    found = [row for row in rows.order_by("pk") if holds(row, member)]
    if not found and any(q.level == level and member.leadership in q.roles for q in scheme.quotas):
        raise Refusal(
            "places.not_frozen", "Số suất của mức này chưa được chốt. Hãy đề nghị cán bộ tổ chức chốt số suất của kỳ."
        )
    for places in found:
        others = taken(places, but=sheet)
        if places.places is None or others < places.places:
            continue
        said = f"{places.label}: đã đề xuất {others}/{places.places} suất ({places.sentence})."
        if places.hard:
            raise Conflict(f"{said} Không còn suất; hãy đề xuất mức khác, hoặc đổi đề xuất của phiếu khác trước.")
        if not reason:
            raise Refusal("level.over", f"{said} Vượt tỷ lệ khuyến nghị thì phải ghi lý do.", field="reason")
