"""Practice mode (under /tap-lam/)."""

from django.urls import path

from thuocdo.web.practice import views

urlpatterns = [
    path("tap-lam/", views.index, name="practice"),
    path("tap-lam/phieu/", views.sheet, name="practice_sheet"),
    path("tap-lam/phieu/luu/", views.save, name="practice_save"),
    path("tap-lam/phieu/viec/<int:number>/", views.report, name="practice_report"),
    path("tap-lam/phieu/xem-lai/", views.review, name="practice_review"),
    path("tap-lam/phieu/ket-qua/", views.result, name="practice_result"),
    path("tap-lam/danh-gia/", views.table, name="practice_table"),
]
