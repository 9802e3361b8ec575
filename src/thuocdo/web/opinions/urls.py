from django.urls import path

from thuocdo.web.opinions import answers, rounds, year

urlpatterns = [
    path("y-kien/", rounds.desk, name="opinions"),
    path("y-kien/lap/", rounds.new, name="opinions_new"),
    path("y-kien/canh-phieu/<int:sheet_id>/", rounds.beside, name="opinions_beside"),
    path("y-kien/lap-nam/", year.new_year, name="opinions_new_year"),
    path("y-kien/tap-the/<int:body_id>/", year.body, name="opinions_body"),
    path("y-kien/tap-the/<int:body_id>/phieu/", year.printed, name="opinions_printed"),
    path("y-kien/van-ban/<int:paper_id>/", year.scan, name="opinions_scan"),
    path("y-kien/ve/<int:subject_id>/", year.about, name="opinions_about"),
    path("y-kien/<int:round_id>/", rounds.prepared, name="opinions_round"),
    path("y-kien/<int:round_id>/tra-loi/", answers.answer, name="opinions_answer"),
]
