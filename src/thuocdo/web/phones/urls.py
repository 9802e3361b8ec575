from django.urls import path

from thuocdo.web.phones import committee, files, voters

ONE = "bo-phieu/dien-thoai/<int:ballot_id>/"
urlpatterns = [
    path("bo-phieu/tep/cong-cu/", files.tool_file, name="phone_tool"),
    path("bo-phieu/tep/kiem-phieu/", files.verifier_file, name="phone_verifier"),
    path(ONE, committee.committee, name="phone_committee"),
    path(f"{ONE}cau-noi/", committee.bridge, name="phone_bridge"),
    path(f"{ONE}yeu-cau/", committee.requests, name="phone_requests"),
    path(f"{ONE}chu-ky/", committee.signatures, name="phone_signatures"),
    path(f"{ONE}cuoc-bo-phieu/", files.ballot_file, name="phone_ballot"),
    path(f"{ONE}cac-phieu/", files.casts_file, name="phone_casts"),
    path(f"{ONE}phieu/", voters.slip, name="phone_slip"),
    path(f"{ONE}phieu-cua-toi/", voters.my_token, name="phone_my_token"),
    path(f"{ONE}xin-phieu/", voters.ask, name="phone_ask"),
    path(f"{ONE}ket-qua/", voters.board, name="phone_board"),
    path(f"{ONE}ket-qua/tep/", files.board_file, name="phone_board_file"),
]
