from django.apps import AppConfig


class Config(AppConfig):
    name = "thuocdo.opinions"
    label = "opinions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from thuocdo.intake.specs import register_listing
        from thuocdo.opinions import todo
        from thuocdo.opinions.listings import ASKED, HEARD
        from thuocdo.opinions.merged_codes import clash
        from thuocdo.organisation import waiting
        from thuocdo.organisation.changes import clashes

        clashes.register(clash)
        waiting.register(todo.SOURCE)
        register_listing(ASKED)
        register_listing(HEARD)
