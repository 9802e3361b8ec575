"""Review reports: the desk of a round, writing one, reading one."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.reviews import actions, queries
from thuocdo.reviews.models import Defect, ReviewReport
from thuocdo.reviews.past import share_of
from thuocdo.reviews.rules import GRADES, Typed
from thuocdo.reviews.shown import read_blocks, total_of, written_blocks
from thuocdo.web.access import needs, now, user_of
from thuocdo.web.attempts import attempt, unknown_act
from thuocdo.web.decisions.typed import number
from thuocdo.web.organisation_office.people_typed import page_number
from thuocdo.web.tables.filters import asked_of, kept

REPORT = {"save", "draft", "final"}
DONE = {
    "save": "Đã lưu bản đang viết.",
    "draft": "Đã gửi dự thảo: người dự họp đọc được từ bây giờ.",
    "final": "Đã ghi bản hoàn chỉnh.",
    "defect": "Đã ghi hạn chế, khuyết điểm.",
    "drop": "Đã bỏ; dòng cũ vẫn còn trong nhật ký.",
}


@needs(Permission.SIGNED_IN)
@require_safe
def desk(request: HttpRequest, party_round_id: int) -> HttpResponse:
    """Reports of a round that the user writes, or (`?xem=read`) those sent that the user may read."""
    asked = asked_of(request, "review-reports")
    which, typed = asked["xem"], asked["tim"]
    found = queries.desk(user_of(request), party_round_id, which, typed, page_number(request.GET), now())
    context = {"found": found, "round": found.round, "typed": typed, "keep": kept(asked)}
    return render(request, "web/reviews/desk.html", context)


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, subject_id: int) -> HttpResponse:
    """Write the report: keep it, send it as a draft, complete it after the meeting; add and drop defects."""
    act = request.POST.get("do", "")
    tried = attempt(request, lambda: _act(request, act, subject_id), DONE.get(act, ""))
    if tried.went:
        return redirect("review_report" if act in ("draft", "final") else "review_write", subject_id)
    found_now = queries.writing(user_of(request), subject_id, now())
    written = found_now.written
    posted = request.POST if tried.refusal and act in REPORT else None
    if posted is not None:
        written = replace(written, typed=_typed(posted), own=frozenset(posted.getlist("own")))
    context = {
        "found": found_now,
        "round": found_now.subject.round,
        "row": found_now.subject,
        "written": written,
        "blocks": written_blocks(found_now, written),
        "share": share_of(found_now.past_said),
        "versions": [(name, _version(posted, name, n)) for name, n in written.versions.items()],
        "grades": GRADES,
        "sources": Defect.Source.choices,
        "typed": request.POST if act == "defect" and tried.refusal else {},
        "years": (found_now.subject.round.year, found_now.subject.round.year - 1),
        **tried.shown,
    }
    return render(request, "web/reviews/write.html", context, status=tried.status)


def _version(posted: QueryDict | None, name: str, stored: int) -> int:
    return number(posted.get(f"version-{name}", "")) if posted is not None else stored


def _act(request: HttpRequest, act: str, subject_id: int) -> None:
    posted = request.POST
    given: dict[str, Any] = {"by": user_of(request), "at": now()}
    if act in REPORT:
        content: dict[str, Any] = {
            "subject_id": subject_id,
            "typed": _typed(posted),
            "own": posted.getlist("own"),
            "layout": posted.get("layout", ""),
            "versions": {name: number(posted.get(f"version-{name}", "")) for name in ("shared", "own")},
        }
        if act == "save":
            actions.keep_review(**content, **given)
        else:
            actions.file_review(stage=ReviewReport.Stage(act), **content, **given)
    elif act == "defect":
        actions.add_defect(
            subject_id=subject_id,
            year=number(posted.get("year", "")),
            text=posted.get("defect", ""),
            cause=posted.get("cause", ""),
            source=posted.get("source", ""),
            **given,
        )
    elif act == "drop":
        actions.drop_defect(defect_id=number(posted.get("which", "")), reason=posted.get("reason", ""), **given)
    else:
        raise unknown_act()


def _typed(posted: QueryDict) -> Typed:
    return Typed(
        _named(posted, "text-"),
        _named(posted, "mark-"),
        posted.get("level", ""),
        _named(posted, "answer-"),
        posted.get("none_before") == "1",
    )


def _named(posted: QueryDict, prefix: str) -> Mapping[str, str]:
    return {name.removeprefix(prefix): posted.get(name, "") for name in posted if name.startswith(prefix)}


@needs(Permission.SIGNED_IN)
@require_safe
def read(request: HttpRequest, subject_id: int) -> HttpResponse:
    """The report in force, or that of `?lan=`; a look at another person's is on record."""
    user, at = user_of(request), now()
    found = queries.reading(user, subject_id, number(request.GET.get("lan", "")), at)
    if found is None:
        none = queries.unfiled(user, subject_id, at)
        if none.writes:
            return redirect("review_write", subject_id)
        return render(request, "web/reviews/none.html", {"row": none.subject, "round": none.subject.round})
    actions.record_review_view(subject_id=subject_id, by=user, at=at)
    context = {
        "found": found,
        "round": found.subject.round,
        "row": found.subject,
        "blocks": read_blocks(found),
        "total": total_of(found),
        "share": share_of(found.content["past"]),
        "grades": GRADES,
        "level": dict(found.layout.levels).get(found.content["level"], ""),
    }
    return render(request, "web/reviews/read.html", context)
