from django.urls import path

from thuocdo.web.my_month import filing, forms_out, views

urlpatterns = [
    path("phieu/", views.own_sheets, name="own_sheets"),
    path("phieu/<int:sheet_id>/", filing.own_sheet_page, name="own_sheet"),
    path("phieu/<int:sheet_id>/luu/", filing.save_sheet, name="save_sheet"),
    path("phieu/<int:sheet_id>/viec/<int:task_id>/", filing.report_task, name="report_task"),
    path("phieu/<int:sheet_id>/xem-lai/", filing.review, name="review_sheet"),
    path("phieu/<int:sheet_id>/bien-nhan/", views.receipt_page, name="receipt"),
    path("phieu/<int:sheet_id>/rut-lai/", filing.withdraw, name="withdraw"),
    path("phieu/<int:sheet_id>/vi-sao/", views.why, name="why"),
    path("phieu/<int:sheet_id>/kien-nghi/", views.petition, name="petition"),
    path("phieu/<int:sheet_id>/mau-01.<str:kind>", forms_out.form_01, name="form_01"),
    path("nam/<int:year>/", views.year, name="year"),
    path("nam/<int:year>/mau-02.<str:kind>", forms_out.form_02, name="form_02"),
    path("xem/nguoi/<int:person_id>/nam/<int:year>/mau-02.<str:kind>", forms_out.form_02_of, name="form_02_of"),
]
