from django.urls import path

from thuocdo.web import unsent
from thuocdo.web.account import mail, views

urlpatterns = [
    path("dang-nhap/", views.sign_in, name="sign_in"),
    path("dang-xuat/", views.sign_out, name="sign_out"),
    path("kich-hoat/<str:token>/", views.activate, name="activate"),
    path("thu-bao/", mail.mail, name="mail"),
    path("thu-bao/xac-nhan/<str:token>/", mail.confirm_mail, name="confirm_mail"),
    path("dang-go/", unsent.keep_typed, name="keep_typed"),
    path("mat-khau/", views.change_password, name="change_password"),
]
