from django.apps import AppConfig


class Config(AppConfig):
    name = "thuocdo.reviews"
    label = "reviews"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from thuocdo.intake.specs import register_listing
        from thuocdo.organisation import waiting
        from thuocdo.reviews import todo
        from thuocdo.reviews.listings import REPORTS
        from thuocdo.reviews.scoring import todo as scoring

        waiting.register(todo.SOURCE)
        waiting.register(scoring.SOURCE)
        register_listing(REPORTS)
