"""Levels as places: the head-count is frozen, and what the agency decided beside the text is kept with its reason."""

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction

from thuocdo.accounts.models import User
from thuocdo.appraisals.level_checks import reason_of
from thuocdo.appraisals.level_counts import counted, key_of, quota_rows, quotas_of
from thuocdo.appraisals.locking import locked_cycle, require_officer
from thuocdo.appraisals.models import LevelDecision, QuotaPlaces
from thuocdo.appraisals.places import WORDS
from thuocdo.appraisals.unit_levels import levels_of_units
from thuocdo.audit.recording import action, record
from thuocdo.cycles.models import Cycle
from thuocdo.engine.schemes.schema import SchemeQuota
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.kernel.exact import exact_vi
from thuocdo.kernel.text import clean
from thuocdo.kernel.typed import parse_points

DECIDED = "Đã có quyết định mức trong kỳ này, nên số suất không chốt lại được nữa."
NAME, SOURCE = 200, 300


@action
def freeze_places(
    *, cycle_id: int, rounding: Mapping[str, str], reason: str = "", by: User, at: datetime
) -> list[QuotaPlaces]:
    """Count the heads and results as they are now and fix the places of each quota; again until a level is decided.

    `rounding` is the agency's choice where the text leaves it open, by `rulebook hash.quota`, with its `reason`.
    Higher lines and figures recorded before (`settle_places`) stay. Raises NotYours, Refusal for an unknown choice or
    one without a reason, Conflict once a level was decided.
    """
    cycle = locked_cycle(cycle_id)
    require_officer(cycle.root_id, by, at)
    words = {key: word for key, word in rounding.items() if word}
    if any(word not in WORDS for word in words.values()):
        raise Refusal("places.rounding", "Hãy chọn một cách làm tròn được nêu.", field="rounding")
    why = reason_of(reason)
    if words and not why:
        raise Refusal("places.reason", "Văn bản không nói làm tròn thế nào: hãy ghi lý do chọn.", field="reason")
    if LevelDecision.objects.filter(sheet__cycle=cycle).exists():
        raise Conflict(DECIDED)
    before = {key_of(row): row for row in QuotaPlaces.objects.select_for_update().filter(cycle=cycle)}
    ruled = quotas_of(cycle, counted(cycle))
    if not ruled:
        raise Refusal("places.none", "Quy định áp dụng của kỳ này không có tỷ lệ nào theo mức, nên không có suất.")
    rows = quota_rows(cycle, ruled, _rounded(cycle, ruled, before, words, why), at)
    for row in rows:
        row.save()
    record(
        chain=cycle.root.code,
        code="level.places_frozen",
        by=by,
        at=at,
        objects=rows,
        data={"cycle": cycle.pk, "scopes": len(rows)},
    )
    return rows


def _rounded(
    cycle: Cycle,
    ruled: Mapping[tuple[str, str, tuple[str, int | None, str]], tuple[SchemeQuota, object]],
    before: Mapping[tuple[object, ...], QuotaPlaces],
    words: Mapping[str, str],
    why: str,
) -> dict[tuple[object, ...], QuotaPlaces]:
    """Rows by key, new ones among them, with the rounding chosen now where the text leaves it open."""
    found: dict[tuple[object, ...], QuotaPlaces] = {}
    for (digest, quota, cell), (rule, _) in ruled.items():
        scope, agency, group = cell
        row = before.get((digest, quota, *cell)) or QuotaPlaces(
            cycle=cycle, rulebook_hash=digest, quota=quota, scope=scope, agency_id=agency, group=group
        )
        word = words.get(f"{digest}.{quota}", "") if rule.rounding == "open" else ""
        row.rounding, row.rounding_reason = word, why if word else ""
        found[digest, quota, *cell] = row
    return found


