"""Party organisations beside the units, one level at a time, and the people of one cell or committee."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from thuocdo.accounts.permissions import Permission
from thuocdo.kernel.errors import NotYours, Reading, Refusal
from thuocdo.records.models import PartyStanding
from thuocdo.records.party import actions
from thuocdo.records.party.queries import party_page
from thuocdo.web.access import needs, now, today, user_of
from thuocdo.web.decisions.typed import number
from thuocdo.web.forms import by_field
from thuocdo.web.my_unit.dates import parse_day
from thuocdo.web.my_unit.replies import problems_of, status_of
from thuocdo.web.organisation_office.people_typed import ids


@needs(Permission.MANAGE_PEOPLE)
@require_http_methods(["GET", "POST"])
def party(request: HttpRequest) -> HttpResponse:
    """The level below `?goc=`, or the highest organisations of the officer's units; a POST begins, ends or withdraws
    the standing of somebody of the organisation, or writes down the head of its papers."""
    roots = ids(request.GET, "goc")
    root = roots[0] if roots else None
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            words = STEPS.get(request.POST.get("do", ""), _add)(request, root or 0)
        except NotYours:
            raise
        except Refusal as found:
            refusal = found
        else:
            messages.success(request, words)
            return redirect(f"{reverse('party_organisations')}?goc={root}")
    problems = problems_of(refusal) if refusal else []
    shown = party_page(user_of(request), today(), root=root)
    act = request.POST.get("do", "")
    context = {
        "found": shown,
        "kinds": PartyStanding.Kind.choices,
        "typed": request.POST,
        "head": request.POST if act == "letterhead" else vars(shown.here) if shown.here else {},
        "act": act,
        "problems": problems,
        "errors": by_field(problems),
    }
    return render(request, "web/structure/party.html", context, status=status_of(refusal))


def _add(request: HttpRequest, root: int) -> str:
    posted, read = request.POST, Reading()
    start = read(parse_day, posted.get("start", ""), label="Từ ngày", field="start")
    until = posted.get("last", "").strip()
    last = read(parse_day, until, label="Đến hết ngày", field="last") if until else None
    read.done()
    row = actions.record_standing(
        organisation_id=root, person_id=number(posted.get("person", "")), kind=posted.get("kind", ""), start=start,
        last=last, by=user_of(request), at=now(),
    )  # fmt: skip
    return f"Đã ghi tình trạng của {row.person.full_name}: {row.get_kind_display()}."


def _end(request: HttpRequest, root: int) -> str:
    last = parse_day(request.POST.get("ended", ""), label="Ngày cuối", field="ended")
    key = number(request.POST.get("standing", ""))
    row = actions.end_standing(organisation_id=root, standing_id=key, last=last, by=user_of(request), at=now())
    return f"Đã kết thúc tình trạng của {row.person.full_name}: {row.get_kind_display()}."


def _withdraw(request: HttpRequest, root: int) -> str:
    posted = request.POST
    row = actions.withdraw_standing(
        organisation_id=root, standing_id=number(posted.get("mistaken", "")), reason=posted.get("withdraw_reason", ""),
        by=user_of(request), at=now(),
    )  # fmt: skip
    return f"Đã rút lại vì ghi nhầm: {row.person.full_name}, {row.get_kind_display()}. Từ nay không được tính đến nữa."


def _letterhead(request: HttpRequest, root: int) -> str:
    posted = request.POST
    row = actions.write_letterhead(
        organisation_id=root, above=posted.get("paper_above", ""), name=posted.get("paper_name", ""),
        heading=posted.get("heading", ""), by=user_of(request), at=now(),
    )  # fmt: skip
    return f"Đã ghi tiêu đề văn bản của {row.name}. Văn bản đã lập trước đây giữ nguyên."


STEPS = {"end": _end, "withdraw": _withdraw, "letterhead": _letterhead}
