"""The year's round (under /dot-xep-loai/)."""

from django.urls import path

from thuocdo.web.rounds import compare, everywhere, planning, subjects, work, year_levels

urlpatterns = [
    path("dot-xep-loai/", planning.desk, name="rounds"),
    path("dot-xep-loai/viec/", everywhere.work, name="round_work_everywhere"),
    path("dot-xep-loai/lap/", planning.new, name="round_new"),
    path("dot-xep-loai/so-sanh/", compare.compare, name="round_compare"),
    path("dot-xep-loai/<int:party_round_id>/", work.order, name="round"),
    path("dot-xep-loai/<int:party_round_id>/ke-hoach/", planning.plan, name="round_plan"),
    path("dot-xep-loai/<int:party_round_id>/ra-lai/", planning.recheck_list, name="round_recheck"),
    path("dot-xep-loai/<int:party_round_id>/muc-nam/", year_levels.listing, name="round_year_levels"),
    path("dot-xep-loai/<int:party_round_id>/viec/", work.work, name="round_work"),
    path("dot-xep-loai/<int:party_round_id>/doi-tuong/", subjects.listing, name="round_subjects"),
    path("dot-xep-loai/<int:party_round_id>/doi-tuong/<int:subject_id>/", subjects.subject, name="round_subject"),
]
