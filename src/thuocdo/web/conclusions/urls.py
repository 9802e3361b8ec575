"""Conclusions (under /ket-luan/) and who decides for whom (/phan-cap/)."""

from django.urls import path

from thuocdo.web.conclusions import competences, events, lists, one, together

urlpatterns = [
    path("ket-luan/", lists.desk, name="assessments"),
    path("ket-luan/dot/<int:party_round_id>/", lists.listing, name="assessments_round"),
    path("ket-luan/dot/<int:party_round_id>/tham-dinh/", together.verify, name="verify_many"),
    path("ket-luan/dot/<int:party_round_id>/quyet-dinh/", together.decide, name="decide_many"),
    path("ket-luan/doi-tuong/<int:subject_id>/", one.of_subject, name="assessment"),
    path("ket-luan/viec/", events.listing, name="assessment_events"),
    path("ket-luan/viec/moi/", events.new, name="assessment_event_new"),
    path("ket-luan/ho-so/<int:assessment_id>/", one.of_event, name="assessment_event"),
    path("phan-cap/", competences.page, name="competences"),
]
