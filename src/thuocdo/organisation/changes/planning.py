"""What a reorganisation does, worked out in memory before anything is written. Pure: what is unclear is listed for
the officer, nothing is guessed."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from thuocdo.organisation.rules import Forest

HEAD, PLACE = "head", "place"


@dataclass(frozen=True)
class Row:
    """One line of the plan: an old unit (by id and code) and a unit that takes over."""

    old: int
    old_code: str
    code: str
    name: str = ""
    kind: str = ""
    parent: str = ""
    managed: str = ""
    records: bool = False


@dataclass(frozen=True)
class Post:
    """A post that holds on the date or begins later. `label` is what the officer reads."""

    pk: int
    person: int
    unit: int
    position: str
    leadership: str
    label: str


@dataclass(frozen=True)
class Wish:
    """Where the officer places a post, and what it becomes (empty: as before)."""

    code: str
    position: str = ""
    leadership: str = ""


@dataclass(frozen=True)
class Place:
    """The units as they stand on the date."""

    start: date
    tree: Forest
    management: Mapping[int, int]
    ids: Mapping[str, int]
    codes: Mapping[int, str]
    names: Mapping[int, str]


@dataclass
class Outline:
    """The whole plan. `problems` stop it; `to_place` are posts for which the officer must choose a unit; `headless` are
    new units in which nobody will be the head, which stops nothing."""

    made: dict[str, Row] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    managers: dict[str, str] = field(default_factory=dict)
    targets: dict[int, tuple[str, ...]] = field(default_factory=dict)
    keepers: dict[int, str] = field(default_factory=dict)
    ended: set[int] = field(default_factory=set)
    wishes: dict[int, Wish] = field(default_factory=dict)
    to_place: list[Post] = field(default_factory=list)
    headless: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def ready(self) -> bool:
        return not self.problems and not self.to_place


def outline(rows: Sequence[Row], posts: Sequence[Post], wishes: Mapping[int, Wish], place: Place) -> Outline:
    """Work the plan out. `posts` are those of the old units and of the existing units that receive people."""
    plan = Outline()
    if not rows:
        plan.problems.append("Phương án chưa có dòng nào. Hãy ghi ít nhất một đơn vị cũ và đơn vị kế tiếp.")
    by_old: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        by_old[row.old].append(row)
    for old, found in by_old.items():
        plan.targets[old] = tuple(r.code for r in found)
        if all(r.code != r.old_code for r in found):
            plan.ended.add(old)
            _keeper(plan, found, place)
    _made(plan, rows, place)
    _parents(plan, rows, place)
    _managers(plan, rows, place)
    _children(plan, by_old, place)
    _posts(plan, posts, wishes, place)
    return plan


def _keeper(plan: Outline, found: Sequence[Row], place: Place) -> None:
    chosen = [r.code for r in found if r.records] or [r.code for r in found if len(found) == 1]
    if len(chosen) == 1:
        plan.keepers[found[0].old] = chosen[0]
    else:
        plan.problems.append(
            f"“{place.names[found[0].old]}” được chia thành {len(found)} đơn vị: hãy chọn một đơn vị tiếp nhận hồ sơ."
        )


def _made(plan: Outline, rows: Sequence[Row], place: Place) -> None:
    known = {code.upper(): code for code in place.ids}
    for row in rows:
        existing = known.get(row.code.upper())
        if existing is not None:
            if existing != row.code or place.ids[existing] in plan.ended:
                plan.problems.append(f"Mã “{row.code}” đã có hoặc sẽ hết dùng. Đơn vị mới cần một mã mới.")
            elif row.name and row.name != place.names[place.ids[existing]]:
                plan.problems.append(f"Mã “{row.code}” là của “{place.names[place.ids[existing]]}”. Đơn vị đổi tên cần "
                                     "một mã mới, để cây cũ giữ tên cũ.")
            continue
        first = plan.made.setdefault(row.code, row)
        blank = [word for word, text in (("tên", row.name), ("loại", row.kind)) if not text]
        if first is row and blank:
            plan.problems.append(f"Đơn vị mới “{row.code}”: hãy ghi {' và '.join(blank)} ở dòng đầu tiên của mã này.")
        elif (row.name or first.name, row.kind or first.kind) != (first.name, first.kind):
            plan.problems.append(f"Đơn vị mới “{row.code}” được ghi bằng hai tên hoặc hai loại khác nhau. Hãy sửa lại.")


def _one(plan: Outline, unit: int, place: Place) -> str | None:
    """The code under which a unit goes on as a whole; None where it is split."""
    if unit not in plan.ended:
        return place.codes[unit]
    targets = plan.targets[unit]
    return targets[0] if len(targets) == 1 else None


def _parents(plan: Outline, rows: Sequence[Row], place: Place) -> None:
    asked: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.code == row.old_code and not row.parent:
            continue
        if row.parent:
            asked[row.code].add(row.parent)
        elif row.code in plan.made and (above := place.tree.parent.get(row.old)) is not None:
            asked[row.code].add(_one(plan, above, place) or "")
    for code, found in asked.items():
        (parent, *others) = sorted(found)
        usable = parent in plan.made or (parent in place.ids and place.ids[parent] not in plan.ended)
        if others or not usable:
            plan.problems.append(f"Đơn vị “{code}”: chưa rõ thuộc về đơn vị nào. Hãy ghi cột “Thuộc về mã”.")
        else:
            plan.parents[code] = parent
    _loops(plan, place)


def _loops(plan: Outline, place: Place) -> None:
    up = {place.codes[c]: place.codes[p] for c, p in place.tree.parent.items()} | plan.parents
    for code in plan.parents:
        seen, here = {code}, up.get(code)
        while here is not None and here not in seen:
            seen.add(here)
            here = up.get(here)
        if here is not None:
            plan.problems.append(f"Đơn vị “{code}” sẽ nằm dưới chính nó. Hãy sửa cột “Thuộc về mã”.")


def _managers(plan: Outline, rows: Sequence[Row], place: Place) -> None:
    asked: dict[str, set[str | None]] = defaultdict(set)
    for row in rows:
        if row.managed:
            asked[row.code].add(row.managed)
        elif row.code in plan.made:
            manager = place.management.get(row.old)
            asked[row.code].add(None if manager is None else _one(plan, manager, place) or "")
    for code, found in asked.items():
        if found == {None}:
            continue
        named = {m for m in found if m}
        usable = [m for m in named if m in plan.made or (m in place.ids and place.ids[m] not in plan.ended)]
        if len(found) == 1 and usable:
            plan.managers[code] = usable[0]
        else:
            plan.problems.append(f"Đơn vị “{code}”: chưa rõ cơ quan quản lý công chức. Hãy ghi cột cơ quan quản lý.")


def _children(plan: Outline, by_old: Mapping[int, Sequence[Row]], place: Place) -> None:
    """Units that go on below (or under the management of) one that ends follow it where that is clear."""
    for child, parent in place.tree.parent.items():
        if parent in plan.ended and child not in plan.ended and place.codes[child] not in plan.parents:
            _follow(plan, plan.parents, child, parent, place)
    for child, manager in place.management.items():
        if manager in plan.ended and child not in plan.ended and place.codes[child] not in plan.managers:
            _follow(plan, plan.managers, child, manager, place)


def _follow(plan: Outline, into: dict[str, str], child: int, above: int, place: Place) -> None:
    whole = _one(plan, above, place)
    if whole is None:
        plan.problems.append(
            f"“{place.names[child]}” ở dưới “{place.names[above]}” được chia: hãy thêm một dòng cho đơn vị này."
        )
    else:
        into[place.codes[child]] = whole


def _posts(plan: Outline, posts: Sequence[Post], wishes: Mapping[int, Wish], place: Place) -> None:
    landing: list[tuple[str, Post, str]] = []
    for post in posts:
        targets = plan.targets.get(post.unit, (place.codes[post.unit],))
        wish = wishes.get(post.pk)
        if wish is None and len(targets) > 1:
            plan.to_place.append(post)
            continue
        wish = wish or Wish(targets[0])
        if wish.code not in targets:
            plan.problems.append(f"{post.label}: “{wish.code}” không phải đơn vị kế tiếp của đơn vị cũ. Hãy chọn lại.")
            continue
        if post.unit in plan.targets and (post.unit in plan.ended or wish.code != place.codes[post.unit]):
            plan.wishes[post.pk] = wish
        landing.append((wish.code, post, wish.leadership or post.leadership))
    plan.problems += _crowded(landing)
    led = {code for code, _, leadership in landing if leadership == HEAD}
    plan.headless = [code for code, row in plan.made.items() if row.kind != PLACE and code not in led]


def _crowded(landing: Iterable[tuple[str, Post, str]]) -> list[str]:
    """Two heads of one unit, or one person twice in it: the officer says who and which."""
    heads: dict[str, list[Post]] = defaultdict(list)
    twice: Counter[tuple[str, int]] = Counter()
    labels: dict[tuple[str, int], str] = {}
    for code, post, leadership in landing:
        twice[code, post.person] += 1
        labels[code, post.person] = post.label
        if leadership == HEAD and post.label not in {p.label for p in heads[code]}:
            heads[code].append(post)
    found = [
        f"Đơn vị “{code}” sẽ có {len(posts)} người đứng đầu: {'; '.join(p.label for p in posts)}. Hãy ghi bố trí: ai "
        "đứng đầu, những người khác giữ vai trò gì."
        for code, posts in sorted(heads.items())
        if len(posts) > 1
    ]
    return found + [
        f"{labels[place]} sẽ có {n} vị trí cùng ở “{place[0]}”. Hãy kết thúc một vị trí trước."
        for place, n in twice.items()
        if n > 1
    ]
