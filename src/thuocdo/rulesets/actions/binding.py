"""Recording which rule binds whom."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Model

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.engine.errors import RulebookError
from thuocdo.kernel.errors import Conflict, Refusal
from thuocdo.organisation.access import chain_of, day_of, require_officer, text_from, unit_or_refuse
from thuocdo.organisation.models import Unit
from thuocdo.organisation.queries import ancestors, on_day
from thuocdo.rulesets import catalogue, stored
from thuocdo.rulesets.models import Binding, RegulationText
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
) -> Binding:
    """From `start`, the unit and what is below it rate this kind of people under the rulebook with its
    overlays.

    An empty `rulebook` records that there is none; `reason` then says which rule is missing. The binding
    before
    ends at `start`. Raises NotYours, Refusal (unknown rulebook, kind not covered, not in force), Conflict.
    """
    require_officer(by, [unit_id], at)
    unit = unit_or_refuse(unit_id)
    _check(subject_kind, rulebook, overlays, start)
    _check_regulations(unit, overlays, start)
    Unit.objects.select_for_update().get(pk=unit.pk)
    binding = Binding(
        unit=unit,
        subject_kind=subject_kind,
        rulebook=rulebook,
        overlays=list(overlays),
        start=start,
        decided_by=text_from(decided_by, "Cấp quyết định", most=160, field="decided_by"),
        reason=text_from(reason, "Căn cứ, lý do", most=500, field="reason"),
        recorded_by=by,
    )
    current = Binding.objects.filter(on_day(start), unit=unit, subject_kind=subject_kind).first()
    if current is not None and _same_content(current, binding):
        nothing_changed()
        return current
    written = write_binding(binding)
    record(
        chain=chain_of(unit, day_of(at)),
        code="binding.recorded",
        by=by,
        at=at,
        objects=written,
        data={"rulebook": rulebook, "overlays": list(overlays), "kind": subject_kind},
    )
    return binding


def write_binding(binding: Binding) -> list[Model]:
    """A step of the actions that bind: the binding before ends where this one starts. Returns the rows written.

    Raises Conflict where one already starts then or later.
    """
    same = Binding.objects.filter(unit=binding.unit, subject_kind=binding.subject_kind)
    if same.filter(start__gte=binding.start).exists():
        raise Conflict("Đã có quy định áp dụng từ ngày đó hoặc sau ngày đó. Hãy chọn ngày muộn hơn.")
    written: list[Model] = []
    current = same.filter(on_day(binding.start)).first()
    if current is not None:
        current.end = binding.start
        current.save(update_fields=["end"])
        written.append(current)
    binding.save()
    return [*written, binding]


def _same_content(one: Binding, other: Binding) -> bool:
    fields = ("rulebook", "overlays", "decided_by", "reason")
    return all(getattr(one, f) == getattr(other, f) for f in fields)


def _check(kind: str, rulebook: str, overlays: Sequence[str], start: date) -> None:
    if kind not in KIND_NAMES:
        raise Refusal("binding.kind", "Đối tượng không có trong danh mục. Hãy chọn lại.", field="subject_kind")
    if not rulebook:
        if overlays:
            raise Refusal(
                "binding.overlays", "Quy chế bổ sung cần một bộ quy tắc. Hãy chọn bộ quy tắc trước.", field="rulebook"
            )
        return
    try:
        book = catalogue.load_any(rulebook, overlays)
    except RulebookError as error:
        raise Refusal("binding.rulebook", f"Không dùng được bộ quy tắc: {error}", field="rulebook") from error
    if kind not in catalogue.sheet_kinds(book):
        raise Refusal(
            "binding.covers",
            f"{book.short_title} không áp dụng cho {KIND_NAMES[kind]}. "
            "Hãy chọn bộ quy tắc khác hoặc để trống và ghi rõ còn thiếu quy định nào.",
            field="rulebook",
        )
    if not in_force(book, start):
        raise Refusal(
            "binding.date",
            f"{book.short_title} có hiệu lực từ {book.since:%d/%m/%Y}. "
            "Hãy chọn ngày áp dụng trong thời gian có hiệu lực.",
            field="start",
        )


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
