"""Conclusions (under /ket-luan/) and who decides for whom (/phan-cap/)."""

from django.urls import path

from thuocdo.web.conclusions import competences, events, lists, one, papers, together

urlpatterns = [
    path("ket-luan/", lists.desk, name="assessments"),
    path("ket-luan/dot/<int:party_round_id>/", lists.listing, name="assessments_round"),
    path("ket-luan/dot/<int:party_round_id>/tham-dinh/", together.verify, name="verify_many"),
    path("ket-luan/dot/<int:party_round_id>/quyet-dinh/", together.decide, name="decide_many"),
    path("ket-luan/doi-tuong/<int:subject_id>/", one.of_subject, name="assessment"),
    path("ket-luan/viec/", events.listing, name="assessment_events"),
    path("ket-luan/viec/moi/", events.new, name="assessment_event_new"),
    path("ket-luan/ho-so/<int:assessment_id>/", one.of_event, name="assessment_event"),
    path("ket-luan/doi-tuong/<int:subject_id>/gui/", papers.sent, name="assessment_sent"),
    path("ket-luan/gui/<int:file_id>/<str:kind>/", papers.sent_file, name="assessment_sent_file"),
    path("ket-luan/phan/<int:part_id>/van-ban/", papers.paper, name="assessment_paper"),
    path("ket-luan/van-ban/<int:paper_id>/<str:kind>/", papers.paper_file, name="assessment_paper_file"),
    path("phan-cap/", competences.page, name="competences"),
]
