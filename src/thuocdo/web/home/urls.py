from django.urls import path

from thuocdo.web.home import history, search, views

urlpatterns = [
    path("", views.home, name="home"),
    path("thong-bao/da-doc/", views.read_notices, name="read_notices"),
    path("tim/", search.search, name="search"),
    path("lich-su/", history.history, name="own_history"),
]
