from django.apps import AppConfig


class Config(AppConfig):
    name = "thuocdo.rounds"
    label = "rounds"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from thuocdo.intake.specs import register
        from thuocdo.organisation import waiting
        from thuocdo.rounds import todo
        from thuocdo.rounds.imports_subjects import SUBJECTS

        waiting.register(todo.SOURCE)
        register(SUBJECTS)
