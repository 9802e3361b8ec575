"""A reorganisation hands no demand on weeks over: the preview says so, the page of these choices offers it."""

from collections.abc import Mapping

from thuocdo.organisation.changes.followers import Change, Counted
from thuocdo.organisation.changes.ledger import Ledger
from thuocdo.organisation.queries import on_day
from thuocdo.plans.models import PlanSetting, WeekGrading


class WeekChoices:
    """Follower of `organisation.changes`: writes nothing, since these are choices of each unit's own authority."""

    def concerned(self, change: Change) -> Counted:
        """What the old units ask of the weeks on the date."""
        held = on_day(change.start)
        return {
            "plan_settings": PlanSetting.objects.filter(held, unit__in=change.ended),
            "week_gradings": WeekGrading.objects.filter(held, unit__in=change.ended),
        }

    def foresee(self, change: Change, counts: Mapping[str, int]) -> tuple[list[str], bool]:
        """That these choices do not go on by themselves, and where they are offered."""
        number = counts["plan_settings"] + counts["week_gradings"]
        if not number:
            return [], False
        return [
            f"{number} lựa chọn về kế hoạch tuần của đơn vị cũ không tự chuyển sang đơn vị kế tiếp. Sau khi áp dụng, "
            "trang Quy định về kế hoạch tuần của đơn vị kế tiếp cho điền lại như đơn vị cũ để quyết định."
        ], False

    def follow(self, change: Change, ledger: Ledger) -> int:
        """Nothing follows."""
        return 0
