"""Recording which rule binds whom."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Model

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.engine.errors import RulebookError
from thuocdo.kernel.errors import Conflict, Refusal
from thuocdo.kernel.typed import text_from
from thuocdo.organisation.access import chain_of, day_of, require_officer, unit_or_refuse
from thuocdo.organisation.models import Unit
from thuocdo.organisation.queries import ancestors, on_day
from thuocdo.rulesets import catalogue, stored
from thuocdo.rulesets.catalogue import Spans
from thuocdo.rulesets.models import Binding, RegulationText
from thuocdo.rulesets.periods import EVERY, as_stored, spans_of, words
from thuocdo.rulesets.rules import KIND_NAMES, in_force


@action
def bind(
    *,
    by: User | None,
    at: datetime,
    unit_id: int,
    subject_kind: str,
    start: date,
    decided_by: str,
    reason: str,
    rulebook: str = "",
    overlays: Sequence[str] = (),
    periods: str = "",
) -> Binding:
    """From `start`, the unit and what is below it rate this kind of people under the rulebook with its
    overlays.

    `periods` narrows it to months and quarters ("parts") or the year ("year"); empty: all for which the rulebook has
    sheets. An empty `rulebook` records that there is none; `reason` then says which rule is missing. What was bound
    before for the same kinds of period ends at `start`; for the others it goes on. Raises NotYours, Refusal (unknown
    rulebook, kind or period not covered, not in force), Conflict.
    """
    require_officer(by, [unit_id], at)
    unit = unit_or_refuse(unit_id)
    spans = _check(subject_kind, rulebook, overlays, start, periods)
    _check_regulations(unit, overlays, start)
    Unit.objects.select_for_update().get(pk=unit.pk)
    binding = Binding(
        unit=unit,
        subject_kind=subject_kind,
        rulebook=rulebook,
        overlays=list(overlays),
        periods=as_stored(spans),
        start=start,
        decided_by=text_from(decided_by, "Cấp quyết định", most=160, field="decided_by"),
        reason=text_from(reason, "Căn cứ, lý do", most=500, field="reason"),
        recorded_by=by,
    )
    for current in Binding.objects.filter(on_day(start), unit=unit, subject_kind=subject_kind).order_by("pk"):
        if spans <= spans_of(current) and _same_content(current, binding):
            nothing_changed()
            return current
    written = write_binding(binding)
    record(
        chain=chain_of(unit, day_of(at)),
        code="binding.recorded",
        by=by,
        at=at,
        objects=written,
        data={"rulebook": rulebook, "overlays": list(overlays), "kind": subject_kind, "periods": binding.periods},
    )
    return binding


def write_binding(binding: Binding) -> list[Model]:
    """A step of the actions that bind: what was bound for these kinds of period ends where this starts, and goes on
    for the others. Returns the rows written.

    Raises Conflict where one for a kind of period of this one already starts then or later.
    """
    Unit.objects.select_for_update().get(pk=binding.unit_id)
    spans = spans_of(binding)
    same = Binding.objects.filter(unit=binding.unit, subject_kind=binding.subject_kind).order_by("start", "pk")
    if any(spans & spans_of(later) for later in same.filter(start__gte=binding.start)):
        raise Conflict("Đã có quy định áp dụng từ ngày đó hoặc sau ngày đó. Hãy chọn ngày muộn hơn.")
    written: list[Model] = []
    for before in same.filter(on_day(binding.start)):
        held = spans_of(before)
        if held & spans:
            rest = _rest(before, held - spans, binding) if held - spans else None
            before.end = binding.start
            before.save(update_fields=["end"])
            written.append(before)
            if rest is not None:
                rest.save()
                written.append(rest)
    binding.save()
    return [*written, binding]


def _rest(before: Binding, spans: Spans, binding: Binding) -> Binding:
    """What goes on of a binding of several kinds of period when another one takes over only some of them."""
    return Binding(
        unit=before.unit,
        subject_kind=before.subject_kind,
        rulebook=before.rulebook,
        overlays=before.overlays,
        periods=as_stored(spans),
        start=binding.start,
        end=before.end,
        decided_by=before.decided_by,
        reason=before.reason,
        recorded_by=binding.recorded_by,
    )


def _same_content(one: Binding, other: Binding) -> bool:
    fields = ("rulebook", "overlays", "decided_by", "reason")
    return all(getattr(one, f) == getattr(other, f) for f in fields)


def _check(kind: str, rulebook: str, overlays: Sequence[str], start: date, periods: str) -> Spans:
    """The kinds of period that the binding holds for."""
    wanted = frozenset({periods}) if periods else EVERY
    if not wanted <= EVERY:
        raise Refusal("binding.periods", "Loại kỳ không có trong danh mục. Hãy chọn lại.", field="periods")
    if kind not in KIND_NAMES:
        raise Refusal("binding.kind", "Đối tượng không có trong danh mục. Hãy chọn lại.", field="subject_kind")
    if not rulebook:
        if overlays:
            raise Refusal(
                "binding.overlays", "Quy chế bổ sung cần một bộ quy tắc. Hãy chọn bộ quy tắc trước.", field="rulebook"
            )
        return wanted
    for key in overlays:
        if key in catalogue.overlays() and catalogue.parent_of(key) != rulebook:
            raise Refusal(
                "binding.overlays",
                f"Quy chế bổ sung “{_title_of(key)}” không phải của bộ quy tắc đã chọn. Hãy bỏ dấu quy chế này, hoặc "
                "chọn bộ quy tắc mà nó bổ sung (ghi trong ngoặc sau tên).",
                field="rulebook",
            )
    try:
        book = catalogue.load_any(rulebook, overlays)
    except RulebookError as error:
        raise Refusal("binding.rulebook", f"Không dùng được bộ quy tắc: {error}", field="rulebook") from error
    spans = catalogue.sheet_spans(book)
    if kind not in spans:
        raise Refusal(
            "binding.covers",
            f"{book.short_title} không áp dụng cho {KIND_NAMES[kind]}. "
            "Hãy chọn bộ quy tắc khác hoặc để trống và ghi rõ còn thiếu quy định nào.",
            field="rulebook",
        )
    if not in_force(book, start):
        raise Refusal(
            "binding.date",
            f"{book.short_title} {catalogue.force_words(book)}. Hãy chọn ngày áp dụng trong thời gian đó.",
            field="start",
        )
    if not wanted & spans[kind]:
        raise Refusal(
            "binding.periods",
            f"{book.short_title} chỉ có phiếu kỳ {words(spans[kind])} cho {KIND_NAMES[kind]}. "
            "Hãy chọn lại loại kỳ hoặc bộ quy tắc.",
            field="periods",
        )
    return wanted & spans[kind]


def _title_of(key: str) -> str:
    return next((title for pairs in catalogue.fitting().values() for one, title in pairs if one == key), key[:80])


def _check_regulations(unit: Unit, overlays: Sequence[str], start: date) -> None:
    """Regulations of the database bind only the unit that issued them and what is below it; drafts bind nobody."""
    keys = [key for key in overlays if stored.is_stored(key)]
    if not keys:
        return
    path = [u.pk for u in ancestors(unit, start)]
    rows = RegulationText.objects.filter(key__in=keys, regulation__unit_id__in=path, start__lte=start)
    if rows.count() != len(set(keys)):
        raise Refusal(
            "binding.overlays",
            "Chỉ ghi được quy chế đã phê duyệt, đã có hiệu lực, của chính đơn vị này hoặc của cấp trên. Hãy chọn lại.",
            field="rulebook",
        )
