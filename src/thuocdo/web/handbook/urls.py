"""The handbook (under /tro-giup/)."""

from django.urls import path

from thuocdo.web.handbook import views

urlpatterns = [
    path("tro-giup/", views.index, name="help"),
    path("tro-giup/<slug:slug>/", views.topic, name="help_topic"),
]
