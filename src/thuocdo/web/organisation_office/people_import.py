"""Importing lists as XLSX: choose, upload, look at every problem or change, apply."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from thuocdo.accounts.permissions import Permission
from thuocdo.intake import actions, files, handling, queries
from thuocdo.intake.queries import BatchView
from thuocdo.intake.specs import download_name, spec_of, specs
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.organisation.queries import roots_for_officer
from thuocdo.web.access import needs, now, today, user_of
from thuocdo.web.forms import Problem, by_field, problem_of
from thuocdo.web.organisation_office.people_typed import Part, batch_page, download, page_number, said
from thuocdo.web.tables.choosing import skipped
from thuocdo.web.tables.filters import asked_of
from thuocdo.web.uploads import content_of

LINES = 100


def _office_kind(kind: str) -> str:
    """A kind that is no list of one's own work; those have pages of their own. Raises NotYours."""
    spec = spec_of(kind)
    if spec is not None and spec.personal:
        raise NotYours()
    return kind


def _office_batch(request: HttpRequest, batch_id: int) -> BatchView:
    view = queries.batch_view(user_of(request), batch_id, now())
    _office_kind(view.spec.kind)
    return view


@needs(Permission.MANAGE_PEOPLE)
@require_http_methods(["GET", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """What can be imported, and the latest batches; a POST uploads a file and shows its preview."""
    problems: list[Problem] = []
    if request.method == "POST":
        uploaded = request.FILES.get("file")
        if uploaded is None:
            problems = [Problem("Tệp: chưa chọn. Hãy chọn một tệp .xlsx hoặc .csv rồi bấm Xem trước.", "file")]
        else:
            try:
                batch = handling.upload(
                    by=user_of(request),
                    at=now(),
                    kind=_office_kind(request.POST.get("kind", "")),
                    scope=request.POST.get("scope", ""),
                    file_name=uploaded.name or "",
                    content=content_of(uploaded),
                )
                return redirect("import_batch", batch.pk)
            except NotYours:
                raise
            except Refusal as refusal:
                problems = [problem_of(refusal)]
    roots = roots_for_officer(user_of(request), today())
    return render(request, "web/organisation_office/people/imports.html", {
        "specs": specs(), "roots": roots, "demo_files": files.demo_files(), "problems": problems,
        "errors": by_field(problems), "typed": request.POST or {"kind": request.GET.get("loai", "")},
        "batches": queries.batches_for(user_of(request), [u.code for u in roots]), "month": f"{today():%m/%Y}",
    }, status=400 if problems else 200)


@needs(Permission.MANAGE_PEOPLE)
@require_GET
def batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    """A preview: counts, every problem with its row, column and remedy, or every change."""
    return _batch_page(request, batch_id)


def _batch_page(request: HttpRequest, batch_id: int, refusal: Refusal | None = None) -> HttpResponse:
    view = _office_batch(request, batch_id)
    outcome = request.GET.get("chi", "")
    effects = [e for e in view.effects if e.outcome == outcome] if outcome else view.effects
    number = page_number(request.GET)
    problems = [problem_of(refusal)] if refusal else []
    return batch_page(request, view, {
        "errors": by_field(problems), "view": view,
        "problem_part": Part(view.problems, number, LINES), "outcome": outcome,
        "effect_part": Part(effects, number, LINES), "problems": problems,
    }, refused=refusal is not None)


@needs(Permission.MANAGE_PEOPLE)
@require_POST
def apply(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Applies the chosen rows of a preview, all of them or nothing."""
    _office_batch(request, batch_id)
    try:
        handling.apply(by=user_of(request), at=now(), batch_id=batch_id, skip=skipped(request.POST))
    except NotYours:
        raise
    except Refusal as refusal:
        return _batch_page(request, batch_id, refusal)
    said(request, batch_id, "Đã áp dụng tệp.")
    return redirect("import_batch", batch_id)


@needs(Permission.MANAGE_PEOPLE)
@require_POST
def convert(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Takes the texts converted from an old font as right, and shows what applying would do."""
    _office_batch(request, batch_id)
    handling.confirm(by=user_of(request), at=now(), batch_id=batch_id)
    return redirect("import_batch", batch_id)


@needs(Permission.MANAGE_PEOPLE)
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """A list as XLSX, or what its page shows of it filtered, to be edited and uploaded again; accounts only to be
    read."""
    wanted = request.GET.get
    kind, scope, month = _office_kind(wanted("kind", "")), wanted("scope", ""), wanted("month", "")
    asked = asked_of(request, kind)
    try:
        content = actions.export_list(
            kind=kind, scope=scope, month=month, by=user_of(request), at=now(), asked=asked
        )
    except NotYours:
        raise
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect("imports")
    return download(content, f"{download_name(kind)}-{scope}{'-loc' if any(asked.values()) else ''}.xlsx")


@needs(Permission.MANAGE_PEOPLE)
@require_POST
def drop(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Puts a preview aside."""
    _office_batch(request, batch_id)
    actions.drop_import(by=user_of(request), at=now(), batch_id=batch_id)
    messages.success(request, "Đã bỏ lượt nhập này; không có gì thay đổi.")
    return redirect("imports")


@needs(Permission.MANAGE_PEOPLE)
@require_POST
def undo(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Shows what taking an applied file back would do, as a batch of its own."""
    _office_batch(request, batch_id)
    try:
        made = actions.preview_undo(by=user_of(request), at=now(), batch_id=batch_id)
    except NotYours:
        raise
    except Refusal as refusal:
        return _batch_page(request, batch_id, refusal)
    return redirect("import_batch", made.pk)


@needs(Permission.MANAGE_PEOPLE)
@require_GET
def marked(request: HttpRequest, batch_id: int) -> HttpResponse:
    """The uploaded rows back, with the problem cells coloured and a column that says what to do."""
    found = queries.batch_for(user_of(request), batch_id, now())
    _office_kind(found.kind)
    return download(files.marked_file(found), f"danh-dau-{found.pk}.xlsx")


@needs(Permission.MANAGE_PEOPLE)
@require_GET
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """The empty file of a kind, with a sheet that says what each column holds."""
    spec = spec_of(kind)
    if spec is None:
        raise NotYours()
    return download(files.template_file(spec), f"mau-{download_name(kind)}.xlsx")


@needs(Permission.MANAGE_PEOPLE)
@require_GET
def demo(request: HttpRequest, name: str) -> HttpResponse:
    """One of the demonstration's files."""
    return download(files.demo_file(name), name)
