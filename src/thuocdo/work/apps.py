from django.apps import AppConfig


class Config(AppConfig):
    name = "thuocdo.work"
    label = "work"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from thuocdo.intake.specs import register
        from thuocdo.organisation.changes import followers
        from thuocdo.organisation.finding import index, queries
        from thuocdo.work import finding
        from thuocdo.work.imports import TASKS
        from thuocdo.work.imports_given import TASKS_GIVEN
        from thuocdo.work.imports_progress import PROGRESS_OF_ONESELF
        from thuocdo.work.models import Evidence, Task
        from thuocdo.work.reorganised import Tasks

        register(TASKS)
        register(TASKS_GIVEN)
        register(PROGRESS_OF_ONESELF)
        followers.register(Tasks())
        index.register(Task, finding.texts_of_task)
        index.register(Evidence, finding.texts_of_evidence)
        queries.register(finding.TASKS)
