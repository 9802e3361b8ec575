"""Who may see and decide on one task. Evaluators are known to a floor above, which says so when it is ready."""

from collections.abc import Callable, Collection
from datetime import date

from thuocdo.accounts.models import User
from thuocdo.organisation.models import Employment, Role
from thuocdo.organisation.queries import duties, units_where_any
from thuocdo.work.models import Task
from thuocdo.work.queries import is_elsewhere, serving_in_month, within_reach

Evaluates = Callable[[User, int, date, date], bool]
_EVALUATES: list[Evaluates] = []


def register(answer: Evaluates) -> None:
    """`answer(user, person id, month, on)`: whether the user evaluates, on that day, the person's sheet of the
    month."""
    if answer not in _EVALUATES:
        _EVALUATES.append(answer)


def evaluates(user: User, task: Task, on: date) -> bool:
    """Whether the user evaluates the sheet that the task counts in; never one's own."""
    if task.person.user_id == user.pk:
        return False
    return any(answer(user, task.person_id, task.month, on) for answer in _EVALUATES)


def may_follow(user: User, task: Task, on: date, *, units: Collection[int] | None = None) -> bool:
    """Whether the user assigns tasks to this person in the task's month and agency. `units` as in
    `posts_to_assign`."""
    return within_reach(user, task, on, units=units)


def may_see(user: User, task: Task, on: date, *, follows: bool | None = None) -> bool:
    """The doer, who assigns to them, who evaluates them, and officers and inspectors of their unit. `follows` is
    what `may_follow` said, where the caller has asked already."""
    if task.person.user_id is not None and task.person.user_id == user.pk:
        return True
    if (may_follow(user, task, on) if follows is None else follows) or evaluates(user, task, on):
        return True
    units = units_where_any(user, (Role.Kind.OFFICER, Role.Kind.INSPECTOR), on)
    return Employment.objects.filter(
        serving_in_month(task.month), person_id=task.person_id, unit_id__in=units
    ).exists()


def may_ask(user: User, task: Task, on: date, *, follows: bool | None = None) -> bool:
    """Who asks for an explanation (giải trình): who assigns to the person, and the evaluator. `follows` as in
    `may_see`."""
    return (may_follow(user, task, on) if follows is None else follows) or evaluates(user, task, on)


def led_units(user: User, on: date) -> set[int]:
    """Ids of the units whose head (not deputy) the user is on that day, with everything below them."""
    return duties(user, on).below("head")


def may_decide_cause(user: User, task: Task, on: date, *, serving: Collection[int] | None = None) -> bool:
    """Who confirms an objective cause: a head of the unit of the task (of the person's, where it names none) or of one
    above, or the evaluator; never the person, and never a deputy or task giver as such. `serving`: units in which the
    person serves in the task's month, where they are known.
    """
    if task.person.user_id == user.pk:
        return False
    led = led_units(user, on)
    if serving is None:
        posts = Employment.objects.filter(serving_in_month(task.month), person_id=task.person_id, unit_id__in=led)
        inside = posts.exists()
    else:
        inside = not led.isdisjoint(serving)
    return (inside and not is_elsewhere(task, led, on)) or evaluates(user, task, on)


def shares_unit(post: Employment, task: Task) -> bool:
    """Whether the doer of the task serves, in its month, in the very unit of the post, and the task is not another's.
    """
    if is_elsewhere(task, {post.unit_id}, task.month):
        return False
    posts = Employment.objects.filter(serving_in_month(task.month), person_id=task.person_id)
    return posts.filter(unit_id=post.unit_id).exists()
