from django.apps import AppConfig


class Config(AppConfig):
    name = "thuocdo.ballots"
    label = "ballots"
    default_auto_field = "django.db.models.BigAutoField"
