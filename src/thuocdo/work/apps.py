from django.apps import AppConfig


class Config(AppConfig):
    name = "thuocdo.work"
    label = "work"
    default_auto_field = "django.db.models.BigAutoField"
