from django.apps import AppConfig


class Config(AppConfig):
    name = "thuocdo.decisions"
    label = "decisions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from thuocdo.appraisals import published
        from thuocdo.appraisals.authority import register
        from thuocdo.decisions import todo
        from thuocdo.decisions.published import published_results
        from thuocdo.decisions.routes import named_route
        from thuocdo.organisation import waiting

        register(named_route)
        published.register(published_results)
        waiting.register(todo.SOURCE)
