from django.urls import path

from thuocdo.web.rules import views

urlpatterns = [
    path("quy-tac/", views.rulebooks, name="rulebooks"),
    path("quy-tac/<path:key>/", views.rulebook, name="rulebook"),
]
