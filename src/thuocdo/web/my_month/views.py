"""What the employee reads: the list, how a sheet stands, the receipt, “Vì sao?”, the petition, the year."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.appraisals import actions
from thuocdo.appraisals.clocks import petition_way
from thuocdo.appraisals.explaining import Explanation
from thuocdo.appraisals.queries import explanation, my_sheets, own_sheet, own_years, viewers, year_draft
from thuocdo.appraisals.receipts import receipt
from thuocdo.appraisals.sheets import SheetView
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.organisation.queries import person_of
from thuocdo.rulesets.versions import is_installed
from thuocdo.web.access import needs, now, user_of
from thuocdo.web.forms import Problem, by_field, problems_of
from thuocdo.web.my_month import page
from thuocdo.web.my_month.why import explain
from thuocdo.web.unsent import sent
from thuocdo.web.versions import version_asked


@needs(Permission.OWN_SHEET)
@require_safe
def own_sheets(request: HttpRequest) -> HttpResponse:
    """Every sheet of this person, newest first."""
    sheets = my_sheets(user_of(request))
    return render(request, "web/my_month/list.html", {"sheets": sheets, "years": own_years(sheets)})


def filed_page(request: HttpRequest, view: SheetView) -> HttpResponse:
    """A sheet that is not with its owner: state, who has it, what can be done."""
    filed = receipt(user_of(request), view.sheet.pk) if view.own is not None else None
    context = {
        "sheet": page.card(view),
        "view": view,
        "receipt": filed,
        "can_withdraw": "withdraw" in view.may,
    }
    return render(request, "web/my_month/filed.html", context)


@needs(Permission.OWN_SHEET)
@require_safe
def receipt_page(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """The printable receipt of the last filing."""
    user = user_of(request)
    view = own_sheet(user, sheet_id, now())
    context = {"sheet": page.card(view), "receipt": receipt(user, sheet_id), "paper": view.paper}
    return render(request, "web/my_month/receipt.html", context)


def rule_path(bill: Explanation) -> str:
    """The rulebook reader, opened on the rule and the overlays that were used; as kept where another is installed."""
    if not is_installed(bill.rulebook):
        return reverse("rulebook_version", args=[bill.rulebook.hash])
    query = urlencode([("quy-che", key) for key in bill.rulebook.overlays])
    path = reverse("rulebook", args=[bill.rulebook.key])
    return f"{path}?{query}" if query else path


@needs(Permission.OWN_SHEET)
@require_safe
def why(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """The bill of the owner's result, or of an earlier one (`ban`), line by line; who decided, who looked, how
    to petition."""
    user = user_of(request)
    view = own_sheet(user, sheet_id, now())
    bill = explanation(user, view, version_asked(request))
    context = {
        "sheet": page.card(view),
        "view": view,
        "bill": bill,
        "why": explain(bill),
        "rule_path": rule_path(bill),
        "viewers": viewers(user, view.sheet),
        "petition": view.petitions[-1] if view.petitions else None,
        "may_petition": "petition" in view.may,
        "way": petition_way(view.sheet, localdate(now())),
    }
    return render(request, "web/my_month/why.html", context)


@needs(Permission.OWN_SHEET)
@require_http_methods(["GET", "POST"])
def petition(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """File a petition against the result in force, or follow the one that was filed."""
    user, at = user_of(request), now()
    view = own_sheet(user, sheet_id, at)
    if view.confirmation is None:
        raise NotYours("Phiếu này chưa có kết quả được xác nhận nên chưa gửi kiến nghị được.")
    problems: list[Problem] = []
    text = request.POST.get("text", "")
    if request.method == "POST":
        asked = request.POST.get("confirmation", "")
        try:
            actions.petition(
                by=user,
                at=at,
                confirmation_id=int(asked) if asked.isascii() and asked.isdigit() else 0,
                text=text,
            )
        except Refusal as refusal:
            problems = problems_of(refusal)
        else:
            sent(request)
            return redirect("petition", sheet_id)
    context = {
        "sheet": page.card(view),
        "view": view,
        "bill": explanation(user, view),
        "typed": text,
        "may_petition": "petition" in view.may,
        "way": petition_way(view.sheet, localdate(at)),
        "problems": problems,
        "errors": by_field(problems),
    }
    return render(request, "web/my_month/petition.html", context, status=400 if problems else 200)


@needs(Permission.OWN_SHEET)
@require_safe
def year(request: HttpRequest, year: int) -> HttpResponse:
    """The year's sheet as a draft, with the months that are missing."""
    user = user_of(request)
    person = person_of(user)
    if person is None:
        raise NotYours()
    return render(request, "web/my_month/year.html", {"draft": year_draft(user, person.pk, year, now())})
