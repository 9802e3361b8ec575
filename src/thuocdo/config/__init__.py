"""Settings (docs/settings.md), addresses, the WSGI entry."""
