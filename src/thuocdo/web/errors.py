"""The pages for refusals and failures: plain words, what to do, nothing lost."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "web/refusal.html", {"title": "Không có quyền"}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "web/refusal.html", {"title": "Không tìm thấy"}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    return render(request, "web/refusal.html", {"title": "Lỗi hệ thống"}, status=500)
