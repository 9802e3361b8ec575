"""One assessment: the chain from the self-rating to the decision, with every rule that was tested."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from thuocdo.accounts.permissions import Permission
from thuocdo.conclusions import actions, opened, places
from thuocdo.conclusions.actions.filing import VERIFIED_TEXTS
from thuocdo.conclusions.delivering import Report
from thuocdo.conclusions.models import Assessment, AssessmentHold
from thuocdo.conclusions.offering import offers
from thuocdo.conclusions.reconsidering import found as reconsidering
from thuocdo.conclusions.sheets import TEXTS
from thuocdo.kernel.errors import NotYours, Reading, Refusal
from thuocdo.web.access import needs, now, today, user_of
from thuocdo.web.decisions.typed import number
from thuocdo.web.forms import by_field
from thuocdo.web.my_month.scheme_rows import own_rows
from thuocdo.web.my_unit.dates import parse_day
from thuocdo.web.my_unit.replies import problems_of, status_of

State = Assessment.State
Key = dict[str, Any]
BLANK: dict[str, Any] = dict.fromkeys((*TEXTS, "paper"), "") | {"fields": {}, "heard": (), "voted": (), "criteria": {}}


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def of_subject(request: HttpRequest, subject_id: int) -> HttpResponse:
    """The assessment of a subject of a round; a POST takes the step that `do` names."""
    return _page(request, {"subject_id": subject_id})


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def of_event(request: HttpRequest, assessment_id: int) -> HttpResponse:
    """An assessment before an event; of a subject of a round, its page there."""
    return _page(request, {"assessment_id": assessment_id})


def _page(request: HttpRequest, key: Key) -> HttpResponse:
    refusal: Refusal | None = None
    if request.method == "POST":
        step = STEPS.get(request.POST.get("do", ""))
        try:
            if step is None:
                raise NotYours()
            words = step(request.POST, key | {"version": number(request.POST.get("version", ""))}, _who(request))
        except NotYours:
            raise
        except Refusal as found:
            refusal = found
        else:
            messages.success(request, words)
            return redirect(request.get_full_path())
    user, at = user_of(request), now()
    view = opened.view(user, at, **key)
    if refusal is None and view.one.pk and not view.may.own and view.one.person_id is not None:
        actions.record_assessment_view(assessment_id=view.one.pk, by=user, at=at)
    return render(request, "web/conclusions/one.html", _context(request, view, refusal), status=status_of(refusal))


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"by": user_of(request), "at": now()}


def _context(request: HttpRequest, view: opened.View, refusal: Refusal | None) -> dict[str, Any]:
    posted = request.POST
    problems = problems_of(refusal) if refusal else []
    errors, one, act = by_field(problems), view.one, posted.get("do", "")
    state = one.state
    running = view.running
    decides = running and view.may.decides and state == State.DECIDE and not (view.newer and view.may.verifies)
    verifies = running and view.may.verifies and state in (State.VERIFY, State.DECIDE) and not decides
    fills = running and view.may.files and state in (State.OWN, State.VERIFY) and not verifies
    own, verified, decided = (BLANK | dict(view.said(part)) for part in (view.own, view.verified, view.decided))
    report = view.form.delivered.report if fills or verifies else None
    if view.own is None and report is not None:
        own = own | dict(report.texts) | {"fields": report.fields}
    own_typed = _under(posted, "fields") if act == "own" else own["fields"]
    start = verified["fields"] or own["fields"]
    judged = _under(posted, "fields") if act == "verify" else start
    return {
        "view": view,
        "one": one,
        "form": view.form,
        "fills": fills,
        "verifies": verifies,
        "decides": decides,
        "running": running,
        "act": act,
        "seen": one.version if one.pk else 0,
        "place": one.subject_id or f"ho-so-{one.pk}",
        "paper_needed": not view.may.own and (one.person_id is not None or view.may.verifies),
        "own_level": view.form.label(view.own.level) if view.own else "",
        "own_chosen": posted.get("level", "") if act == "own" else _own_level(view, report),
        "verify_chosen": posted.get("level", "") if act == "verify" else "",
        "verify_reason": posted.get("reason", "") if act == "verify" else "",
        "typed_group": posted.get("group", "") if act == "verify" else one.group,
        "group_needed": places.group_needed(view.form),
        "bill": {"groups": view.bill, "open_points": view.questions},
        "own_groups": own_rows(view.form.own, own_typed, errors if act == "own" else {}),
        "groups": own_rows(view.form.groups, judged, errors if act == "verify" else {}),
        "levels": list(view.form.levels.items()),
        "offers": offers(view.form, view.outcome, view.full) if decides and view.outcome is not None else (),
        "left_whole": view.left_whole,
        "by_rule": view.form.label((view.outcome.level or view.outcome.band or "") if view.outcome else ""),
        "own": own,
        "verified": verified,
        "decided": decided,
        "unsettled": view.form.delivered.questions,
        "heard": view.form.delivered.opinions if verifies else verified["heard"] if view.inside else (),
        "voted": view.form.delivered.ballots if verifies else verified["voted"] if view.inside else (),
        "report": report,
        "otherwise": opened.otherwise(view) if verifies else (),
        "own_criteria": _under(posted, "criteria") if act == "own" else own["criteria"],
        "verify_criteria": _under(posted, "criteria") if act == "verify" else verified["criteria"],
        "prospects_hint": "Có thể để trống." if one.round_id else "",
        "typed_own": _typed(posted, own, act == "own"),
        "typed_verified": _typed(posted, verified, act == "verify"),
        "typed_decided": _typed(posted, decided if view.decided else _worded(own, verified), act == "decide"),
        "typed": posted,
        "questions": [_question(q, posted) for q in view.questions] if decides else (),
        "chosen": posted.get("level", "") if act == "decide" else one.proposed,
        "label": view.form.label,
        "rule_level": view.form.label(one.rule_level),
        "proposed": view.form.label(one.proposed),
        "level": view.form.label(one.level),
        "history": [(part, view.form.label(part.level), view.form.label(part.rule_level)) for part in view.history],
        "hold_kinds": AssessmentHold.Kind.choices,
        "today": today(),
        "problems": problems,
        "errors": errors,
    }


def _worded(own: Mapping[str, Any], verified: Mapping[str, Any]) -> dict[str, Any]:
    """What a conclusion begins with: the verifier's words, where there are none the subject's."""
    return {**own, **{name: verified[name] or own[name] for name in ("strengths", "defects", "prospects")}}


def _own_level(view: opened.View, report: Report | None) -> str:
    return view.own.level if view.own else report.level if report else ""


def _under(posted: Mapping[str, str], head: str) -> dict[str, str]:
    return {name.partition(".")[2]: posted[name] for name in posted if name.startswith(f"{head}.")}


def _typed(posted: QueryDict, stored: Mapping[str, Any], active: bool) -> Mapping[str, Any]:
    return BLANK | posted.dict() if active else stored


def _question(one: Any, posted: QueryDict) -> dict[str, Any]:
    field = f"decisions.{one.id}"
    chosen = posted.get(f"{field}.reading", "")
    readings = [
        {"id": r.id, "label": r.label_vi, "source": r.source, "gives": r.band_label_vi, "chosen": r.id == chosen}
        for r in one.readings
    ]
    return {
        "field": field,
        "question": one.question_vi,
        "cite": one.cite,
        "chosen": chosen,
        "answered": "",
        "reason_field": f"{field}.reason",
        "reason": posted.get(f"{field}.reason", ""),
        "readings": readings,
    }


def _answers(posted: QueryDict) -> dict[str, Any]:
    return {"fields": _under(posted, "fields"), "criteria": _under(posted, "criteria")}


def _own(posted: QueryDict, key: Key, who: dict[str, Any]) -> str:
    document = _answers(posted) | {n: posted.get(n, "") for n in ("strengths", "defects")}
    given: dict[str, Any] = {name: posted.get(name, "") for name in ("level", "paper")}
    part = actions.file_own(**key, document=document, **given, **who)
    return f"Đã ghi phần {part.assessment.own_words}; chờ thẩm định."


def _verify(posted: QueryDict, key: Key, who: dict[str, Any]) -> str:
    document = _answers(posted) | {n: posted.get(n, "") for n in VERIFIED_TEXTS}
    given: dict[str, Any] = {name: posted.get(name, "") for name in ("level", "reason", "group")}
    actions.verify(**key, document=document, **given, **who)
    return "Đã ghi thẩm định và đề xuất; chờ cấp có thẩm quyền quyết định."


def _decide(posted: QueryDict, key: Key, who: dict[str, Any]) -> str:
    read = Reading()
    on = read(parse_day, posted.get("on", ""), label="Ngày quyết định", field="on")
    read.done()
    points = {name.split(".")[1] for name in posted if name.startswith("decisions.")}
    decisions = {
        point: (posted.get(f"decisions.{point}.reading", ""), posted.get(f"decisions.{point}.reason", ""))
        for point in sorted(points)
    }
    document = {name: posted.get(name, "") for name in ("strengths", "defects", "prospects")}
    given: dict[str, Any] = {name: posted.get(name, "") for name in ("level", "reason", "number", "quota_reason")}
    made = actions.decide(**key, document=document, decisions=decisions, on=on, **given, **who)
    later = "; ".join(reconsidering.begun(made))
    said = f" Đã quyết định theo mức cũ, nay cấp quyết định phải xem lại: {later}." if later else ""
    return f"Đã ghi quyết định.{said}"


def _order(posted: QueryDict, key: Key, who: dict[str, Any]) -> str:
    read = Reading()
    on = read(parse_day, posted.get("order_on", ""), label="Ngày quyết định", field="order_on")
    read.done()
    given: dict[str, Any] = {name: posted.get(f"order_{name}", "") for name in ("body", "number", "reason")}
    actions.order_again(**key, on=on, **given, **who)
    return "Đã ghi yêu cầu xếp loại lại; quyết định cũ còn hiệu lực cho tới khi có quyết định thay thế."


def _drop(posted: QueryDict, key: Key, who: dict[str, Any]) -> str:
    one = {"assessment_id": key.get("assessment_id", 0), "version": key["version"]}
    actions.drop_event(**one, reason=posted.get("drop_reason", ""), **who)
    return "Đã bỏ hồ sơ mở nhầm; những gì đã ghi vẫn được lưu."


def _hold(posted: QueryDict, key: Key, who: dict[str, Any]) -> str:
    actions.begin_hold(**key, kind=posted.get("hold_kind", ""), note=posted.get("hold_note", ""), **who)
    return "Đã ghi việc phải xác minh; chưa quyết định được cho tới khi có kết quả."


def _unhold(posted: QueryDict, key: Key, who: dict[str, Any]) -> str:
    hold = number(posted.get("hold", ""))
    actions.end_hold(hold_id=hold, outcome=posted.get(f"outcome-{hold}", ""), **who)
    return "Đã ghi kết quả xác minh."


def _keep(posted: QueryDict, key: Key, who: dict[str, Any]) -> str:
    row = number(posted.get("row", ""))
    actions.keep_result(reconsideration_id=row, reason=posted.get(f"keep-{row}", ""), **who)
    return "Đã ghi: giữ nguyên kết quả."


STEPS: dict[str, Callable[[QueryDict, Key, dict[str, Any]], str]] = {
    "own": _own,
    "verify": _verify,
    "decide": _decide,
    "order": _order,
    "drop": _drop,
    "hold": _hold,
    "unhold": _unhold,
    "keep": _keep,
}
