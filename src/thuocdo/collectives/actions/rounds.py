"""Rounds: opened with the units and their pinned rules, the higher ratio, tasks given to a unit, closing."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, record
from thuocdo.collectives import rules
from thuocdo.collectives.access import may_open_round, require_rates, require_rates_in
from thuocdo.collectives.choosing import KINDS, Option, options
from thuocdo.collectives.locking import chain_of, locked, locked_round, next_number, require_state
from thuocdo.collectives.models import UnitRound, UnitSheet, UnitTask
from thuocdo.collectives.standing import bars, standings
from thuocdo.kernel.errors import Conflict, NotYours, Reading, Refusal
from thuocdo.kernel.typed import text_from
from thuocdo.notices.actions import notify
from thuocdo.organisation.models import Unit
from thuocdo.organisation.queries import heads, on_day
from thuocdo.rulesets import catalogue
from thuocdo.rulesets.versions import keep

PERIODS = {UnitRound.Kind.MONTH: 12, UnitRound.Kind.QUARTER: 4, UnitRound.Kind.YEAR: 1}
MOST_UNITS = 500


@action
def open_round(
    *, authority_id: int, kind: str, year: int, number: int, basis: str, submit_by: date | None,
    units: Mapping[int, str], rules_chosen: Mapping[str, str], by: User, at: datetime,
) -> UnitRound:  # fmt: skip
    """Open a round: `units` maps the id of each rated unit to its kind (agency, unit), `rules_chosen` each kind to one
    of `choosing.options`. The rules are pinned with their hash, and the heads of the units are told.

    Raises NotYours, Refusal by field, Conflict where the round is there already.
    """
    on = localdate(at)
    authority = Unit.objects.select_for_update(no_key=True).filter(pk=authority_id).first()
    if authority is None or authority_id not in may_open_round(by, on):
        raise NotYours()
    if PERIODS.get(kind, 0) < number or number < 1 or not 2000 <= year <= 2100:  # type: ignore[call-overload]
        raise Refusal("round.period", "Hãy chọn loại kỳ và số thứ tự của kỳ trong năm cho đúng.", field="number")
    if UnitRound.objects.filter(authority=authority, kind=kind, year=year, number=number).exists():
        raise Conflict("Kỳ này đã được mở. Hãy dùng kỳ đã có trong danh sách.")
    one = UnitRound(authority=authority, kind=kind, year=year, number=number if kind != "year" else 1)
    read = Reading()
    one.basis = read(text_from, basis, "Căn cứ thẩm quyền", "basis", 300, lines=True)
    one.submit_by, one.opened_by, one.opened_at = submit_by, by, at
    chosen = read(_chosen, authority, one, units, rules_chosen, on)
    rated = read(_units, authority, units, on)
    read.done()
    one.save()
    rows = [_sheet(one, unit, kind, chosen[kind]) for unit, kind in rated]
    UnitSheet.objects.bulk_create(rows)
    pins = [{"rulebook": r.rulebook, "overlays": r.overlays, "hash": r.rulebook_hash} for r in rows]
    kept = keep(pins, at)
    told = heads([row.unit_id for row in rows], on)
    notify(
        users=User.objects.filter(person__in=[post.person_id for post in told.values()]),
        kind="unit_round.opened",
        path="/tap-the/",
        at=at,
        text=f"“{authority.name}” mở kỳ đánh giá đơn vị; hãy lập và nộp phiếu của đơn vị."[:300],
    )
    record(
        chain=authority.code, code="unit_round.opened", by=by, at=at, objects=[one, *rows, *kept],
        data={"units": len(rows)},
    )  # fmt: skip
    return one


def _chosen(
    authority: Unit, one: UnitRound, units: Mapping[int, str], typed: Mapping[str, str], on: date
) -> dict[str, Option]:
    found, offered = {}, options(authority, one, on)
    for kind in sorted(set(units.values())):
        if kind not in KINDS:
            raise Refusal("round.kind", "Hãy chọn loại của từng đơn vị trong danh sách.", field="units")
        known = {option.value: option for option in offered[kind]}
        if typed.get(kind, "") not in known:
            name = UnitSheet.SubjectKind(kind).label
            raise Refusal("round.rule", f"Hãy chọn bộ quy tắc áp dụng cho {name}.", field=f"rule_{kind}")
        found[kind] = known[typed[kind]]
    return found


def _units(authority: Unit, units: Mapping[int, str], on: date) -> list[tuple[Unit, str]]:
    if not units or len(units) > MOST_UNITS:
        raise Refusal("round.units", f"Hãy chọn từ 1 đến {MOST_UNITS} đơn vị được đánh giá.", field="units")
    rows = Unit.objects.filter(on_day(on), pk__in=units).exclude(pk=authority.pk).order_by("order", "code")
    if rows.count() != len(units):
        raise Refusal("round.units", "Có đơn vị không còn hoạt động hoặc chính là nơi đánh giá.", field="units")
    return [(unit, units[unit.pk]) for unit in rows]


def _sheet(one: UnitRound, unit: Unit, kind: str, option: Option) -> UnitSheet:
    book = catalogue.load_any(option.rulebook, option.overlays)
    return UnitSheet(
        round=one,
        authority=one.authority,
        unit=unit,
        kind=kind,
        rulebook=option.rulebook,
        overlays=list(option.overlays),
        rulebook_hash=book.hash,
    )


@action
def give_unit_task(
    *, sheet_id: int, title: str, given_by: str, document: str, due: date, by: User, at: datetime
) -> UnitTask:
    """The authority enters a task that its head assigned to the unit. Raises NotYours, Refusal, Conflict."""
    sheet = locked(sheet_id)
    require_rates(sheet, by, localdate(at))
    require_state(sheet, (*rules.WITH_UNIT, rules.SUBMITTED, rules.UNDER_REVIEW), "giao thêm nhiệm vụ")
    task = UnitTask.objects.create(
        sheet=sheet,
        number=next_number(sheet),
        title=text_from(title, "Nhiệm vụ", "title", 300, lines=True),
        given_by=text_from(given_by, "Người giao", "given_by", 160, lines=True),
        document=text_from(document, "Văn bản giao", "document", 160, needed=False, lines=True),
        due=due,
    )
    record(chain=chain_of(sheet), code="unit_task.given", by=by, at=at, objects=[task], data={"sheet": sheet.pk})
    return task


@action
def raise_quota(*, round_id: int, version: int, reason: str, by: User, at: datetime) -> UnitRound:
    """The authority's head applies the higher ratio that the rulebook allows in special cases, with the reason (NĐ
    335/2025 chương II: không quá 25%); an empty reason takes it back. Raises NotYours, Refusal, Conflict."""
    one = _open_round(round_id, version)
    on = localdate(at)
    require_rates_in(one.authority_id, by, on)
    why = text_from(reason, "Lý do áp dụng tỷ lệ cao hơn", "raised_reason", 500, needed=False, lines=True)
    if not any(bar.quota.raised for bar in bars(one, standings(one))):
        raise Refusal("round.raised", "Bộ quy tắc của kỳ này không có tỷ lệ cao hơn cho trường hợp đặc biệt.")
    one.raised_reason = why
    one.version += 1
    one.save()
    record(chain=one.authority.code, code="unit_round.quota_raised", by=by, at=at, objects=[one])
    return one


@action
def close_round(*, round_id: int, version: int, by: User, at: datetime) -> UnitRound:
    """Close a round once every unit is decided and no hard quota is exceeded. Raises NotYours, Refusal, Conflict."""
    one = _open_round(round_id, version)
    require_rates_in(one.authority_id, by, localdate(at))
    found = standings(one)
    waiting = [row.sheet.unit.name for row in found if row.sheet.state != rules.DECIDED]
    if waiting:
        raise Conflict(f"Còn {len(waiting)} đơn vị chưa có quyết định: {_named(waiting)}.")
    for bar in bars(one, found):
        if bar.over and bar.quota.hardness == "hard":
            raise Refusal(
                "round.over",
                f"“{bar.level}”: đã quyết định {bar.taken}, chỉ được {bar.places} ({bar.sentence}). Hãy xem xét lại "
                "quyết định của đơn vị vượt tỷ lệ trước khi khóa kỳ.",
            )
    one.state, one.closed_at = UnitRound.State.CLOSED, at
    one.version += 1
    one.save()
    record(chain=one.authority.code, code="unit_round.closed", by=by, at=at, objects=[one])
    return one


def _open_round(round_id: int, version: int) -> UnitRound:
    one = locked_round(round_id)
    if one.state != UnitRound.State.OPEN:
        raise Conflict("Kỳ này đã khóa.")
    if one.version != version:
        raise Conflict("Kỳ vừa được thay đổi ở nơi khác. Hãy tải lại trang.")
    return one


def _named(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (" và đơn vị khác" if len(names) > 5 else "")
