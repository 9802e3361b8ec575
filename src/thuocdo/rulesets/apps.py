from django.apps import AppConfig


class Config(AppConfig):
    name = "thuocdo.rulesets"
    label = "rulesets"
    default_auto_field = "django.db.models.BigAutoField"
