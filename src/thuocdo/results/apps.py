from django.apps import AppConfig


class Config(AppConfig):
    name = "thuocdo.results"
    label = "results"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from thuocdo.appraisals import access
        from thuocdo.organisation import waiting
        from thuocdo.results import todo
        from thuocdo.results.keeping import sent_along

        access.register_sent(sent_along)
        waiting.register(todo.SOURCE)
