from django.apps import AppConfig


class Config(AppConfig):
    name = "thuocdo.appraisals"
    label = "appraisals"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from thuocdo.appraisals import todo
        from thuocdo.appraisals.closed_months import closed_in, closed_months, hold_months
        from thuocdo.appraisals.counts import keeping
        from thuocdo.appraisals.imports_judged import JUDGEMENTS
        from thuocdo.appraisals.imports_levels import LEVELS
        from thuocdo.appraisals.imports_marked import MARKS
        from thuocdo.appraisals.listings import LISTINGS
        from thuocdo.appraisals.merged_codes import clash
        from thuocdo.appraisals.opinions_beside import HEARD
        from thuocdo.appraisals.reorganised import Sheets
        from thuocdo.appraisals.work_beside import evaluates
        from thuocdo.audit.recording import after_each
        from thuocdo.intake.specs import register as lists
        from thuocdo.intake.specs import register_listing
        from thuocdo.organisation import waiting
        from thuocdo.organisation.changes import clashes, followers
        from thuocdo.work import seeing
        from thuocdo.work.closed import register

        after_each(keeping.keep)
        register(closed_months, closed_in, hold_months)
        lists(JUDGEMENTS)
        lists(MARKS)
        lists(LEVELS)
        register_listing(*LISTINGS, HEARD)
        seeing.register(evaluates)
        followers.register(Sheets())
        clashes.register(clash)
        waiting.register(todo.SOURCE)
