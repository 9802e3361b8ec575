"""Planning a round: choosing organisation, day and rules, the preview, opening, deadlines, ending."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.engine.outline_words import VALUES
from thuocdo.kernel.errors import Conflict, NotYours, Reading, Refusal
from thuocdo.rounds import actions, books, closing, queries
from thuocdo.rounds.models import Round, RoundSubject
from thuocdo.rounds.rechecking import recheck
from thuocdo.web.access import needs, now, today, user_of
from thuocdo.web.decisions.typed import day_or_none, number
from thuocdo.web.forms import by_field
from thuocdo.web.my_unit.dates import parse_day
from thuocdo.web.my_unit.replies import problems_of, status_of

CHOSEN = ("parent_overlay", "unit_overlay", "leaderships", "seats")
WORDS = ("organisation", "year", "rating_date", *CHOSEN, "basis", "whom")


@needs(Permission.SIGNED_IN)
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """The rounds that the user has something to do with."""
    return render(request, "web/rounds/desk.html", {"found": queries.desk(user_of(request), now())})


@needs(Permission.MANAGE_CYCLES)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Begin a plan. The overlays offered are those of the rulebook that the typed rating date selects."""
    refusal: Refusal | None = None
    if request.method == "POST" and request.POST.get("do") != "find":
        try:
            made = actions.plan_round(by=user_of(request), at=now(), **_typed(request.POST))
        except NotYours:
            raise
        except Refusal as found:
            refusal = found
        else:
            messages.success(request, "Đã lập kế hoạch. Hãy xem trước ai thuộc đợt rồi mở.")
            return redirect("round_plan", made.pk)
    year = today().year
    typed = _kept(request.POST) if request.method == "POST" else {"year": str(year), "rating_date": f"20/12/{year}"}
    return render(request, "web/rounds/new.html", _form(request, typed, refusal), status=status_of(refusal))


@needs(Permission.MANAGE_CYCLES)
@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, party_round_id: int) -> HttpResponse:
    """One plan: what it would take in, changing it, opening it; of an open round the deadlines, and ending it."""
    user, at, refusal = user_of(request), now(), None
    if request.method == "POST":
        try:
            done = _act(request.POST, party_round_id, request)
        except NotYours:
            raise
        except Refusal as found:
            refusal = found
        else:
            messages.success(request, done)
            return redirect("round" if request.POST.get("do") in ("open", "close") else "round_plan", party_round_id)
    picture = queries.picture(user, party_round_id, 0, at)
    if not picture.officer:
        raise NotYours()
    round_ = picture.round
    dues = {f"due-{node}": f"{date.fromisoformat(day):%d/%m/%Y}" for node, day in round_.deadlines.items()}
    stored = {
        "organisation": str(round_.organisation_id),
        "year": str(round_.year),
        "basis": round_.basis,
        "whom": round_.whom,
        "leaderships": round_.leaderships,
        "seats": round_.seats,
        "rating_date": f"{round_.rating_date:%d/%m/%Y}",
        "parent_overlay": round_.overlays[0] if round_.overlays else "",
        "unit_overlay": round_.overlays[1] if len(round_.overlays) > 1 else "",
        **dues,
    }
    context = _form(request, _kept(request.POST) if refusal else stored, refusal)
    context |= {
        "found": picture,
        "round": round_,
        "planning": round_.state == Round.State.PLAN,
        "preview": queries.preview(user, round_, at)
        if round_.state == Round.State.PLAN and request.GET.get("xem")
        else None,
        "steps": [(node, f"due-{node.id}") for rank in picture.rules.graph.ranks() for node in rank],
        "timings": picture.rules.book.book.timings,
        "labels": books.LABELS,
        "words": WORDS[1:],
        "unready": closing.problems(round_) if round_.state == Round.State.OPEN else (),
    }
    return render(request, "web/rounds/plan.html", context, status=status_of(refusal))


