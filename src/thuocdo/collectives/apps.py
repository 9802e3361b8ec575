from django.apps import AppConfig


class Config(AppConfig):
    name = "thuocdo.collectives"
    label = "collectives"
    default_auto_field = "django.db.models.BigAutoField"
