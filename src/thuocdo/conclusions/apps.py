from django.apps import AppConfig


class Config(AppConfig):
    name = "thuocdo.conclusions"
    label = "conclusions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from thuocdo.conclusions import closing, todo, todo_events
        from thuocdo.conclusions.imports_competences import COMPETENCES
        from thuocdo.conclusions.listings import ASSESSMENTS, EVENTS
        from thuocdo.conclusions.on_paper import why_not
        from thuocdo.conclusions.reconsidering import found
        from thuocdo.conclusions.reconsidering import todo as reconsidering
        from thuocdo.conclusions.reconsidering.actions import begin_taken_back
        from thuocdo.intake.specs import register, register_listing
        from thuocdo.organisation import waiting
        from thuocdo.rounds import closing as rounds_closing
        from thuocdo.rounds import on_paper, taken_back

        on_paper.register(why_not)
        rounds_closing.register(closing.surplus, lasting=True)
        rounds_closing.register(found.left_open)
        waiting.register(todo.SOURCE)
        waiting.register(todo_events.SOURCE)
        waiting.register(reconsidering.SOURCE)
        taken_back.register(begin_taken_back)
        register_listing(ASSESSMENTS)
        register(COMPETENCES)
        register_listing(EVENTS)
