from django.apps import AppConfig


class Config(AppConfig):
    name = "thuocdo.inflow"
    label = "inflow"
    default_auto_field = "django.db.models.BigAutoField"
