from django.apps import AppConfig


class Config(AppConfig):
    name = "thuocdo.appraisals"
    label = "appraisals"
    default_auto_field = "django.db.models.BigAutoField"
