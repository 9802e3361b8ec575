from django.urls import path

from thuocdo.web.inspection import views

urlpatterns = [path("xem/phieu/<int:sheet_id>/", views.look, name="look")]
