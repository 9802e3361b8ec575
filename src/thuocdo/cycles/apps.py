from django.apps import AppConfig


class Config(AppConfig):
    name = "thuocdo.cycles"
    label = "cycles"
    default_auto_field = "django.db.models.BigAutoField"
