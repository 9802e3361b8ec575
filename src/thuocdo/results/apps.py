from django.apps import AppConfig


class Config(AppConfig):
    name = "thuocdo.results"
    label = "results"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from thuocdo.appraisals import access
        from thuocdo.intake.specs import register, register_listing
        from thuocdo.organisation import waiting
        from thuocdo.results import todo
        from thuocdo.results.imports import SYNCED
        from thuocdo.results.keeping import sent_along
        from thuocdo.results.listings import LISTINGS
        from thuocdo.results.outside.imports import OUTSIDE

        access.register_sent(sent_along)
        waiting.register(todo.SOURCE)
        register_listing(*LISTINGS)
        register(SYNCED)
        register(OUTSIDE)
