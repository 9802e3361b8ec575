"""Reviews of a round (under /kiem-diem/)."""

from django.urls import path

from thuocdo.web.reviews import after, meetings, papers, reports, scoring

urlpatterns = [
    path("kiem-diem/<int:party_round_id>/", reports.desk, name="reviews"),
    path("kiem-diem/ban/<int:subject_id>/", reports.read, name="review_report"),
    path("kiem-diem/ban/<int:subject_id>/tai/<str:kind>/", papers.report, name="review_report_file"),
    path("kiem-diem/ban/<int:subject_id>/viet/", reports.write, name="review_write"),
    path("kiem-diem/ban/<int:subject_id>/goi-y/", after.prompt, name="review_prompt"),
    path("kiem-diem/ban/<int:subject_id>/khac-phuc/", after.remedies, name="review_remedies"),
    path("kiem-diem/<int:party_round_id>/hoi-nghi/", meetings.call, name="review_meetings"),
    path("kiem-diem/hoi-nghi/<int:review_meeting_id>/", meetings.meeting, name="review_meeting"),
    path("kiem-diem/hoi-nghi/<int:review_meeting_id>/bien-ban.pdf", papers.minutes, name="review_minutes"),
    path("kiem-diem/hoi-nghi/<int:review_meeting_id>/ban-chup/<int:number>/", papers.scan, name="review_scan"),
    path("kiem-diem/<int:party_round_id>/tu-cham/", scoring.overview, name="review_scorings"),
    path("kiem-diem/tu-cham/<int:party_organisation_id>/<int:year>/", scoring.year, name="review_scoring"),
]
