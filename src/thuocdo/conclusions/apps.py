from django.apps import AppConfig


class Config(AppConfig):
    name = "thuocdo.conclusions"
    label = "conclusions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from thuocdo.conclusions import todo
        from thuocdo.conclusions.listings import ASSESSMENTS, COMPETENCES
        from thuocdo.intake.specs import register_listing
        from thuocdo.organisation import waiting

        waiting.register(todo.SOURCE)
        register_listing(ASSESSMENTS)
        register_listing(COMPETENCES)
