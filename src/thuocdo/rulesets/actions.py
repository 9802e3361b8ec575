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
from thuocdo.organisation.queries import on_day
from thuocdo.rulesets import catalogue
from thuocdo.rulesets.models import Binding
from thuocdo.rulesets.rules import KIND_NAMES, covers, in_force


@action
def bind(
    *, by: User | None, at: datetime, unit_id: int, subject_kind: str, start: date, decided_by: str, reason:
    str,
    rulebook: str = "", overlays: Sequence[str] = (),
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
    Unit.objects.select_for_update().get(pk=unit.pk)
    same = Binding.objects.filter(unit=unit, subject_kind=subject_kind)
    current = same.filter(on_day(start)).first()
    binding = Binding(
        unit=unit, subject_kind=subject_kind, rulebook=rulebook, overlays=list(overlays), start=start,
        decided_by=text_from(decided_by, "Cấp quyết định", most=160, field="decided_by"),
        reason=text_from(reason, "Căn cứ, lý do", most=500, field="reason"), recorded_by=by,
    )
    if current is not None and _same_content(current, binding):
        nothing_changed()
        return current
    if same.filter(start__gte=start).exists():
        raise Conflict("Đã có quy định áp dụng từ ngày đó hoặc sau ngày đó. Hãy chọn ngày muộn hơn.")
    written: list[Model] = []
    if current is not None:
        current.end = start
        current.save(update_fields=["end"])
        written.append(current)
    binding.save()
    record(
        chain=chain_of(unit, day_of(at)),
        code="binding.recorded",
        by=by,
        at=at,
        objects=[*written, binding],
        data={"rulebook": rulebook, "overlays": list(overlays), "kind": subject_kind},
    )
    return binding


def _same_content(one: Binding, other: Binding) -> bool:
    fields = ("rulebook", "overlays", "decided_by", "reason")
    return all(getattr(one, f) == getattr(other, f) for f in fields)


def _check(kind: str, rulebook: str, overlays: Sequence[str], start: date) -> None:
    if kind not in KIND_NAMES:
        raise Refusal(
            "binding.kind", "Đối tượng không có trong danh mục. Hãy chọn lại.", field="subject_kind"
        )
    if not rulebook:
        if overlays:
            raise Refusal("binding.overlays", "Quy chế bổ sung cần một bộ quy tắc. Hãy chọn bộ quy tắc "
                                              "trước.",
                          field="rulebook")
        return
    try:
        book = catalogue.load(rulebook, overlays)
    except RulebookError as error:
        raise Refusal("binding.rulebook", f"Không dùng được bộ quy tắc: {error}", field="rulebook") from error
    if not covers(book, kind):
        raise Refusal(
            "binding.covers",
            f"{book.short_title} không áp dụng cho {KIND_NAMES[kind]}. "
            "Hãy chọn bộ quy tắc khác hoặc để trống và ghi rõ còn thiếu quy định nào.",
            field="rulebook",
        )
    if not in_force(book, start):
        raise Refusal("binding.date", f"{book.short_title} có hiệu lực từ {book.since:%d/%m/%Y}. "
                      "Hãy chọn ngày áp dụng trong thời gian có hiệu lực.", field="start")
