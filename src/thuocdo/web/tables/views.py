"""Tables of one's own work in Excel: take out, paste or upload, look at every difference, apply."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.intake import actions, handling, queries
from thuocdo.intake.queries import BatchView
from thuocdo.intake.specs import Spec, download_name, listing_of, spec_of
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.web.access import needs, now, user_of
from thuocdo.web.forms import by_field, problem_of
from thuocdo.web.organisation_office.people_typed import Part, batch_page, download, page_number, said
from thuocdo.web.tables.choosing import skipped
from thuocdo.web.tables.filters import asked_of
from thuocdo.web.tables.origins import origin
from thuocdo.web.uploads import content_of

LINES = 100


def _personal(kind: str) -> Spec:
    spec = spec_of(kind)
    if spec is None or not spec.personal:
        raise NotYours()
    return spec


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def table(request: HttpRequest, kind: str, scope: str) -> HttpResponse:
    """Take the list out, paste a block or upload the file; a POST shows the preview."""
    user, spec = user_of(request), _personal(kind)
    where = spec.scope(user, now(), scope)
    refusal = None
    if request.method == "POST":
        try:
            uploaded = request.FILES.get("file")
            if uploaded is not None:
                content = content_of(uploaded)
                batch = handling.upload(
                    by=user, at=now(), kind=kind, scope=scope, file_name=uploaded.name or "", content=content
                )
            else:
                batch = actions.preview_block(
                    by=user, at=now(), kind=kind, scope=scope, text=request.POST.get("block", "")
                )
            return redirect("table_batch", batch.pk)
        except NotYours:
            raise
        except Refusal as found:
            refusal = found
    problems = [problem_of(refusal)] if refusal else []
    context = {
        "spec": spec, "scope": scope, "where": where, "problems": problems, "errors": by_field(problems),
        "pasted": request.POST.get("block", ""), "origin": origin(kind, scope),
    }  # fmt: skip
    return render(request, "web/tables/table.html", context, status=400 if refusal else 200)


@needs(Permission.SIGNED_IN)
@require_safe
def export(request: HttpRequest, kind: str, scope: str) -> HttpResponse:
    """The list as XLSX, or what its page shows of it filtered; one that comes back carries the hidden marks by which it
    is compared."""
    listing = listing_of(kind)
    if listing is None or listing.office:
        _personal(kind)
    asked = asked_of(request, kind)
    content = actions.export_list(by=user_of(request), at=now(), kind=kind, scope=scope, asked=asked)
    return download(content, f"{download_name(kind)}-{scope}{'-loc' if any(asked.values()) else ''}.xlsx")


@needs(Permission.SIGNED_IN)
@require_safe
def batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    """The differences by row."""
    return _page(request, batch_id)


def _own(request: HttpRequest, batch_id: int) -> BatchView:
    view = queries.batch_view(user_of(request), batch_id, now())
    if not view.spec.personal or view.batch.uploaded_by_id != user_of(request).pk:
        raise NotYours()
    return view


def _page(request: HttpRequest, batch_id: int, refusal: Refusal | None = None) -> HttpResponse:
    view = _own(request, batch_id)
    outcome = request.GET.get("chi", "")
    effects = [e for e in view.effects if e.outcome == outcome] if outcome else view.effects
    number = page_number(request.GET)
    problems = [problem_of(refusal)] if refusal else []
    context = {
        "view": view, "problem_part": Part(view.problems, number, LINES), "outcome": outcome, "personal": True,
        "effect_part": Part(effects, number, LINES), "problems": problems, "errors": by_field(problems),
    }  # fmt: skip
    return batch_page(request, view, context, refused=refusal is not None)


@needs(Permission.SIGNED_IN)
@require_POST
def apply(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Writes the chosen rows of a preview."""
    _own(request, batch_id)
    try:
        handling.apply(by=user_of(request), at=now(), batch_id=batch_id, skip=skipped(request.POST))
    except NotYours:
        raise
    except Refusal as refusal:
        return _page(request, batch_id, refusal)
    said(request, batch_id, "Đã ghi các dòng đã chọn.")
    return redirect("table_batch", batch_id)


@needs(Permission.SIGNED_IN)
@require_POST
def convert(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Takes the converted texts as right."""
    _own(request, batch_id)
    handling.confirm(by=user_of(request), at=now(), batch_id=batch_id)
    return redirect("table_batch", batch_id)


@needs(Permission.SIGNED_IN)
@require_POST
def undo(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Shows what taking an applied table back would do; nothing is written before that is applied."""
    _own(request, batch_id)
    try:
        made = actions.preview_undo(by=user_of(request), at=now(), batch_id=batch_id)
    except NotYours:
        raise
    except Refusal as refusal:
        return _page(request, batch_id, refusal)
    return redirect("table_batch", made.pk)


@needs(Permission.SIGNED_IN)
@require_POST
def drop(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Puts a preview aside."""
    view = _own(request, batch_id)
    actions.drop_import(by=user_of(request), at=now(), batch_id=batch_id)
    messages.success(request, "Đã bỏ; không có gì thay đổi.")
    return redirect("table", view.batch.kind, view.batch.scope)
