"""What a delivery would do, item by item. Nothing is written here, nothing is guessed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from thuocdo.inflow import rules
from thuocdo.inflow.holding import done_here, held
from thuocdo.inflow.knowledge import Knowledge, is_near, month_for, person_code, product_code
from thuocdo.inflow.models import Source, SourceItem
from thuocdo.inflow.payloads import Offer, Unusable
from thuocdo.inflow.values import LABELS, shown, values_of
from thuocdo.kernel.errors import Refusal
from thuocdo.kernel.typed import format_each, format_points
from thuocdo.organisation.models import Employment
from thuocdo.work.models import Product, Task
from thuocdo.work.rules import EACH, STAYS_IN_TOTAL, Report, check_assignment, check_report

CREATED, UPDATED, UNCHANGED = "created", "updated", "unchanged"
WITHDRAWN, WAITING, CONFLICT = "withdrawn", "waiting", "conflict"
REFUSED, STALE, IGNORED, UNKNOWN = "refused", "stale", "ignored", "unknown"
State = SourceItem.State
STAYS = "Nguồn đã thu hồi; việc ở đây giữ nguyên."
SPLIT_STAYS = (
    "Nguồn thu hồi, nhưng ở đây việc này đã chia phần, các phần vẫn tính. Hãy giữ bản ở đây; đúng là thôi thì người "
    "giao việc thu hồi sản phẩm chung, rồi bấm “Theo nguồn”."
)


@dataclass(frozen=True)
class Target:
    """For whom a task is, where, and by which product."""

    post: Employment
    agency_id: int
    product: Product | None


@dataclass(frozen=True)
class Decision:
    """What happens to one item. `state` is the item's next state, empty where the item is left as it is."""

    external_id: str
    outcome: str
    code: str = ""
    message: str = ""
    state: str = ""
    offer: Offer | None = None
    item: SourceItem | None = None
    target: Target | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    write: Mapping[str, Any] = field(default_factory=dict)
    withdrawing: bool = False

    @property
    def title(self) -> str:
        """The task's name, for lists."""
        if self.offer is not None:
            return str(self.offer.content["title"])
        return self.item.title if self.item else ""


