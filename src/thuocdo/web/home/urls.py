from django.urls import path

from thuocdo.web.home import views

urlpatterns = [
    path("", views.home, name="home"),
    path("thong-bao/da-doc/", views.read_notices, name="read_notices"),
    path("tro-giup/", views.help_page, name="help"),
]
