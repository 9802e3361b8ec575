"""Every write of plans."""

from thuocdo.plans.actions.items import (
    add_items,
    answer_campaign,
    carry_over,
    change_item,
    drop_item,
    report_items,
    take_tasks,
)
from thuocdo.plans.actions.recurring import apply_recurring, end_recurring, propose_recurring_tasks, save_recurring
from thuocdo.plans.actions.settings import (
    begin_campaign,
    end_campaign,
    end_plan_setting,
    end_week_grading,
    set_plan_setting,
    set_week_grading,
)
from thuocdo.plans.actions.units import grade_week, record_person_view, record_unit_view

__all__ = [
    "add_items",
    "answer_campaign",
    "apply_recurring",
    "begin_campaign",
    "carry_over",
    "change_item",
    "drop_item",
    "end_campaign",
    "end_plan_setting",
    "end_recurring",
    "end_week_grading",
    "grade_week",
    "propose_recurring_tasks",
    "record_person_view",
    "record_unit_view",
    "report_items",
    "save_recurring",
    "set_plan_setting",
    "set_week_grading",
    "take_tasks",
]
