from django.urls import path

from thuocdo.web.paper import judgement, views

urlpatterns = [
    path("nhap-thay/", views.entries, name="paper_entries"),
    path("nhap-thay/<int:sheet_id>/", views.entry, name="paper_entry"),
    path("nhap-thay/<int:sheet_id>/ban-chup/", views.scan, name="paper_scan"),
    path("nhap-thay/<int:sheet_id>/nhan-xet/", judgement.entry, name="paper_judgement"),
    path("danh-gia/phieu/<int:sheet_id>/khong-dong-y/", judgement.objection, name="judgement_objection"),
    path("phieu/<int:sheet_id>/khong-dong-y/", views.objection, name="paper_objection"),
]
