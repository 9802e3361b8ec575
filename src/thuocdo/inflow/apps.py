from django.apps import AppConfig


class Config(AppConfig):
    name = "thuocdo.inflow"
    label = "inflow"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from thuocdo.inflow import todo
        from thuocdo.inflow.imports_inbox import INBOX
        from thuocdo.intake.specs import register
        from thuocdo.organisation import waiting

        waiting.register(todo.SOURCE)
        register(INBOX)
