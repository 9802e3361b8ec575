"""Addresses of the JSON door. They need no session: the token is the credential (docs/api.md)."""

import json
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from thuocdo.api.door import bounded, problem
from thuocdo.api.tasks import api


def openapi() -> dict[str, Any]:
    """The OpenAPI 3.1 description."""
    described: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"), default=str))
    return described


@login_not_required
@require_safe
def openapi_json(request: HttpRequest) -> HttpResponse:
    """The description, open to everybody: it holds nothing of this installation."""
    return JsonResponse(openapi(), json_dumps_params={"ensure_ascii": False})


@login_not_required
@csrf_exempt
def elsewhere(request: HttpRequest, rest: str = "") -> HttpResponse:
    """No such address, told in the language of the door."""
    return problem(404, "address", "Không có địa chỉ này. Hãy xem mô tả ở /api/v1/openapi.json.")


def _calls() -> list[Any]:
    made: list[Any] = [one for one in api.urls[0] if getattr(one, "name", "") in ("api_tasks", "api_task")]
    return [
        path(f"api/v1/{one.pattern}", login_not_required(csrf_exempt(bounded(one.callback))), name=one.name)
        for one in made
    ]


urlpatterns = [
    path("api/v1/openapi.json", openapi_json, name="api_description"),
    *_calls(),
    path("api/<path:rest>", elsewhere, name="api_elsewhere"),
]
