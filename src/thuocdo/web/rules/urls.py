from django.urls import path

from thuocdo.web.rules import views, views_try, views_what_if

urlpatterns = [
    path("quy-tac/", views.rulebooks, name="rulebooks"),
    path("quy-tac/chon/", views.selection, name="rulebook_selection"),
    path("quy-tac/so-sanh/", views.comparison, name="rulebook_comparison"),
    path("quy-tac/tinh-thu/", views_try.tryout, name="rulebook_tryout"),
    path("quy-tac/tinh-thu/tep/", views_try.tryout_file, name="rulebook_tryout_file"),
    path("quy-tac/neu-doi/", views_what_if.what_if_periods, name="rulebook_what_if_periods"),
    path("quy-tac/neu-doi/<int:cycle_id>/", views_what_if.what_if, name="rulebook_what_if"),
    path("quy-tac/ban/<slug:digest>/", views.version, name="rulebook_version"),
    path("quy-tac/tinh-huong/<path:key>/", views.cases, name="rulebook_cases"),
    path("quy-tac/<path:key>/", views.rulebook, name="rulebook"),
]
