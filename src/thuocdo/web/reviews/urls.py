"""Reviews of a round (under /kiem-diem/)."""

from django.urls import path

from thuocdo.web.reviews import reports

urlpatterns = [
    path("kiem-diem/<int:party_round_id>/", reports.desk, name="reviews"),
    path("kiem-diem/ban/<int:subject_id>/", reports.read, name="review_report"),
    path("kiem-diem/ban/<int:subject_id>/viet/", reports.write, name="review_write"),
]
