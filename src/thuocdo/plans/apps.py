from django.apps import AppConfig


class Config(AppConfig):
    name = "thuocdo.plans"
    label = "plans"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from thuocdo.intake.specs import register, register_listing
        from thuocdo.organisation import reach, waiting
        from thuocdo.organisation.changes import followers
        from thuocdo.plans import todo
        from thuocdo.plans.imports import WEEK
        from thuocdo.plans.imports_grades import GRADES
        from thuocdo.plans.imports_recurring import RECURRING
        from thuocdo.plans.listings import LISTINGS
        from thuocdo.plans.reorganised import WeekChoices

        reach.register(todo.roots)
        waiting.register(todo.SOURCE)
        followers.register(WeekChoices())
        register(WEEK)
        register(GRADES)
        register(RECURRING)
        register_listing(*LISTINGS)
