from django.apps import AppConfig


class Config(AppConfig):
    name = "thuocdo.rulesets"
    label = "rulesets"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from thuocdo.intake.specs import register_listing
        from thuocdo.organisation import reach, waiting
        from thuocdo.organisation.changes import followers
        from thuocdo.rulesets import todo
        from thuocdo.rulesets.listings import LISTINGS
        from thuocdo.rulesets.reorganised import Bindings

        followers.register(Bindings())
        reach.register(todo.roots)
        waiting.register(todo.SOURCE)
        register_listing(*LISTINGS)
