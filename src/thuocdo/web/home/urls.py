from django.urls import path

from thuocdo.web.home import history, views

urlpatterns = [
    path("", views.home, name="home"),
    path("thong-bao/da-doc/", views.read_notices, name="read_notices"),
    path("lich-su/", history.history, name="own_history"),
]
