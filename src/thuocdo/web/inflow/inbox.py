"""The inbox: what came, what was not understood and why, conflicts side by side; files looked at and applied."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.inflow import actions, handling, queries
from thuocdo.inflow.choices import STATES
from thuocdo.inflow.deadlines import day_off_notes
from thuocdo.inflow.planning import Decision
from thuocdo.intake.cells import month
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.kernel.text import clean
from thuocdo.web.access import needs, now, user_of
from thuocdo.web.forms import by_field, problem_of
from thuocdo.web.inflow.sources import number
from thuocdo.web.organisation_office.people_typed import Part, ids, page_number
from thuocdo.web.uploads import content_of

LINES = 100
REFRESH_SECONDS = 3
DONE = "Đã áp dụng: dòng hiểu được đã thành việc, dòng chưa hiểu nằm ở việc đến."
LATER = "Đã giao việc; trang này cho biết đã làm được đến đâu. Có thể rời trang."
_ANSWERS = ("person", "product", "coefficient", "title")


@needs(Permission.MANAGE_PEOPLE, Permission.ASSIGN_TASKS)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The sources whose inbox the user handles, with what waits in each."""
    return render(request, "web/inflow/inboxes.html", {"lines": queries.sources_to_handle(user_of(request), now())})


@needs(Permission.MANAGE_PEOPLE, Permission.ASSIGN_TASKS)
@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, source_id: int) -> HttpResponse:
    """One inbox in one state; a POST does to the ticked items what the pressed button says."""
    state = request.GET.get("trang-thai", "waiting")
    refusal = None
    if request.method == "POST":
        try:
            words = _act(request, source_id)
        except NotYours:
            raise
        except Refusal as found:
            refusal = found
        else:
            messages.success(request, words)
            return redirect(f"{reverse('inbox', args=[source_id])}?trang-thai={state}")
    return _page(request, source_id, state, refusal)


def _page(request: HttpRequest, source_id: int, state: str, refusal: Refusal | None) -> HttpResponse:
    found = queries.inbox(user_of(request), source_id, state, page_number(request.GET), now())
    problems = [problem_of(refusal)] if refusal else []
    ticked = set(request.POST.getlist("item"))
    context = {"found": found, "source": found.line.source, "problems": problems, "errors": by_field(problems),
               "typed": request.POST, "ticked": ticked,
               "states": [(s, w, found.line.counts.get(s, 0)) for s, w in STATES]}  # fmt: skip
    status = 200 if refusal is None else 409 if isinstance(refusal, Conflict) else 400
    return render(request, "web/inflow/inbox.html", context, status=status)


def _act(request: HttpRequest, source_id: int) -> str:
    """The one action that the pressed button names; returns the sentence to show."""
    posted, by, at = request.POST, user_of(request), now()
    chosen = ids(posted, "item")
    match posted.get("viec", ""):
        case "lam-ro":
            done = actions.answer_items(
                by=by, at=at, source_id=source_id, item_ids=chosen, answers=_answers(posted),
                remember=posted.get("remember") == "1",
            )  # fmt: skip
        case "bo-qua":
            count = actions.ignore_items(by=by, at=at, source_id=source_id, item_ids=chosen)
            return f"Đã bỏ qua {count} mục."
        case "giu-o-day" | "theo-nguon" as act:
            seen = [(pk, number(posted, f"version-{pk}")) for pk in chosen]
            keep = "ours" if act == "giu-o-day" else "theirs"
            done = actions.resolve_items(by=by, at=at, source_id=source_id, items=seen, keep=keep)
        case _:
            raise Refusal("inbox.act", "Không rõ việc cần làm. Hãy tải lại trang rồi thử lại.")
    counts: dict[str, int] = {}
    for one in done:
        counts[one.outcome] = counts.get(one.outcome, 0) + 1
    refused = next((f" {d.message}" for d in done if d.outcome in ("refused", "conflict")), "")
    return f"Đã xử lý: {queries.counts_in_words(counts)}.{refused}"


def _answers(posted: QueryDict) -> dict[str, str]:
    """What was typed; the month as the protocol writes it. Raises Refusal with the field."""
    found = {name: posted.get(name, "") for name in _ANSWERS}
    if typed := clean(posted.get("month", "")):
        try:
            found["month"] = f"{month(typed, 'Tháng'):%Y-%m}"
        except Refusal as refusal:
            raise Refusal(refusal.code, refusal.message, field="month") from refusal
    return found


@needs(Permission.MANAGE_PEOPLE, Permission.ASSIGN_TASKS)
@require_POST
def upload(request: HttpRequest, source_id: int) -> HttpResponse:
    """Reads a file of the source and goes on to its preview."""
    given = request.FILES.get("file")
    try:
        if given is None:
            raise Refusal("file.none", "Tệp: chưa chọn. Hãy chọn tệp .xlsx hoặc .csv.", field="file")
        row = handling.upload(
            by=user_of(request), at=now(), source_id=source_id, file_name=given.name or "", content=content_of(given),
            whole=request.POST.get("whole") == "1",
        )  # fmt: skip
    except NotYours:
        raise
    except Refusal as refusal:
        return _page(request, source_id, "waiting", refusal)
    return redirect("source_file", row.pk)


@needs(Permission.MANAGE_PEOPLE, Permission.ASSIGN_TASKS)
@require_http_methods(["GET", "POST"])
def file(request: HttpRequest, file_id: int) -> HttpResponse:
    """What each row of a file would do; a POST applies it or puts it aside."""
    refusal = None
    if request.method == "POST":
        by, at = user_of(request), now()
        try:
            if request.POST.get("viec") == "bo":
                row = actions.drop_file(by=by, at=at, file_id=file_id)
                messages.success(request, "Đã bỏ tệp; không có gì thay đổi.")
                return redirect("inbox", row.source_id)
            many = request.POST.get("many_gone") == "1"
            later = handling.apply(by=by, at=at, file_id=file_id, many_gone=many)
            messages.success(request, LATER if later else DONE)
            return redirect("source_file", file_id)
        except NotYours:
            raise
        except Refusal as no:
            refusal = no
    view = queries.file_view(user_of(request), file_id, now())
    wanted = request.GET.get("chi", "")
    lines = [d for d in view.decisions if d.outcome == wanted] if wanted else view.decisions
    problems = [problem_of(refusal)] if refusal else []
    part = Part(lines, page_number(request.GET), LINES)
    found = [(key, words, view.counts[key]) for key, words in queries.OUTCOMES.items() if view.counts.get(key)]
    context = {"view": view, "source": view.source, "problems": problems, "wanted": wanted,
               "part": part, "words": queries.OUTCOMES, "counts": found,
               "days_off": day_off_notes([one for one in part.items if isinstance(one, Decision)])}  # fmt: skip
    response = render(request, "web/inflow/file.html", context, status=400 if refusal else 200)
    if view.working and not view.quiet:
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response
