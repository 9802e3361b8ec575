"""Reorganisations: begin one, upload or type its lines, look at what it touches, apply it, take it back."""

from collections.abc import Sequence
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from thuocdo.accounts.permissions import Permission
from thuocdo.kernel.errors import NotYours, Reading, Refusal
from thuocdo.kernel.text import clean
from thuocdo.organisation import actions
from thuocdo.organisation.changes.mapping import (
    PLACEMENTS,
    SUCCESSIONS,
    PlacementLine,
    SuccessionLine,
    read_placements,
    read_successions,
)
from thuocdo.organisation.changes.queries import PlanView, lines_of, placements_of, plan_view, plans_of
from thuocdo.organisation.directory import unit_choice
from thuocdo.organisation.models import Employment, Reorganisation, Succession, Unit
from thuocdo.web.access import needs, now, today, user_of
from thuocdo.web.forms import Problem, by_field, problems_of, words_typed
from thuocdo.web.organisation_office.people_typed import Part, day_typed, ids, one_id, page_number
from thuocdo.web.structure.forms import FormState, forms, status_of
from thuocdo.web.units import asked_for
from thuocdo.web.uploads import content_of

MOST_TYPED, PAGE = 200, 50
FORMS = {"dong": "", "bo-tri": "", "chon": "", "chon-don-vi": "", "bo-dong": "", "ap-dung": "", "hoan-tac": "",
         "tep-don-vi": "", "tep-bo-tri": ""}


@needs(Permission.MANAGE_PEOPLE)
@require_http_methods(["GET", "POST"])
def plans(request: HttpRequest) -> HttpResponse:
    """All plans of the officer's units; a POST begins one."""
    problems: list[Problem] = []
    by, posted = user_of(request), request.POST
    if request.method == "POST":
        try:
            return redirect("reorganisation", _begin(request).pk)
        except NotYours:
            raise
        except Refusal as refusal:
            problems = problems_of(refusal)
    return render(request, "web/structure/plans.html", {
        "plans": plans_of(by, now()), "units": unit_choice(by, today(), *asked_for(request, "root")),
        "problems": problems, "errors": by_field(problems), "typed": posted,
    }, status=400 if problems else 200)


def _begin(request: HttpRequest) -> Reorganisation:
    posted, read = request.POST, Reading()
    root = read(one_id, posted, "root", "Phạm vi")
    title = read(words_typed, posted, "title", "Tên phương án")
    decision = read(words_typed, posted, "decision", "Số văn bản")
    decided_on = read(day_typed, posted, "decided_on", "Ngày văn bản")
    start = read(day_typed, posted, "start", "Có hiệu lực từ ngày")
    read.done()
    return actions.begin_reorganisation(
        by=user_of(request), at=now(), root_id=root, title=title, decision=decision, decided_on=decided_on, start=start
    )


@needs(Permission.MANAGE_PEOPLE)
@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, plan_id: int) -> HttpResponse:
    """One plan with its preview; a POST writes its lines, applies it or takes it back."""
    refused: Refusal | None = None
    if request.method == "POST":
        try:
            messages.success(request, _act(request, plan_id))
            return redirect("reorganisation", plan_id)
        except NotYours:
            raise
        except Refusal as refusal:
            refused = refusal
    by, at = user_of(request), now()
    view, shown = plan_view(by, plan_id, at), forms(request.POST, refused, FORMS)
    line, typed = _line_shown(request, view.rows, shown.by_act["dong"])
    return render(request, "web/structure/plan.html", {
        "view": view, "rows": Part(view.rows, page_number(request.GET), PAGE), "problems": shown.problems,
        "errors": by_field(shown.problems), "forms": shown.by_act, "line": line, "line_typed": typed,
        "placements": _placements_shown(view, shown.by_act["bo_tri"]),
        "rules": Reorganisation.MonthRule.choices, "kinds": Unit.Kind.choices,
        "leaderships": Employment.Leadership.choices, "columns": [c.title for c in SUCCESSIONS],
        "placement_columns": [c.title for c in PLACEMENTS],
    }, status=status_of(refused))


def _line_shown(request: HttpRequest, rows: Sequence[Succession], form: FormState) -> tuple[int, QueryDict]:
    """The line in the form (0: a new one) and its fields: as typed, else as stored."""
    if form.open:
        return (ids(form.typed, "line") or [0])[0], form.typed
    asked = (ids(request.GET, "dong") or [0])[0]
    row = next((r for r in rows if r.pk == asked), None)
    if row is None:
        return 0, QueryDict()
    typed = QueryDict(mutable=True)
    typed.update({
        "old": row.old.code, "code": row.code, "name": row.name, "kind": row.kind, "parent": row.parent_code,
        "managed": row.managed_code, "records": "co" if row.records else "",
    })
    return row.pk, typed


