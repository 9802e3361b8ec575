"""Every page. Each audience has its own subpackage with its own `urls`."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