def _act(posted: QueryDict, party_round_id: int, request: HttpRequest) -> str:
    given: dict[str, Any] = {"round_id": party_round_id, "version": number(posted.get("version", ""))}
    given |= {"by": user_of(request), "at": now()}
    act = posted.get("do", "")
    if act == "save":
        typed = _typed(posted)
        del typed["organisation_id"]
        actions.save_plan(**given, **typed)
        return "Đã ghi kế hoạch."
    if act == "open":
        opened = actions.open_round(**given)
        going = opened.state == Round.State.OPENING
        return "Đang lập danh sách; trang cho biết đã đến đâu." if going else "Đã mở đợt."
    if act == "drop":
        actions.drop_plan(**given)
        return "Đã bỏ kế hoạch."
    if act == "close":
        actions.close_round(**given)
        return "Đã kết thúc đợt."
    if act == "resume":
        actions.resume_opening(round_id=party_round_id, by=given["by"], at=given["at"])
        return "Danh sách được lập tiếp từ đợt đã ghi."
    raise Conflict("Không rõ việc cần làm. Hãy tải lại trang rồi bấm lại.")


def _typed(posted: QueryDict) -> dict[str, Any]:
    """Everything of the form, every fault told at once. Raises Several."""
    read = Reading()
    rating = read(parse_day, posted.get("rating_date", ""), label="Ngày xếp loại", field="rating_date")
    year = read(_year, posted.get("year", ""))
    dues = {
        name.removeprefix("due-"): read(day_or_none, posted.get(name, ""), label="Hạn của bước", field=name)
        for name in posted
        if name.startswith("due-")
    }
    read.done()
    overlays = [posted.get(name, "") for name in ("parent_overlay", "unit_overlay")]
    return {
        "organisation_id": number(posted.get("organisation", "")),
        "year": year,
        "rating_date": rating,
        "overlays": [key for key in overlays if key],
        "basis": posted.get("basis", ""),
        "whom": posted.get("whom", ""),
        "leaderships": posted.get("leaderships", ""),
        "seats": posted.get("seats", ""),
        "deadlines": {node: day for node, day in dues.items() if day is not None},
    }


def _year(typed: str) -> int:
    found = number(typed.strip())
    if not 2014 <= found <= 2100:
        raise Refusal("round.year", "Năm: hãy ghi bốn chữ số, từ 2014.", field="year")
    return found


def _kept(posted: QueryDict) -> dict[str, str]:
    return {name: posted.get(name, "") for name in (*WORDS, *(n for n in posted if n.startswith("due-")))}


def _form(request: HttpRequest, typed: Mapping[str, str], refusal: Refusal | None) -> dict[str, Any]:
    problems = problems_of(refusal) if refusal else []
    offered: Sequence[tuple[str, str]] = ()
    rules, why = None, ""
    try:
        rating = parse_day(typed.get("rating_date", ""), label="Ngày xếp loại", field="rating_date")
        rules, offered = books.selected(rating), books.offered(rating)
    except Refusal as found:
        why = found.message
    return {
        "organisations": [(str(one.pk), one) for one in queries.plannable(user_of(request), now())],
        "typed": typed,
        "overlays": offered,
        "leaderships": Round.Leaderships.choices,
        "seats": Round.Seats.choices if rules is not None and books.rates_by_post(rules) else (),
        "rules": rules,
        "why": why,
        "needs_whom": rules is not None and not books.says_whom(rules),
        "problems": problems,
        "errors": by_field(problems),
    }


@needs(Permission.MANAGE_CYCLES)
@require_http_methods(["GET", "POST"])
def recheck_list(request: HttpRequest, party_round_id: int) -> HttpResponse:
    """The list of an open round against the facts of today; those who came are taken in."""
    user, at, refusal = user_of(request), now(), None
    if request.method == "POST":
        try:
            made = actions.take_in(round_id=party_round_id, keys=set(request.POST.getlist("key")), by=user, at=at)
        except NotYours:
            raise
        except Refusal as found:
            refusal = found
        else:
            messages.success(
                request, f"Đã đưa {made} đối tượng vào đợt." if made else "Những dòng này đã có trong đợt."
            )
            return redirect(request.get_full_path())
    organisation, after = number(request.GET.get("tc", "")), number(request.GET.get("tu", "")) or -1
    compared = recheck(user, party_round_id, at, organisation=organisation, after=after)
    problems = problems_of(refusal) if refusal else []
    context = {
        "found": compared,
        "round": compared.round,
        "labels": books.LABELS,
        "standings": dict(RoundSubject.Standing.choices),
        "roles": VALUES,
        "ticked": request.POST.getlist("key"),
        "problems": problems,
        "errors": by_field(problems),
    }
    return render(request, "web/rounds/recheck.html", context, status=status_of(refusal))
