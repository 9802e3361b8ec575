from django.apps import AppConfig


class Config(AppConfig):
    name = "thuocdo.difficulties"
    label = "difficulties"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from thuocdo.difficulties import handing, todo
        from thuocdo.difficulties.listings import DIFFICULTIES
        from thuocdo.intake.specs import register_listing
        from thuocdo.organisation import waiting
        from thuocdo.results.handing import register

        register(handing.pieces_of)
        waiting.register(todo.SOURCE)
        register_listing(DIFFICULTIES)
