"""Every page. Each audience has its own subpackage with its own `urls`."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("thuocdo.web.phones.urls")),  # first: a room of phones asks again and again
    path("", include("thuocdo.web.account.urls")),
    path("", include("thuocdo.web.home.urls")),
    path("", include("thuocdo.web.handbook.urls")),
    path("", include("thuocdo.web.rules.urls")),
    path("", include("thuocdo.web.my_month.urls")),
    path("", include("thuocdo.web.my_unit.urls")),
    path("", include("thuocdo.web.paper.urls")),
    path("", include("thuocdo.web.practice.urls")),
    path("", include("thuocdo.web.my_work.urls")),
    path("", include("thuocdo.web.tables.urls")),
    path("", include("thuocdo.web.organisation_office.urls_people")),
    path("", include("thuocdo.web.organisation_office.urls_cycles")),
    path("", include("thuocdo.web.structure.urls")),
    path("", include("thuocdo.web.overlays.urls")),
    path("", include("thuocdo.web.inspection.urls")),
    path("", include("thuocdo.web.difficulties.urls")),
    path("", include("thuocdo.web.inflow.urls")),
    path("", include("thuocdo.web.plans.urls")),
    path("", include("thuocdo.web.catalogues.urls")),
    path("", include("thuocdo.web.calendars.urls")),
    path("", include("thuocdo.web.decisions.urls")),
    path("", include("thuocdo.web.collectives.urls")),
    path("", include("thuocdo.web.results.urls")),
    path("", include("thuocdo.web.opinions.urls")),
    path("", include("thuocdo.web.ballots.urls")),
    path("", include("thuocdo.web.rounds.urls")),
    path("", include("thuocdo.web.reviews.urls")),
    path("", include("thuocdo.web.observations.urls")),
    path("", include("thuocdo.web.conclusions.urls")),
]
