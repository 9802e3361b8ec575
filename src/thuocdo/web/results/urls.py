from django.urls import path

from thuocdo.web.results import rollups

urlpatterns = [
    path("ket-qua/", rollups.own, name="results"),
    path("ket-qua/don-vi/", rollups.table, name="rollups"),
    path("ket-qua/nguoi/<int:person_id>/<str:kind>/<int:year>/<int:number>/", rollups.rollup, name="rollup"),
]
