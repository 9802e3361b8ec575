from django.apps import AppConfig


class Config(AppConfig):
    name = "thuocdo.rulesets"
    label = "rulesets"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from thuocdo.organisation.changes import followers
        from thuocdo.rulesets.reorganised import Bindings

        followers.register(Bindings())
