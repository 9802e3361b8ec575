"""Reorganisations (sắp xếp đơn vị): prepared, previewed, applied as one act, taken back while
nothing was built on it."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Q

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.kernel.typed import text_from
from thuocdo.organisation.access import chain_of, code_from, day_of, require_officer, unit_or_refuse
from thuocdo.organisation.changes.applying import apply_plan
from thuocdo.organisation.changes.followers import Change, foresee
from thuocdo.organisation.changes.ledger import take_back
from thuocdo.organisation.changes.mapping import PlacementLine, SuccessionLine
from thuocdo.organisation.changes.reading import Facts, living, read_facts
from thuocdo.organisation.holding import hold
from thuocdo.organisation.models import Employment, Placement, Reorganisation, Succession, Unit
from thuocdo.organisation.queries import descendants

State = Reorganisation.State
BATCH = 500


@action
def begin_reorganisation(
    *, by: User, at: datetime, root_id: int, title: str, decision: str, decided_on: date, start: date,
    rows: Sequence[SuccessionLine] = (),
) -> Reorganisation:
    """A plan for the units at and below `root_id`, with its first lines where they are known. Raises NotYours,
    Refusal."""
    require_officer(by, [root_id], at)
    root = unit_or_refuse(root_id)
    plan = Reorganisation.objects.create(
        root=root, title=text_from(title, "Tên phương án", most=200, field="title"), start=start,
        decision=text_from(decision, "Số văn bản", most=120, field="decision"), decided_on=decided_on,
        created_by=by, created_at=at,
    )
    lines = Succession.objects.bulk_create(_successions(plan, rows)) if rows else []
    record(chain=chain_of(root, day_of(at)), code="reorganisation.begun", by=by, at=at, objects=[plan, *lines])
    return plan


def _locked(plan_id: int, by: User, at: datetime) -> Reorganisation:
    plan = Reorganisation.objects.select_for_update(of=("self",)).select_related("root").filter(pk=plan_id).first()
    if plan is None:
        raise NotYours()
    require_officer(by, [plan.root_id], at)
    return plan


def _draft(plan_id: int, version: int, by: User, at: datetime) -> Reorganisation:
    plan = _locked(plan_id, by, at)
    if plan.state != State.DRAFT:
        raise Conflict("Phương án này đã được áp dụng. Hãy tải lại trang.")
    if plan.version != version:
        raise Conflict("Phương án vừa được sửa ở nơi khác. Hãy tải lại trang để làm tiếp trên bản mới nhất.")
    return plan


@action
def save_reorganisation(
    *, by: User, at: datetime, plan_id: int, version: int, rows: Sequence[SuccessionLine] | None = None,
    placements: Sequence[PlacementLine] | None = None, month_rule: str = "", month_reason: str = "",
) -> Reorganisation:
    """Write the lines of a draft: `rows` and `placements` replace those there are (None: they stay, but for the
    placements of units that the new lines leave out).

    Raises NotYours, Refusal (an unknown code, a line twice), Conflict.
    """
    plan = _draft(plan_id, version, by, at)
    removed: list[Succession | Placement] = []
    made: list[Succession | Placement] = []
    if rows is not None:
        removed += list(Succession.objects.filter(plan=plan))
        made += (fresh := _successions(plan, rows))
        left = Placement.objects.filter(plan=plan).exclude(employment__unit_id__in={r.old_id for r in fresh})
        removed += list(left) if placements is None else []
    if placements is not None:
        removed += list(Placement.objects.filter(plan=plan))
        made += _placements(plan, placements)
    gone = [type(r)(**{f.attname: getattr(r, f.attname) for f in r._meta.concrete_fields}) for r in removed]
    if rows is not None:
        Succession.objects.filter(plan=plan).delete()
    Placement.objects.filter(plan=plan, pk__in=[r.pk for r in removed if isinstance(r, Placement)]).delete()
    Succession.objects.bulk_create([r for r in made if isinstance(r, Succession)], batch_size=BATCH)
    Placement.objects.bulk_create([r for r in made if isinstance(r, Placement)], batch_size=BATCH)
    _choose(plan, month_rule, month_reason)
    plan.version += 1
    plan.save(update_fields=["version", "month_rule", "month_reason"])
    counts = {"rows": Succession.objects.filter(plan=plan).count(),
              "placements": Placement.objects.filter(plan=plan).count()}
    record(chain=chain_of(plan.root, day_of(at)), code="reorganisation.saved", by=by, at=at,
           objects=[plan, *made], removed=gone, data=counts)
    return plan


def _choose(plan: Reorganisation, rule: str, reason: str) -> None:
    if not rule:
        return
    if rule not in Reorganisation.MonthRule.values:
        raise Refusal("plan.month_rule", "Lựa chọn không có trong danh mục. Hãy chọn lại.", field="month_rule")
    plan.month_rule = rule
    plan.month_reason = text_from(reason, "Lý do chọn", most=500, field="month_reason")


def _successions(plan: Reorganisation, lines: Sequence[SuccessionLine]) -> list[Succession]:
    inside = descendants(plan.root_id, plan.start)
    olds = {u.code: u for u in Unit.objects.filter(pk__in=inside)}
    found: dict[tuple[str, str], Succession] = {}
    for line in lines:
        old = olds.get(line.old)
        if old is None:
            raise Refusal("plan.old", f"Mã “{line.old}” không phải đơn vị thuộc “{plan.root.name}” vào ngày "
                                      f"{plan.start:%d/%m/%Y}. Hãy sửa mã.", field="rows")
        code = code_from(line.code, "Mã đơn vị mới")
        if (line.old, code) in found:
            raise Refusal("plan.twice", f"Dòng “{line.old}” → “{code}” có hai lần. Hãy bỏ bớt một dòng.", field="rows")
        if line.kind and line.kind not in Unit.Kind.values:
            raise Refusal("plan.kind", f"Loại đơn vị “{line.kind}” không có trong danh mục.", field="rows")
        found[line.old, code] = Succession(
            plan=plan, old=old, code=code, name=text_from(line.name, "Tên đơn vị", most=200, needed=False),
            kind=line.kind, parent_code=line.parent, managed_code=line.managed, records=line.records,
        )
    keepers = [s.old_id for s in found.values() if s.records]
    if len(keepers) != len(set(keepers)):
        raise Refusal("plan.records", "Mỗi đơn vị cũ chỉ có một đơn vị tiếp nhận hồ sơ. Hãy bỏ bớt.", field="rows")
    return list(found.values())


def _placements(plan: Reorganisation, lines: Sequence[PlacementLine]) -> list[Placement]:
    olds = set(Succession.objects.filter(plan=plan).values_list("old_id", flat=True))
    rows = Employment.objects.filter(living(plan.start), unit_id__in=olds).select_related("person", "unit")
    posts = {(p.person.code, p.unit.code): p for p in rows.order_by("-start", "-pk")}
    found: dict[int, Placement] = {}
    for line in lines:
        post = posts.get((line.person, line.old))
        if post is None:
            raise Refusal("placement.post", f"Mã cán bộ “{line.person}” không có vị trí ở đơn vị cũ “{line.old}” vào "
                                            f"ngày {plan.start:%d/%m/%Y}. Hãy sửa dòng này.", field="placements")
        if line.leadership and line.leadership not in Employment.Leadership.values:
            raise Refusal("placement.leadership", f"Vai trò “{line.leadership}” không có trong danh mục.",
                          field="placements")
        found[post.pk] = Placement(
            plan=plan, employment=post, code=line.code, leadership=line.leadership,
            position=text_from(line.position, "Chức vụ", most=160, needed=False),
        )
    return list(found.values())


@action
def apply_reorganisation(*, by: User, at: datetime, plan_id: int, version: int) -> Reorganisation:
    """Write the whole plan as one act. A double click has one effect.

    Raises NotYours, Conflict, Refusal naming what is unclear: nothing is written while anything is.
    """
    plan = _locked(plan_id, by, at)
    if plan.state == State.APPLIED and plan.version == version + 1 and plan.applied_by_id == by.pk:
        nothing_changed()
        return plan
    plan = _draft(plan_id, version, by, at)
    _hold(plan)
    facts = read_facts(plan)
    _refuse_unclear(facts, by, at)
    done = apply_plan(facts, by, at)
    plan.state, plan.applied_by, plan.applied_at = State.APPLIED, by, at
    plan.effects, plan.version = done.ledger.effects(), plan.version + 1
    plan.save()
    record(
        chain=chain_of(plan.root, day_of(at)), code="reorganisation.applied", by=by, at=at,
        objects=[plan, *done.ledger.rows.values()],
        data={"units": done.units, "posts": done.posts, "sheets": done.sheets},
    )
    return plan


def _hold(plan: Reorganisation) -> None:
    """Who writes a post in these units waits, or was before: what is read is what is changed. Not the people: who holds
    tasks or sheets, which follow later here, may wait for them."""
    olds = list(Succession.objects.filter(plan=plan).values_list("old_id", flat=True))
    hold(Unit.objects.all(), values=olds)
    hold(Employment.objects.all(), "unit_id", olds)


def _refuse_unclear(facts: Facts, by: User, at: datetime) -> None:
    worked = facts.outline
    if worked.problems:
        raise Refusal("plan.problems", f"Phương án chưa áp dụng được, còn {len(worked.problems)} điểm chưa rõ. "
                                       f"{worked.problems[0]}")
    if worked.to_place:
        raise Refusal("plan.to_place", f"Còn {len(worked.to_place)} vị trí ở đơn vị bị chia chưa được bố trí, trước "
                                       f"hết là {worked.to_place[0].label}. Hãy chọn đơn vị mới cho từng người.")
    change = change_of(facts, by, at)
    if not facts.plan.month_rule and foresee(change, {})[2]:
        raise Refusal(
            "plan.month_rule", "Có phiếu chưa xác nhận ở các đơn vị này. Nghị định 335 không nêu ai đánh giá tháng có "
            "thay đổi đơn vị: hãy chọn và ghi lý do.", field="month_rule",
        )


def change_of(facts: Facts, by: User, at: datetime) -> Change:
    """The plan as the rooms above see it before it is applied."""
    worked, ids = facts.outline, facts.place.ids
    moved = frozenset(ids[c] for c in (*worked.parents, *worked.managers) if c in ids)
    return Change(facts.plan.start, facts.plan.month_rule, by, at, dict.fromkeys(worked.ended, ()), moved)


@action
def undo_reorganisation(*, by: User, at: datetime, plan_id: int, version: int) -> Reorganisation:
    """Take an applied plan back. Raises NotYours, Conflict where a sheet or anything else changed since."""
    plan = _locked(plan_id, by, at)
    if plan.state == State.UNDONE:
        nothing_changed()
        return plan
    if plan.state != State.APPLIED or plan.version != version:
        raise Conflict("Phương án này không ở trạng thái đã áp dụng, hoặc vừa thay đổi. Hãy tải lại trang.")
    _refuse_built_on(plan)
    changed, removed = take_back(plan.effects)
    plan.state, plan.version = State.UNDONE, plan.version + 1
    plan.save(update_fields=["state", "version"])
    record(chain=chain_of(plan.root, day_of(at)), code="reorganisation.undone", by=by, at=at,
           objects=[plan, *changed], removed=removed)
    return plan


def _refuse_built_on(plan: Reorganisation) -> None:
    """Name the plan that already counts on the units or posts which this one made."""
    made = {label: [int(key) for key in keys] for label, keys in plan.effects.get("made", {}).items()}
    units, posts = made.get("organisation.unit", []), made.get("organisation.employment", [])
    leaning = Q(successions__old__in=units) | Q(placements__employment__in=posts)
    other = Reorganisation.objects.filter(leaning).exclude(pk=plan.pk).order_by("pk").first()
    if other is None:
        return
    what = f"“{other.title}” dựa vào đơn vị hoặc vị trí của phương án này"
    if other.state == State.DRAFT:
        raise Conflict(f"Chưa hoàn tác được: phương án đang soạn {what}. Hãy bỏ các dòng đó trong phương án đang soạn "
                       "rồi hoàn tác lại.")
    raise Conflict(f"Không hoàn tác được nữa: phương án {what}. Hãy ghi phần cần sửa bằng một phương án mới.")
