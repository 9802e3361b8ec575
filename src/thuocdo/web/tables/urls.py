from django.urls import path

from thuocdo.web.tables import views

urlpatterns = [
    path("bang/<int:batch_id>/", views.batch, name="table_batch"),
    path("bang/<int:batch_id>/ap-dung/", views.apply, name="table_apply"),
    path("bang/<int:batch_id>/chuyen-ma/", views.convert, name="table_convert"),
    path("bang/<int:batch_id>/hoan-tac/", views.undo, name="table_undo"),
    path("bang/<int:batch_id>/bo/", views.drop, name="table_drop"),
    path("bang/<slug:kind>/<slug:scope>/", views.table, name="table"),
    path("bang/<slug:kind>/<slug:scope>/tep.xlsx", views.export, name="table_export"),
]
