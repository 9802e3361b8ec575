"""Files for the committee's tool and for whoever counts again."""

from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.ballots.lpk1 import tool, verifier
from thuocdo.ballots.phones import queries
from thuocdo.web.access import needs, user_of
from thuocdo.web.phones.answers import as_file, to_keep


@needs(Permission.SIGNED_IN)
@require_safe
def tool_file(request: HttpRequest) -> HttpResponse:
    """The committee's tool, to be opened from disk after its SHA-256 was compared."""
    return as_file(tool.build(), "cong-cu.html", "application/octet-stream")


@needs(Permission.SIGNED_IN)
@require_safe
def verifier_file(request: HttpRequest) -> HttpResponse:
    """The stand-alone verifier."""
    return as_file(Path(verifier.__file__).read_text(encoding="utf-8"), "kiem-phieu.py", "text/x-python")


@needs(Permission.SIGNED_IN)
@require_safe
def ballot_file(request: HttpRequest, ballot_id: int) -> HttpResponse:
    """The frozen ballot for the tool."""
    content = queries.ballot_out(user_of(request), ballot_id)
    return to_keep(content, f"{content['ballot']['id']}-cuoc-bo-phieu.json")


@needs(Permission.SIGNED_IN)
@require_safe
def casts_file(request: HttpRequest, ballot_id: int) -> HttpResponse:
    """All sealed casts for the tool, after closing."""
    return to_keep(queries.casts_out(user_of(request), ballot_id), "cac-phieu.json")


@needs(Permission.SIGNED_IN)
@require_safe
def board_file(request: HttpRequest, ballot_id: int) -> HttpResponse:
    """The board as published, for the verifier and for phones."""
    one, board = queries.board(user_of(request), ballot_id)
    return to_keep(board, f"{one.code}-ket-qua.json")
