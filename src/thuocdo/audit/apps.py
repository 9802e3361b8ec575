from django.apps import AppConfig


class Config(AppConfig):
    name = "thuocdo.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from thuocdo.audit import many_keys

        many_keys.register()
