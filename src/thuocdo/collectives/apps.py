from django.apps import AppConfig


class Config(AppConfig):
    name = "thuocdo.collectives"
    label = "collectives"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from thuocdo.collectives import access, todo
        from thuocdo.organisation import reach, waiting

        reach.register(access.roots)
        waiting.register(todo.SOURCE)
