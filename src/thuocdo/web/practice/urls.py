"""Practice mode (under /tap-lam/)."""

from django.urls import path

from thuocdo.web.practice import schemes, views

urlpatterns = [
    path("tap-lam/", views.index, name="practice"),
    path("tap-lam/phieu/", views.sheet, name="practice_sheet"),
    path("tap-lam/phieu/luu/", views.save, name="practice_save"),
    path("tap-lam/phieu/viec/<int:number>/", views.report, name="practice_report"),
    path("tap-lam/phieu/xem-lai/", views.review, name="practice_review"),
    path("tap-lam/phieu/ket-qua/", views.result, name="practice_result"),
    path("tap-lam/danh-gia/", views.table, name="practice_table"),
    path("tap-lam/ky/<str:slug>/", schemes.sheet, name="practice_scheme"),
    path("tap-lam/ky/<str:slug>/luu/", schemes.save, name="practice_scheme_save"),
    path("tap-lam/ky/<str:slug>/xem-lai/", schemes.review, name="practice_scheme_review"),
    path("tap-lam/ky/<str:slug>/ket-qua/", schemes.result, name="practice_scheme_result"),
]
