"""Sources (under /to-chuc/nguon-viec/) and the inbox (under /viec-den/)."""

from django.urls import path

from thuocdo.web.inflow import inbox, sources

urlpatterns = [
    path("to-chuc/nguon-viec/", sources.listing, name="sources"),
    path("to-chuc/nguon-viec/lap/", sources.create, name="source_new"),
    path("to-chuc/nguon-viec/<int:source_id>/", sources.show, name="source"),
    path("to-chuc/nguon-viec/<int:source_id>/ma/", sources.token, name="source_token"),
    path("to-chuc/nguon-viec/<int:source_id>/mat-khau/", sources.password, name="source_password"),
    path("to-chuc/nguon-viec/<int:source_id>/ngung/", sources.stop, name="source_stop"),
    path("to-chuc/nguon-viec/<int:source_id>/nhan-lai/", sources.restart, name="source_restart"),
    path("to-chuc/nguon-viec/<int:source_id>/lay-ve/", sources.pull, name="source_pull"),
    path("viec-den/", inbox.overview, name="inboxes"),
    path("viec-den/<int:source_id>/", inbox.show, name="inbox"),
    path("viec-den/<int:source_id>/tep/", inbox.upload, name="source_upload"),
    path("viec-den/tep/<int:file_id>/", inbox.file, name="source_file"),
]
