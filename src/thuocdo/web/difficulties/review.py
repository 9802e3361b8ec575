"""The yearly review: difficulties by article with their answers, beside the year's figures; as a file, too."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.difficulties import review as reviews
from thuocdo.difficulties.books import short_title
from thuocdo.difficulties.models import Difficulty
from thuocdo.intake.files import table_file
from thuocdo.web.access import allowed, needs, now, today, user_of
from thuocdo.web.organisation_office.people_typed import download, page_number

_HEADER = (
    "Số",
    "Bộ quy tắc",
    "Điều",
    "Về",
    "Vướng mắc",
    "Đề xuất",
    "Cùng nội dung",
    "Nêu ngày",
    "Nơi đang giữ",
    "Tình trạng",
    "Trả lời",
    "Ngày trả lời",
    "Cách hiểu đã công bố",
    "Áp dụng từ",
)
_WIDTHS = (6, 22, 36, 20, 60, 40, 10, 12, 30, 18, 60, 12, 60, 12)


@needs(Permission.INSPECT, Permission.MANAGE_CYCLES)
@require_safe
def years(request: HttpRequest) -> HttpResponse:
    """To the present year's review."""
    return redirect("difficulty_review", today().year)


@needs(Permission.INSPECT, Permission.MANAGE_CYCLES)
@require_safe
def year(request: HttpRequest, year: int) -> HttpResponse:
    """One year, to be read on the screen and printed for the meeting."""
    found = reviews.review(user_of(request), year, page_number(request.GET), now())
    return render(
        request,
        "web/difficulties/review.html",
        {"review": found, "may_handle": Permission.MANAGE_CYCLES in allowed(request)},
    )


@needs(Permission.INSPECT, Permission.MANAGE_CYCLES)
@require_safe
def year_file(request: HttpRequest, year: int) -> HttpResponse:
    """The year's list as a spreadsheet, without the names of those who raised the difficulties."""
    rows = reviews.listed(user_of(request), year, now())
    content = table_file(f"Vướng mắc {year}", _HEADER, (_cells(row) for row in rows), _WIDTHS)
    return download(content, f"vuong-mac-{year}.xlsx")


def _cells(row: Difficulty) -> list[str]:
    reading = next((r for r in row.readings.all() if r.ended_at is None), None)
    return [
        str(row.pk),
        short_title(row.rulebook),
        row.article_words,
        row.get_about_display(),
        row.text,
        row.proposal,
        str(row.duplicates + 1),  # type: ignore[attr-defined]
        f"{timezone.localtime(row.raised_at):%d/%m/%Y}",
        row.holder.name,
        row.get_state_display(),
        row.answer,
        f"{timezone.localtime(row.answered_at):%d/%m/%Y}" if row.answered_at else "",
        reading.text if reading else "",
        f"{reading.start:%d/%m/%Y}" if reading else "",
    ]
