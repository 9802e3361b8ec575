"""Observations on leaders (under /ghi-nhan/)."""

from django.urls import path

from thuocdo.web.observations import views

urlpatterns = [
    path("ghi-nhan/", views.own, name="observations"),
    path("ghi-nhan/<int:person_id>/", views.about, name="observations_about"),
]
