"""The page that a list in Excel belongs to, for the way back. The scope has been read by then, so its form holds."""

from collections.abc import Callable

from django.urls import reverse


def _month(name: str) -> Callable[[str], str]:
    def link(scope: str) -> str:
        year, month = scope.split("-")
        return f"{reverse(name)}?thang={int(month)}&nam={year}"

    return link


def _one(name: str) -> Callable[[str], str]:
    return lambda scope: reverse(name, args=[int(scope)])


def _grades(scope: str) -> str:
    unit, day = scope.split("-", 1)
    return f"{reverse('plan_grading', args=[int(unit)])}?tuan={day}"


def _inbox(scope: str) -> str:
    source, state = scope.split("-")
    return f"{reverse('inbox', args=[int(source)])}?trang-thai={state}"


ORIGINS: dict[str, tuple[str, Callable[[str], str]]] = {
    "progress": ("Việc của tôi", _month("my_work")),
    "given": ("Giao việc", _month("tasks_month")),
    "week": ("Kế hoạch tuần", lambda scope: f"{reverse('plan_week')}?tuan={scope}"),
    "recurring": ("Việc định kỳ", lambda _: reverse("plan_recurring")),
    "grades": ("Xếp loại tuần", _grades),
    "judgements": ("Bảng phiếu của kỳ", _one("evaluate_table")),
    "marks": ("Bảng phiếu của kỳ", _one("evaluate_table")),
    "levels": ("Đề xuất mức", _one("evaluate_levels")),
    "unit-round": ("Trang của kỳ", _one("unit_round")),
    "unit-tasks": ("Trang của kỳ", _one("unit_round")),
    "unit-report": ("Phiếu của đơn vị", _one("unit_sheet")),
    "inventory": ("Bản rà soát", _one("inventory")),
    "product-proposals": ("Đề xuất bổ sung danh mục", lambda _: reverse("product_proposals")),
    "competences": ("Phân cấp xếp loại", lambda _: reverse("competences")),
    "round-subjects": ("Đối tượng của đợt", _one("round_subjects")),
    "inbox": ("Việc đến", _inbox),
    "sync": ("Cập nhật Cơ sở dữ liệu quốc gia", lambda _: reverse("sync_marks")),
}
"""Kind of list: the words and the address of its page."""


def origin(kind: str, scope: str) -> tuple[str, str]:
    """Words and address of the page that `kind` belongs to."""
    words, address = ORIGINS[kind]
    return words, address(scope)
