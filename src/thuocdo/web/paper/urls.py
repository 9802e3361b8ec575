from django.urls import path

from thuocdo.web.paper import views

urlpatterns = [
    path("nhap-thay/", views.entries, name="paper_entries"),
    path("nhap-thay/<int:sheet_id>/", views.entry, name="paper_entry"),
    path("nhap-thay/<int:sheet_id>/ban-chup/", views.scan, name="paper_scan"),
    path("phieu/<int:sheet_id>/khong-dong-y/", views.objection, name="paper_objection"),
]
