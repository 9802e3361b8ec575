from django.urls import path

from thuocdo.web.results import bundles, handovers, rollups

urlpatterns = [
    path("ket-qua/", rollups.own, name="results"),
    path("ket-qua/ban-giao/", handovers.desk, name="handovers"),
    path("ket-qua/ban-giao/<int:handover_id>/", handovers.one, name="handover"),
    path("ket-qua/don-vi/", rollups.table, name="rollups"),
    path("ket-qua/ho-so/<int:person_id>/<int:year>/", bundles.bundle, name="bundle"),
    path("ket-qua/nguoi/<int:person_id>/<str:kind>/<int:year>/<int:number>/", rollups.rollup, name="rollup"),
]
