from django.urls import path

from thuocdo.web.account import views

urlpatterns = [
    path("dang-nhap/", views.sign_in, name="sign_in"),
    path("dang-xuat/", views.sign_out, name="sign_out"),
    path("kich-hoat/<str:token>/", views.activate, name="activate"),
    path("mat-khau/", views.change_password, name="change_password"),
]
