from django.urls import path

from thuocdo.web.decisions import desk, office, papers, reopening

urlpatterns = [
    path("quyet-dinh/", desk.desk, name="decisions"),
    path("quyet-dinh/cong-bo/<int:publication_id>/", desk.published, name="published_list"),
    path("quyet-dinh/ky/<int:cycle_id>/", office.table, name="decisions_cycle"),
    path("quyet-dinh/ky/<int:cycle_id>/<int:unit_id>/", office.unit, name="decisions_unit"),
    path("quyet-dinh/lua-chon/", office.choices, name="decisions_choices"),
    path("quyet-dinh/van-ban/<int:decision_id>/", papers.paper, name="decision"),
    path("quyet-dinh/van-ban/<int:decision_id>/tep/<str:kind>/", papers.file, name="decision_file"),
    path("quyet-dinh/mo-lai/", reopening.reopenings, name="reopenings"),
    path("quyet-dinh/mo-lai/<int:reopening_id>/", reopening.reopening, name="reopening"),
    path("quyet-dinh/mo-lai/<int:reopening_id>/tinh-thu/", reopening.try_out, name="reopening_try"),
    path("kien-nghi/<int:petition_id>/tu-choi/", reopening.pass_on, name="petition_pass_on"),
]
