from django.urls import path

from thuocdo.web.calendars import views

urlpatterns = [
    path("to-chuc/lich/", views.calendars, name="calendars"),
    path("to-chuc/lich/<int:unit_id>/<int:year>/", views.year, name="calendar_year"),
]