def _placements_shown(view: PlanView, form: FormState) -> str | None:
    """What stands in the field of placements: as typed, else as stored; None where there are too many."""
    if form.open:
        return form.typed.get("placements", "")
    if view.placed > MOST_TYPED:
        return None
    words = dict(Employment.Leadership.choices)
    return "\n".join("; ".join(
        (one.person, one.old, one.code, one.position, words.get(one.leadership, ""))).rstrip("; ")
        for one in view.placements)


def _act(request: HttpRequest, plan_id: int) -> str:
    by, at, posted = user_of(request), now(), request.POST
    version, act = one_id(posted, "version", "Phiên bản"), posted.get("viec", "")
    save = partial(actions.save_reorganisation, by=by, at=at, plan_id=plan_id, version=version)
    if act == "ap-dung":
        done = actions.apply_reorganisation(by=by, at=at, plan_id=plan_id, version=version)
        return f"Đã áp dụng “{done.title}”."
    if act == "hoan-tac":
        actions.undo_reorganisation(by=by, at=at, plan_id=plan_id, version=version)
        return "Đã hoàn tác: mọi đơn vị, vị trí và phiếu trở lại như trước khi áp dụng."
    if act == "tep-don-vi":
        save(rows=read_successions(_file(request)))
        return "Đã đọc tệp đơn vị vào phương án."
    if act == "tep-bo-tri":
        save(placements=read_placements(_file(request)))
        return "Đã đọc tệp bố trí vào phương án."
    if act == "dong":
        lines = lines_of(by, plan_id, at)
        changed = (ids(posted, "line") or [0])[0]
        save(rows=[*(lines | {changed if changed in lines else 0: _line(posted)}).values()])
        return "Đã sửa dòng." if changed in lines else "Đã thêm một dòng."
    if act == "bo-dong":
        gone = one_id(posted, "line", "Dòng")
        save(rows=[line for pk, line in lines_of(by, plan_id, at).items() if pk != gone])
        return "Đã bỏ một dòng."
    if act == "chon-don-vi":
        save(placements=placements_of(by, plan_id, at, _units_chosen(posted)))
        return "Đã ghi đơn vị mới."
    if act == "bo-tri":
        save(placements=_placements(posted))
        return "Đã ghi bố trí."
    if act == "chon":
        save(month_rule=posted.get("month_rule", ""), month_reason=posted.get("month_reason", ""))
        return "Đã ghi lựa chọn về phiếu chưa xác nhận."
    raise Refusal("plan.act", "Không rõ việc cần làm. Hãy tải lại trang rồi thử lại.")


def _units_chosen(posted: QueryDict) -> dict[int, str]:
    """Post to the code of the unit chosen for it, from fields named post_<id>; those left open are not there."""
    chosen = {int(name[5:]): clean(posted.get(name, "")) for name in posted
              if name.startswith("post_") and name[5:].isascii() and name[5:].isdigit() and len(name) < 20}
    found = {pk: code for pk, code in chosen.items() if code}
    if not found:
        raise Refusal("placement.none", "Chưa chọn đơn vị mới cho ai. Hãy chọn ít nhất một người.")
    return found


def _file(request: HttpRequest) -> bytes:
    uploaded = request.FILES.get("file")
    if uploaded is None:
        raise Refusal("file.missing", "Tệp: chưa chọn. Hãy chọn một tệp .xlsx hoặc .csv.", field="file")
    return content_of(uploaded)


def _line(posted: QueryDict) -> SuccessionLine:
    text = {name: clean(posted.get(name, "")) for name in ("old", "code", "name", "kind", "parent", "managed")}
    if not text["old"] or not text["code"]:
        raise Refusal("plan.line", "Mã đơn vị cũ và mã đơn vị mới: hãy nhập cả hai.",
                      field="old" if not text["old"] else "code")
    return SuccessionLine(**text, records=posted.get("records") == "co")


def _placements(posted: QueryDict) -> Sequence[PlacementLine]:
    """Lines typed one a line: staff code; old unit; new unit; post; role."""
    words = {label.casefold(): value for value, label in Employment.Leadership.choices}
    found = []
    for number, line in enumerate(posted.get("placements", "").splitlines(), start=1):
        parts = [clean(part) for part in line.split(";")]
        if not any(parts):
            continue
        parts += [""] * (5 - len(parts))
        if not all(parts[:3]) or len(parts) > 5 or (parts[4] and parts[4].casefold() not in words):
            raise Refusal("placement.line", f"Dòng {number}: hãy ghi “mã cán bộ; mã đơn vị cũ; mã đơn vị mới; chức vụ; "
                                            "vai trò”, hai phần cuối có thể để trống.", field="placements")
        found.append(PlacementLine(parts[0].upper(), parts[1], parts[2], parts[3], words.get(parts[4].casefold(), "")))
    return found
