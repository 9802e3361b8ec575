from django.urls import path

from thuocdo.web.organisation_office import closing, closing_log, cycles, places, progress, runs, versions

urlpatterns = [
    path("to-chuc/ky/", cycles.cycles, name="cycles"),
    path("to-chuc/ky/mo/", cycles.new, name="cycle_new"),
    path("to-chuc/ky/mo/ra-soat/", cycles.review, name="cycle_review"),
    path("to-chuc/ky/<int:cycle_id>/", progress.overview, name="cycle_progress"),
    path("to-chuc/ky/<int:cycle_id>/nhac/", progress.remind, name="cycle_remind"),
    path("to-chuc/ky/<int:cycle_id>/khoa/", closing.close, name="cycle_close"),
    path("to-chuc/ky/<int:cycle_id>/suat/", places.places, name="cycle_places"),
    path("to-chuc/ky/<int:cycle_id>/ban-quy-tac/", versions.versions, name="cycle_versions"),
    path("to-chuc/ky/<int:cycle_id>/dau-chuoi.json", closing.heads_file, name="cycle_heads"),
    path("to-chuc/ky/<int:cycle_id>/nhat-ky/", closing_log.events, name="cycle_log"),
    path("to-chuc/ky/<int:cycle_id>/chay/<slug:what>/", runs.start, name="run_start"),
    path("to-chuc/ky/luot/<int:run_id>/", runs.run, name="run"),
    path("to-chuc/ky/luot/<int:run_id>/<slug:act>/", runs.move, name="run_move"),
    path("to-chuc/ky/phieu/<int:sheet_id>/<slug:act>/", progress.exception, name="sheet_exception"),
    path("to-chuc/ky/nguoi/<int:member_id>/dua-vao/", progress.admit, name="member_admit"),
]
