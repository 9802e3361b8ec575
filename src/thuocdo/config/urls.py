from django.urls import include, path

urlpatterns = [
    path("", include("thuocdo.api.urls")),
    path("", include("thuocdo.web.urls")),
]
handler400 = "thuocdo.web.errors.bad_request"
handler403 = "thuocdo.web.errors.forbidden"
handler404 = "thuocdo.web.errors.not_found"
handler500 = "thuocdo.web.errors.server_error"