class NotUnderstood(Exception):
    """A part of an offer that names nothing known here. Waits for a person."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


class Planner:
    """Decides item by item with what was read beforehand. `forced` ids take the source's version over ours."""

    def __init__(self, known: Knowledge, forced: frozenset[str] = frozenset()) -> None:
        self.known = known
        self.forced = forced
        self.seen: set[str] = set()

    def unusable(self, one: Unusable) -> Decision:
        """An item without the form is refused and not stored."""
        return Decision(one.external_id, REFUSED, one.code, one.message)

    def offer(self, offer: Offer) -> Decision:
        """One offered task."""
        name, item = offer.external_id, self.known.items.get(offer.external_id)
        if name in self.seen:
            return Decision(name, REFUSED, "duplicate", "Mã này đã có trong cùng lần gửi. Hãy gửi mỗi mã một lần.")
        self.seen.add(name)
        if item is not None and (early := self._early(offer, item)) is not None:
            return early
        try:
            target, values = self._understood(offer, item)
        except NotUnderstood as problem:
            return self._kept(offer, item, WAITING, State.WAITING, problem.code, problem.message)
        except Refusal as refusal:
            return Decision(name, REFUSED, refusal.code, refusal.message, offer=offer, item=item)
        if item is None or item.task is None:
            return self._created(offer, item, target, values)
        return self._updated(offer, item, target, values)

    def _early(self, offer: Offer, item: SourceItem) -> Decision | None:
        """Answers that need no reading: an older version, the same again, an item that people put aside."""
        name, same = offer.external_id, offer.digest == item.digest
        gone = item.state == State.WITHDRAWN or item.kept
        newer = offer.changed_at is None or item.changed_at is None or offer.changed_at > item.changed_at
        if rules.is_stale(item.changed_at, offer.changed_at) or (gone and not newer):
            return Decision(name, STALE, "stale", "Ở đây đã có bản mới hơn; bản này không được dùng.", item=item)
        if item.state == State.IGNORED:
            return Decision(name, IGNORED, "ignored", "Người xử lý đã bỏ qua mục này.", item=item)
        if same and item.state == State.APPLIED and not item.kept:
            newer = offer.changed_at != item.changed_at and offer.changed_at is not None
            return Decision(
                name,
                UNCHANGED,
                state=State.APPLIED if newer else "",
                offer=offer,
                item=item,
                values=item.applied,
                target=None,
            )
        if same and item.state == State.CONFLICT and name not in self.forced:
            return Decision(name, CONFLICT, item.problem_code, item.problem, item=item)
        return None

    def _kept(
        self, offer: Offer, item: SourceItem | None, outcome: str, state: str, code: str, message: str
    ) -> Decision:
        """An item that waits. The same again is not written again."""
        again = item is not None and (item.digest, item.state, item.problem) == (offer.digest, state, message[:600])
        return Decision(offer.external_id, outcome, code, message[:600], "" if again else state, offer, item)

    def _understood(self, offer: Offer, item: SourceItem | None) -> tuple[Target, dict[str, Any]]:
        known, content = self.known, offer.content
        month = self._month(offer, item)
        post = self._post(offer, item, month)
        agency_id = known.agency(post, month)
        if agency_id is None or agency_id not in known.units:
            raise NotUnderstood(
                "no_agency",
                f"{post.unit.name} chưa thuộc cơ quan sử dụng nào trong phạm vi nguồn. "
                "Hãy báo người quản trị ghi cơ quan.",
            )
        product = self._product(offer, item, agency_id, month)
        values = {
            "person": post.person.code, "month": month.isoformat(), "product": product.code if product else "",
            "title": self._title(offer, item), "coefficient": self._coefficient(offer, item, product),
            "assigned": rules.hundredths(content["quantity"] or "1"), "due_date": content["due_date"],
        }  # fmt: skip
        for name in ("start_date", "outside_plan", "nature", "is_key", "is_new", "is_hard", "assigned_by", "expected"):
            values[name] = content[name]
        values |= self._progress(content, item, values["assigned"])
        _check(values, month)
        twin = known.twin(post, month, values["title"], values["due_date"])
        if twin and (item is None or item.task is None):
            raise NotUnderstood(
                "twin",
                f"{post.person.full_name} đã có việc cùng tên, cùng hạn do nguồn khác gửi ({twin}). Hãy bỏ qua, hoặc "
                "nếu là việc khác thì ghi tên khác.",
            )
        return Target(post, agency_id, product), values

    def _month(self, offer: Offer, item: SourceItem | None) -> date:
        month = month_for(self.known.source, offer, item)
        if month is None:
            why = "Việc lặp lại ở nguồn" if offer.content["recurring"] else "Nguồn không ghi tháng"
            raise NotUnderstood("no_month", f"{why}. Hãy chọn tháng của việc này.")
        if not is_near(month, self.known.today):
            raise NotUnderstood("month_far", f"Tháng {month:%m/%Y} quá xa hôm nay. Hãy chọn tháng, hoặc bỏ qua.")
        return month

    def _post(self, offer: Offer, item: SourceItem | None, month: date) -> Employment:
        source = self.known.source
        code = person_code(source, offer, item)
        post = self.known.post(code, month, item.task if item else None)
        if post is None and code not in self.known.posts:
            raise NotUnderstood(
                "unknown_person",
                f"Không có mã cán bộ “{code[:60]}” trong phạm vi {source.agency.name}. Hãy chọn người.",
            )
        if post is None:
            who = self.known.posts[code][0].person.full_name
            raise NotUnderstood(
                "person_not_in_month",
                f"{who} ({code}) không có vị trí công tác trong tháng "
                f"{month:%m/%Y}. Hãy chọn người khác hoặc tháng khác.",
            )
        return post

    def _product(self, offer: Offer, item: SourceItem | None, agency_id: int, month: date) -> Product | None:
        code = product_code(self.known.source, offer, item)
        if not code:
            return None
        product = self.known.product(agency_id, code, month)
        if product is None:
            raise NotUnderstood(
                "unknown_product",
                f"Danh mục của {self.known.units[agency_id].name} không có mã "
                f"“{code[:60]}” trong tháng {month:%m/%Y}. Hãy chọn sản phẩm.",
            )
        return product

    def _coefficient(self, offer: Offer, item: SourceItem | None, product: Product | None) -> int:
        written = offer.content["coefficient"]
        given = rules.hundredths(written) if written else None
        if product is not None:
            if given not in (None, product.coefficient):
                raise Refusal(
                    "coefficient_differs",
                    f"Hệ số {written} khác danh mục ({format_points(product.coefficient)}). "
                    "Hãy bỏ trường coefficient để lấy theo danh mục.",
                    field="coefficient",
                )
            return product.coefficient
        chosen = item.choices.get("coefficient") if item else None
        found = chosen or given or self.known.source.default_coefficient
        if not found:
            raise NotUnderstood(
                "no_coefficient", "Việc ngoài danh mục và không có hệ số quy đổi. Hãy chọn sản phẩm, hoặc ghi hệ số."
            )
        return int(found)

    @staticmethod
    def _title(offer: Offer, item: SourceItem | None) -> str:
        title = str((item.choices.get("title") if item else None) or offer.content["title"])
        if len(title) > 200:
            raise NotUnderstood("title_long", f"Tên việc dài {len(title)} ký tự; tối đa 200. Hãy ghi tên ngắn hơn.")
        return title

    def _progress(self, content: Mapping[str, Any], item: SourceItem | None, assigned: int) -> dict[str, Any]:
        """Progress only where the source has a say in it: exact figures, or the officer's reading of “done”."""
        result = content["result"]
        if result is not None:
            amounts = {n: rules.hundredths(result[n]) for n in ("completed", "quality_met", "on_time")}
            said = {n: format_each(result[n]) for n in EACH if result.get(n) is not None}
            if item is not None and item.task is not None and item.task.late_excused:
                said.pop("late_each", None)  # the source does not know which a confirmed cause excuses
            return amounts | said | {n: result[n] for n in ("quality_errors", "late", "cause", "evidence")}
        if self.known.source.completion == Source.Completion.REPORT:
            done = content["done_on"]
            due = date.fromisoformat(content["due_date"])
            return rules.completion(date.fromisoformat(done) if done else None, due, assigned)
        if item is not None and "completed" in item.applied:
            return dict(rules.NOT_REPORTED)
        return {}

    def _closed(self, person_id: int, month: date) -> str:
        return self.known.closed.get((person_id, month), "")

    def _created(self, offer: Offer, item: SourceItem | None, target: Target, values: dict[str, Any]) -> Decision:
        closed = self._closed(target.post.person_id, rules.month_from(values["month"]))
        if closed:
            return Decision(offer.external_id, REFUSED, "month_closed", closed, offer=offer, item=item)
        words = f"{values['title']}, {target.post.person.full_name}, tháng {rules.month_from(values['month']):%m/%Y}"
        return Decision(offer.external_id, CREATED, "", words, State.APPLIED, offer, item, target, values)

    def _updated(self, offer: Offer, item: SourceItem, target: Target, values: dict[str, Any]) -> Decision:
        task = item.task
        assert task is not None
        name, here = offer.external_id, values_of(task)
        found = rules.merge(item.applied, here, values)
        reopened = item.state == State.WITHDRAWN and task.state == Task.State.WITHDRAWN
        moved = bool(found.write) or reopened
        if moved and self._frozen(task, target, values):
            return Decision(name, REFUSED, "month_closed", self._frozen(task, target, values), offer=offer, item=item)
        if name not in self.forced:
            if task.state != Task.State.ACTIVE and not reopened and moved:
                return self._kept(
                    offer,
                    item,
                    CONFLICT,
                    State.CONFLICT,
                    "task_state",
                    f"Ở đây việc này {task.get_state_display()}, còn nguồn vừa sửa. Hãy chọn giữ bản nào.",
                )
            if found.clashes:
                names = ", ".join(LABELS[n] for n in found.clashes)
                return self._kept(
                    offer,
                    item,
                    CONFLICT,
                    State.CONFLICT,
                    "changed_here",
                    f"Đã sửa ở đây và ở nguồn: {names}. Hãy chọn giữ bản nào.",
                )
        proved = task.pk in self.known.proved
        if reopened and "title" in found.write and name not in self.forced and done_here(item, task, proved=proved):
            why = (
                f"Mã này từng là việc “{task.title}” đã thu hồi, ở đây còn báo cáo hoặc minh chứng của việc ấy; nay "
                "nguồn ghi tên khác. Là việc khác thì giữ bản ở đây và để nguồn gửi bằng mã mới."
            )
            return self._kept(offer, item, CONFLICT, State.CONFLICT, "id_again", why[:600])
        if task.state == Task.State.SPLIT and moved:
            return self._kept(
                offer,
                item,
                CONFLICT,
                State.CONFLICT,
                "task_state",
                "Ở đây việc này đã chia phần nên không ghi đè được. Hãy giữ bản ở đây.",
            )
        code, why = held(item, task, found.write, forced=name in self.forced, proved=proved)
        if why:
            return self._kept(offer, item, CONFLICT, State.CONFLICT, code, why)
        words = "; ".join(f"{LABELS[n]}: {shown(n, here[n])} → {shown(n, v)}" for n, v in found.write.items())
        if not moved:
            return Decision(name, UNCHANGED, state=State.APPLIED, offer=offer, item=item, target=target, values=values)
        return Decision(
            name, UPDATED, "", words or "Nguồn giao lại", State.APPLIED, offer, item, target, values, found.write
        )

    def keep(self, offer: Offer) -> Decision:
        """A conflict settled for the version here: the offer is known from now on, the task stays as it is."""
        item = self.known.items[offer.external_id]
        try:
            _, values = self._understood(offer, item)
        except NotUnderstood as problem:
            return self._kept(offer, item, WAITING, State.WAITING, problem.code, problem.message)
        except Refusal as refusal:
            return Decision(offer.external_id, REFUSED, refusal.code, refusal.message, offer=offer, item=item)
        return Decision(offer.external_id, UNCHANGED, state=State.APPLIED, offer=offer, item=item, values=values)

    def _frozen(self, task: Task, target: Target, values: Mapping[str, Any]) -> str:
        """The sentence of a closed month that a change would touch."""
        there = self._closed(target.post.person_id, rules.month_from(values["month"]))
        return self._closed(task.person_id, task.month) or there

    def withdrawal(self, external_id: str, changed_at: datetime | None = None) -> Decision:
        """The source takes a task back."""
        item = self.known.items.get(external_id)
        if item is None:
            return Decision(external_id, UNKNOWN, "unknown", "Nguồn này chưa gửi công việc nào có mã đó.")
        if item.state == State.WITHDRAWN or item.kept:
            return Decision(external_id, UNCHANGED, item=item)
        if rules.is_stale(item.changed_at, changed_at):
            return Decision(external_id, STALE, "stale", "Ở đây đã có bản mới hơn; không thu hồi.", item=item)
        task = item.task
        if item.state == State.IGNORED or task is None or task.state == Task.State.WITHDRAWN:
            return Decision(external_id, WITHDRAWN, "", item.title, State.WITHDRAWN, item=item)
        closed = self._closed(task.person_id, task.month)
        if closed:  # settled: a whole list that no longer names it does not lose it again each time
            return Decision(external_id, REFUSED, "month_closed", f"{closed} {STAYS}", State.WITHDRAWN, item=item)
        again = item.state == State.CONFLICT and item.withdrawing
        settled = "" if again else State.CONFLICT.value
        if task.stays_in_total:
            return Decision(
                external_id, CONFLICT, "handed_back", STAYS_IN_TOTAL, settled, item=item, withdrawing=True
            )
        if task.state == Task.State.SPLIT:
            return Decision(external_id, CONFLICT, "task_state", SPLIT_STAYS, settled, item=item, withdrawing=True)
        changed = rules.touched(item.applied, values_of(task))
        if external_id not in self.forced and (changed or task.state != Task.State.ACTIVE):
            names = ", ".join(LABELS[n] for n in changed) or task.get_state_display()
            message = f"Nguồn thu hồi, nhưng ở đây đã sửa hoặc báo cáo: {names}. Hãy chọn thu hồi hay giữ lại."[:600]
            return Decision(
                external_id, CONFLICT, "withdrawn_there", message, settled, item=item, withdrawing=True
            )
        return Decision(external_id, WITHDRAWN, "", item.title, State.WITHDRAWN, item=item, withdrawing=True)


def _check(values: Mapping[str, Any], month: date) -> None:
    """Raises Refusal by the rules of `work`."""
    check_assignment(
        month=month,
        due_date=date.fromisoformat(values["due_date"]),
        coefficient=values["coefficient"],
        assigned=values["assigned"],
    )
    start = values["start_date"]
    if start and start > values["due_date"]:
        raise Refusal("task.start", "Ngày bắt đầu sau hạn hoàn thành. Hãy sửa một trong hai ngày.", field="start_date")
    if values.get("completed") is not None:
        check_report(Report(**{n: values[n] for n in (*rules.PROGRESS, *EACH) if n in values}))
