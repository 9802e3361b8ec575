from django.apps import AppConfig


class Config(AppConfig):
    name = "thuocdo.ballots"
    label = "ballots"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from thuocdo.ballots import todo
        from thuocdo.organisation import waiting

        waiting.register(todo.SOURCE)
