from django.apps import AppConfig


class Config(AppConfig):
    name = "thuocdo.catalogues"
    label = "catalogues"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from thuocdo.catalogues import todo
        from thuocdo.catalogues.imports import DRAFT
        from thuocdo.intake.specs import register
        from thuocdo.organisation import waiting

        register(DRAFT)
        waiting.register(todo.SOURCE)
