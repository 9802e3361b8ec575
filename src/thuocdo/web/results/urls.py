from django.urls import path

from thuocdo.web.results import bundles, following, handovers, outside, papers, rollups

urlpatterns = [
    path("ket-qua/", rollups.own, name="results"),
    path("ket-qua/ban-giao/", handovers.desk, name="handovers"),
    path("ket-qua/ban-giao/<int:handover_id>/", handovers.one, name="handover"),
    path("ket-qua/dong-bo/", following.sync, name="sync_marks"),
    path("ket-qua/don-vi/", rollups.table, name="rollups"),
    path("ket-qua/ho-so/<int:person_id>/<int:year>/", bundles.bundle, name="bundle"),
    path("ket-qua/ho-so/<int:person_id>/<int:year>/giay-to/", papers.papers, name="year_papers"),
    path("ket-qua/ho-so/giay-to/<int:paper_id>/", papers.paper, name="year_paper_file"),
    path("ket-qua/theo-doi/", following.desk, name="follow_ups"),
    path("ket-qua/theo-doi/<int:follow_up_id>/", following.one, name="follow_up"),
    path("ket-qua/ngoai/", outside.desk, name="outside_results"),
    path("ket-qua/ngoai/<int:result_id>/", outside.one, name="outside_result"),
    path("ket-qua/ngoai/<int:result_id>/van-ban/", outside.scan, name="outside_scan"),
    path("ket-qua/nguoi/<int:person_id>/<str:kind>/<int:year>/<int:number>/", rollups.rollup, name="rollup"),
]
