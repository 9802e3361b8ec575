"""A giver's forms: several people on one page, looked over once more, then sent for good."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from thuocdo.accounts.permissions import Permission
from thuocdo.kernel.errors import Refusal
from thuocdo.opinions import actions, queries
from thuocdo.opinions.models import OpinionQuestion
from thuocdo.opinions.rules import NO, OUTSIDE, YES, Refused
from thuocdo.opinions.typed import Form, read_forms
from thuocdo.web.access import needs, now, user_of
from thuocdo.web.forms import Problem, by_field, problem_of
from thuocdo.web.my_unit.replies import status_of

WORDS = {YES: "Đồng ý", NO: "Không đồng ý"}


@dataclass(frozen=True)
class Row:
    """One question as an input: its name, what was typed, and that in words for looking over."""

    name: str
    question: OpinionQuestion
    value: str

    @property
    def words(self) -> str:
        return WORDS.get(self.value, self.value) or "không có ý kiến"


@dataclass(frozen=True)
class Shown:
    """One person's form with what was typed into it."""

    form: Form
    name: str
    rows: tuple[Row, ...]
    outside: bool
    text: str


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, round_id: int) -> HttpResponse:
    """Fill in, look over (`do=review`), send (`do=send`); anything else shows the form again as typed."""
    do, typed = request.POST.get("do", ""), {name: request.POST[name] for name in request.POST}
    if do == "send":
        return _send(request, round_id, typed)
    found = queries.answering(user_of(request), round_id, now())
    if do == "review":
        try:
            read_forms(found.forms, typed)
        except Refused as refusal:
            return _form(request, found, typed, refusal)
        return render(request, "web/opinions/review.html", {"found": found, "shown": _shown(found.forms, typed)})
    return _form(request, found, typed)


def _send(request: HttpRequest, round_id: int, typed: dict[str, str]) -> HttpResponse:
    try:
        actions.answer_round(round_id=round_id, typed=typed, by=user_of(request), at=now())
    except Refused as refusal:
        found = queries.answering(user_of(request), round_id, now())
        return _form(request, found, typed, refusal)
    messages.success(request, "Đã gửi ý kiến. Cảm ơn ông/bà.")
    return redirect("opinions")


def _form(
    request: HttpRequest, found: queries.Answering, typed: dict[str, str], refusal: Refusal | None = None
) -> HttpResponse:
    problems = _problems(refusal)
    context: dict[str, Any] = {
        "found": found,
        "shown": _shown(found.forms, typed),
        "problems": problems,
        "errors": by_field(problems),
    }
    return render(request, "web/opinions/answer.html", context, status=status_of(refusal))


def _problems(refusal: Refusal | None) -> list[Problem]:
    if isinstance(refusal, Refused):
        return [Problem(message, field) for field, message in refusal.problems.items()]
    return [problem_of(refusal)] if refusal else []


def _shown(forms: tuple[Form, ...], typed: dict[str, str]) -> list[Shown]:
    found = []
    for form in forms:
        name = f"f{form.invitation_id}"
        rows = tuple(
            Row(f"{name}.{one.number}", one, typed.get(f"{name}.{one.number}", "").strip()) for one in form.questions
        )
        outside = bool(typed.get(f"{name}.{OUTSIDE}"))
        found.append(Shown(form, name, rows, outside, typed.get(f"{name}.text", "").strip()))
    return found
