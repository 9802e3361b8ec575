from django.urls import path

from thuocdo.web.ballots import counting, meeting, papers, preparing

urlpatterns = [
    path("bo-phieu/", preparing.desk, name="ballots"),
    path("bo-phieu/tin-nhiem/", preparing.confidence_texts, name="confidence_texts"),
    path("bo-phieu/lap/", preparing.new, name="ballot_new"),
    path("bo-phieu/<int:ballot_id>/", meeting.ballot, name="ballot"),
    path("bo-phieu/<int:ballot_id>/noi-dung/", preparing.question, name="ballot_question"),
    path("bo-phieu/<int:ballot_id>/danh-sach/", preparing.people, name="ballot_people"),
    path("bo-phieu/<int:ballot_id>/kiem-phieu/", counting.count, name="ballot_count"),
    path("bo-phieu/<int:ballot_id>/ban-chup/<int:scan_id>/", papers.scan, name="ballot_scan"),
    path("bo-phieu/<int:ballot_id>/du-kien.json", papers.facts, name="ballot_facts"),
    path("bo-phieu/<int:ballot_id>/phieu.pdf", papers.slips, name="ballot_slips"),
    path("bo-phieu/<int:ballot_id>/phieu-kiem.pdf", papers.tally, name="ballot_tally"),
    path("bo-phieu/<int:ballot_id>/bien-ban.pdf", papers.minutes, name="ballot_minutes"),
]
