from django.apps import AppConfig


class Config(AppConfig):
    name = "thuocdo.catalogues"
    label = "catalogues"
    default_auto_field = "django.db.models.BigAutoField"
