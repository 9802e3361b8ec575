from django.apps import AppConfig


class Config(AppConfig):
    name = "thuocdo.decisions"
    label = "decisions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from thuocdo.appraisals import published
        from thuocdo.appraisals.authority import register
        from thuocdo.audit.recording import after_each
        from thuocdo.decisions import finding, keeping, todo
        from thuocdo.decisions.listings import LISTINGS
        from thuocdo.decisions.models import Decision
        from thuocdo.decisions.published import named_results
        from thuocdo.decisions.routes import named_route
        from thuocdo.intake.specs import register_listing
        from thuocdo.organisation import waiting
        from thuocdo.organisation.finding import index, queries

        after_each(keeping.keep)
        register(named_route)
        published.register(named_results)
        waiting.register(todo.SOURCE)
        register_listing(*LISTINGS)
        index.register(Decision, finding.texts_of_decision)
        queries.register(finding.DECISIONS)
