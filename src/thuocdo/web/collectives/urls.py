from django.urls import path

from thuocdo.web.collectives import rounds, sheets

urlpatterns = [
    path("tap-the/", rounds.desk, name="collectives"),
    path("tap-the/ky/mo/", rounds.opening, name="unit_round_new"),
    path("tap-the/ky/<int:round_id>/", rounds.table, name="unit_round"),
    path("tap-the/phieu/<int:sheet_id>/", sheets.sheet, name="unit_sheet"),
    path("tap-the/phieu/<int:sheet_id>/luu/", sheets.save, name="save_unit_sheet"),
    path("tap-the/phieu/<int:sheet_id>/vi-sao/", sheets.why, name="unit_why"),
]