@action
def settle_places(
    *,
    places_id: int,
    share: str = "",
    share_source: str = "",
    raised_by: str = "",
    raised_reason: str = "",
    by: User,
    at: datetime,
) -> QuotaPlaces:
    """What the authority decided for one scope: the agency's own figure (percent, with its source) where the text
    names one, and that the higher line holds (who decided, why). Counted anew. Raises NotYours, Refusal, Conflict
    where a level was decided and places would be taken back. Where the text raises the line only for an agency of a
    level, that level must be decided.
    """
    key = QuotaPlaces.objects.filter(pk=places_id).values_list("cycle", "agency").first()
    if key is None:
        raise NotYours()
    cycle = locked_cycle(key[0])
    require_officer(cycle.root_id, by, at)
    row = QuotaPlaces.objects.select_for_update(of=("self",)).get(pk=places_id)
    ruled = {cell: found for cell, found in quotas_of(cycle, counted(cycle, [key[1]])).items() if _same(cell, row)}
    rule = next((rule for rule, _ in ruled.values()), None)
    if rule is None:
        raise Refusal("places.gone", "Phạm vi này không còn ai được tính. Hãy chốt lại số suất của kỳ.")
    had = row.places
    _settle(row, rule, share, share_source, raised_by, raised_reason)
    if row.raised_by:
        _require_level(row, rule, cycle)
    quota_rows(cycle, ruled, {key_of(row): row}, at)
    fewer = had is not None and (row.places is None or row.places < had)
    if fewer and LevelDecision.objects.filter(sheet__cycle=cycle).exists():
        raise Conflict(DECIDED)
    row.save()
    record(
        chain=cycle.root.code, code="level.places_settled", by=by, at=at, objects=[row],
        data={"cycle": cycle.pk, "places": row.pk},
    )  # fmt: skip
    return row


def _same(cell: tuple[str, str, tuple[str, int | None, str]], row: QuotaPlaces) -> bool:
    return (cell[0], cell[1], *cell[2]) == key_of(row)


def _settle(row: QuotaPlaces, rule: SchemeQuota, share: str, source: str, raised_by: str, raised_reason: str) -> None:
    if rule.percent_fact is not None:
        row.share, row.share_source = _share(share, _short(source, SOURCE, "Nguồn của tỷ lệ", "share_source"))
    elif share.strip():
        raise Refusal("places.share", "Văn bản đã nêu tỷ lệ bằng số; không ghi tỷ lệ khác.", field="share")
    who, why = _short(raised_by, NAME, "Cấp quyết định", "raised_by"), reason_of(raised_reason, "raised_reason")
    if who and rule.raised is None:
        raise Refusal("places.raised", "Văn bản không có tỷ lệ cao hơn cho mức này.", field="raised_by")
    if bool(who) != bool(why):
        field = "raised_reason" if who else "raised_by"
        raise Refusal("places.raised", "Tỷ lệ cao hơn phải có cả cấp quyết định (số văn bản) và lý do.", field=field)
    row.raised_by, row.raised_reason = who, why


def _require_level(row: QuotaPlaces, rule: SchemeQuota, cycle: Cycle) -> None:
    """Some texts raise the line only for an agency that holds a level itself. Raises Refusal."""
    needed = rule.raised.needs_level if rule.raised is not None else None
    units = [row.agency_id] if row.agency_id is not None else []
    if needed is None or needed in levels_of_units(units, cycle).values():
        return
    assert rule.raised is not None
    raise Refusal(
        "places.raised_level",
        f"{rule.raised.label}. Phần mềm chưa có quyết định xếp loại đơn vị ở mức ấy cho kỳ này: hãy ghi kết quả xếp "
        "loại của đơn vị trước.",
        field="raised_by",
    )


def _share(text: str, source: str) -> tuple[str, str]:
    if not text.strip():
        return "", ""
    try:
        percent = Fraction(parse_points(text, 10000, label="Tỷ lệ"), 100)
    except Refusal as refusal:
        raise Refusal(refusal.code, refusal.message, field="share") from None
    if not source:
        raise Refusal("places.source", "Hãy ghi nguồn của tỷ lệ (văn bản, báo cáo nào).", field="share_source")
    return exact_vi(percent).replace(",", "."), source


def _short(text: str, most: int, label: str, field: str) -> str:
    found = clean(text)
    if len(found) > most:
        raise Refusal("places.text", f"{label}: dài quá {most} ký tự. Hãy rút gọn.", field=field)
    return found
