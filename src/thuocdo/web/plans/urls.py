from django.urls import path

from thuocdo.web.plans import months, own, recurring, settings, units

urlpatterns = [
    path("ke-hoach/", own.week, name="plan_week"),
    path("ke-hoach/them/", own.add, name="plan_add"),
    path("ke-hoach/ket-qua/", own.report, name="plan_report"),
    path("ke-hoach/lay-viec/", own.take, name="plan_take"),
    path("ke-hoach/lay-khac-phuc/", own.take_remedies, name="plan_take_remedies"),
    path("ke-hoach/bao-cao-dot/", own.answer, name="plan_answer"),
    path("ke-hoach/dan/", own.paste, name="plan_paste"),
    path("ke-hoach/chep/", own.copy, name="plan_copy"),
    path("ke-hoach/viec/<int:item_id>/", own.item, name="plan_item"),
    path("ke-hoach/viec/<int:item_id>/bo/", own.drop, name="plan_drop"),
    path("ke-hoach/thang/", months.own, name="plan_month"),
    path("ke-hoach/nguoi/<int:person_id>/", months.person, name="plan_person"),
    path("ke-hoach/canh-phieu/<int:sheet_id>/", months.beside, name="plan_beside"),
    path("ke-hoach/dinh-ky/", recurring.listed, name="plan_recurring"),
    path("ke-hoach/dinh-ky/tuan/", recurring.for_week, name="plan_recurring_week"),
    path("ke-hoach/dinh-ky/thang/", recurring.for_month, name="plan_recurring_month"),
    path("ke-hoach/dinh-ky/<int:recurring_id>/", recurring.one, name="plan_recurring_one"),
    path("ke-hoach/dinh-ky/<int:recurring_id>/ket-thuc/", recurring.end, name="plan_recurring_end"),
    path("ke-hoach/don-vi/", units.units, name="plan_units"),
    path("ke-hoach/don-vi/<int:unit_id>/", units.unit, name="plan_unit"),
    path("ke-hoach/don-vi/<int:unit_id>/xep-loai/", units.grading, name="plan_grading"),
    path("ke-hoach/don-vi/<int:unit_id>/quy-dinh/", settings.shown, name="plan_settings"),
    path("ke-hoach/don-vi/<int:unit_id>/quy-dinh/yeu-cau/", settings.demand, name="plan_demand"),
    path("ke-hoach/don-vi/<int:unit_id>/quy-dinh/xep-loai/", settings.grading, name="plan_set_grading"),
    path("ke-hoach/don-vi/<int:unit_id>/quy-dinh/dot/", settings.campaign, name="plan_set_campaign"),
    path("ke-hoach/don-vi/<int:unit_id>/quy-dinh/<str:what>/<int:row_id>/", settings.end, name="plan_end"),
]
