from django.urls import path

from thuocdo.web.opinions import answers, rounds

urlpatterns = [
    path("y-kien/", rounds.desk, name="opinions"),
    path("y-kien/lap/", rounds.new, name="opinions_new"),
    path("y-kien/canh-phieu/<int:sheet_id>/", rounds.beside, name="opinions_beside"),
    path("y-kien/<int:round_id>/", rounds.prepared, name="opinions_round"),
    path("y-kien/<int:round_id>/tra-loi/", answers.answer, name="opinions_answer"),
]
