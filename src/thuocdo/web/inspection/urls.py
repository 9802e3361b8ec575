from django.urls import path

from thuocdo.web.inspection import branch, periods, refusals, views

urlpatterns = [
    path("xem/phieu/<int:sheet_id>/", views.look, name="look"),
    path("lanh-dao/", branch.leader, name="branch"),
    path("kiem-tra/", periods.search, name="inspection"),
    path("kiem-tra/tu-choi/", refusals.refused, name="refused_attempts"),
    path("kiem-tra/ky/<int:cycle_id>/<str:kind>/", periods.period, name="inspection_file"),
]
