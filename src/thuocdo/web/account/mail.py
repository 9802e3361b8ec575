"""“Thư báo”: where and when a user wants messages, and the one-time link that confirms the address."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from thuocdo.accounts.permissions import Permission
from thuocdo.kernel.errors import Conflict, Refusal
from thuocdo.notices import actions
from thuocdo.notices.models import Mailbox
from thuocdo.notices.queries import last_letter, mailbox_of, mailbox_of_link
from thuocdo.web.access import needs, now, user_of
from thuocdo.web.forms import Problem, by_field, problem_of

_ADDRESS_SET = (
    "Đã ghi địa chỉ. Hãy mở hộp thư và bấm liên kết trong 2 ngày để xác nhận; chưa xác nhận thì chưa gửi thư nào."
)


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def mail(request: HttpRequest) -> HttpResponse:
    """The own address and choice; two small forms on one page."""
    user, problems = user_of(request), list[Problem]()
    if request.method == "POST":
        try:
            if "when" in request.POST:
                actions.choose_letters(by=user, at=now(), when=request.POST["when"])
                messages.success(request, "Đã ghi cách nhận thư.")
            else:
                actions.set_address(by=user, at=now(), address=request.POST.get("address", ""))
                messages.success(request, _ADDRESS_SET)
        except (Refusal, Conflict) as refusal:
            problems = [problem_of(refusal)]
        else:
            return redirect("mail")
    box = mailbox_of(user)
    page: dict[str, Any] = {
        "box": box,
        "letter": last_letter(user),
        "sends": bool(settings.EMAIL_HOST),
        "choices": Mailbox.When.choices,
        "typed": request.POST.get("address", box.address if box else ""),
        "problems": problems,
        "errors": by_field(problems),
    }
    return render(request, "web/account/mail.html", page, status=400 if problems else 200)


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def confirm_mail(request: HttpRequest, token: str) -> HttpResponse:
    """Shown to the owner alone, after signing in; only the button confirms, so a link preview does not."""
    if request.method == "POST":
        actions.confirm_address(by=user_of(request), at=now(), token=token)
        messages.success(request, "Đã xác nhận địa chỉ thư.")
        return redirect("mail")
    box = mailbox_of_link(user_of(request), token)
    return render(request, "web/account/confirm_mail.html", {"box": box})
