from django.apps import AppConfig


class Config(AppConfig):
    name = "thuocdo.difficulties"
    label = "difficulties"
    default_auto_field = "django.db.models.BigAutoField"
