"""Findings on everything but the score: who is not rated, dated decisions, triggers, levels, limits, open points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from thuocdo.engine.outcome import Effect, Finding, OpenQuestion
from thuocdo.engine.rulebook import Citation
from thuocdo.engine.schema import Cited
from thuocdo.engine.schemes import schema
from thuocdo.engine.schemes.columns import UNRATED
from thuocdo.engine.schemes.dating import COUNTS, DATED, DATING_RULES, OPEN_YEAR
from thuocdo.engine.schemes.gaps import MISSED, reaches
from thuocdo.engine.schemes.levels import weighed
from thuocdo.engine.schemes.one import One, grounds
from thuocdo.engine.schemes.wording import (
    Condition,
    conditions,
    first_lower,
    level_word,
    row,
)
from thuocdo.kernel.exact import full_vi


class Writer:
    """Writes the findings of one subject from its evaluation."""

    def __init__(self, one: One) -> None:
        self.one, self.plan = one, one.own
        self.evaluator, self.possible = one.found.evaluator, one.found.possible
        self.scheme = self.plan.scheme

    def make(
        self,
        finding_id: str,
        rule: str,
        title: str,
        sentence: str,
        cited: Cited | None,
        effect: Effect,
        inputs: tuple[tuple[str, str], ...] = (),
        value: Fraction | None = None,
        unit: str = "",
        cite: tuple[Citation, ...] | None = None,
    ) -> Finding:
        cites = cite if cite is not None else self.plan.book.cite(cited.cite) if cited is not None else ()
        return Finding(finding_id, rule, title, sentence, inputs, value, unit, cites, effect)

    def _said(self, specs: Sequence[schema.Condition], numbers: Sequence[int], under: str = "") -> str:
        top = [Condition(self.evaluator, s, n) for s, n in zip(specs, numbers, strict=True)]
        return "; ".join(item.sentence(under) for item in top)

    def _inputs(self, specs: Sequence[schema.Condition], numbers: Sequence[int]) -> tuple[tuple[str, str], ...]:
        found: list[tuple[str, str]] = []
        for item in conditions(self.evaluator, specs, numbers):
            found += [pair for pair in item.inputs() if pair not in found]
        return tuple(found)

    # --- rules ---

    def not_rated(self) -> Iterator[Finding]:
        for rule, truth in zip(self.plan.not_rated, self.possible.not_rated, strict=True):
            yes, no = row(truth.yes), row(truth.no)
            said = self._said(rule.spec.when, rule.when, rule.spec.label)
            unless = self._said(rule.spec.unless, rule.unless)
            sentence = f"{rule.spec.label}: {said}."
            sentence += f" Trừ trường hợp: {unless}." if rule.spec.unless else ""
            sentence += " Không xếp loại." if yes else " Vẫn xếp loại." if no else " Chưa đủ dữ kiện để kết luận."
            effect: Effect = "not_rated" if yes else "not_triggered" if no else "missing"
            yield self.make(
                f"not_rated.{rule.spec.id}",
                "not_rated",
                rule.spec.label,
                sentence,
                rule.spec,
                effect,
                self._inputs((*rule.spec.when, *rule.spec.unless), (*rule.when, *rule.unless)),
            )

    def dating(self) -> Iterator[Finding]:
        records = self.one.subject.disciplines or ()
        if not records:
            return
        rules: dict[str, schema.DatingRule] = {rule.id: rule for rule in self.scheme.dating}
        times: dict[str, int] = {}
        for record, state in zip(records, self.evaluator.dated().tolist(), strict=True):
            times[record.act] = times.get(record.act, 0) + 1
            rule = rules.get(DATING_RULES.get(state, ""))
            text = f"Kỷ luật về hành vi {record.act}, hiệu lực {record.effective_date:%d/%m/%Y}: {DATED[state]}."
            text += f" {rule.label}." if rule is not None else ""
            effect: Effect = "counted" if state == COUNTS else "left_open" if state == OPEN_YEAR else "not_triggered"
            yield self.make(
                f"dating.{record.act}.{times[record.act]}",
                "dating",
                "Kỷ luật tính cho kỳ nào",
                text,
                rule or self.scheme,
                effect,
                (("Hành vi", record.act), ("Ngày hiệu lực", f"{record.effective_date:%d/%m/%Y}")),
            )

    def triggers(self) -> Iterator[Finding]:
        for place, (rule, truth) in enumerate(zip(self.plan.triggers, self.possible.triggers, strict=True)):
            spec = rule.spec
            level = level_word(self.plan, self.plan.order.index(spec.level))
            sentence = f"{spec.label}: {self._said(spec.when, rule.when, spec.label)}."
            effect: Effect = "not_triggered"
            decision = self.one.subject.decisions.get(spec.id)
            asked = row(self.possible.asked[place]) and row(self.evaluator.all_of(rule.when).yes)
            if asked and spec.mitigation is not None:
                sentence += f" {grounds(self.one, place, spec.mitigation)}."
            if asked and decision is not None and decision.reading in ("apply", "waive"):
                word = "áp dụng" if decision.reading == "apply" else "không áp dụng"
                sentence += f" {decision.by} quyết định {word}: {decision.reason}"
                effect = "settled_by_decision"
            elif asked:
                sentence += " Cấp có thẩm quyền xem xét áp dụng hay không."
                effect = "left_open"
            elif row(truth.yes):
                sentence += f" Xếp thẳng mức {level}."
                effect = "triggered"
            elif not row(truth.no):
                weighs = weighed(self.evaluator, rule)
                effect = "missing"
                if row(weighs.unknown):
                    sentence += " Chưa đủ dữ kiện về tình tiết được xem xét."
            cited: Cited = spec.mitigation if asked and spec.mitigation is not None else spec
            cite = None
            if cited is not spec:
                cite = self.plan.book.cite((*spec.cite, *(ref for ref in cited.cite if ref not in spec.cite)))
            inputs = self._inputs(spec.when, rule.when)
            if decision is not None and effect == "settled_by_decision":
                inputs += (("Người quyết định", decision.by), ("Lý do", decision.reason))
            yield self.make(f"trigger.{spec.id}", "triggers", spec.label, sentence, cited, effect, inputs, cite=cite)

    def levels(self) -> Iterator[Finding]:
        """Conditions of each level from the best one to the one that holds."""
        if row(self.possible.triggered):
            return
        for rule, truth in zip(self.plan.levels, self.possible.levels, strict=True):
            if rule.spec is None:
                continue
            code = rule.spec.code
            for item in conditions(self.evaluator, rule.spec.when, rule.when, asked=True):
                effect: Effect = "met" if item.holds else "not_met" if item.fails else "missing"
                yield self.make(
                    f"level.{code}.{item.spec.id}",
                    "levels",
                    f"{rule.spec.label}: {first_lower(item.spec.label)}",
                    f"{item.sentence()}.",
                    rule.spec,
                    effect,
                    item.inputs(),
                )
            yield self._level(rule.spec, row(truth.yes), row(truth.no), len(rule.when))
            if row(truth.yes):
                return

    def _level(self, spec: schema.Level, yes: bool, no: bool, tests: int) -> Finding:
        name = f"“{spec.label}”"
        if spec.otherwise:
            sentence = f"Không mức nào cao hơn đủ điều kiện nên thuộc mức {name}."
        elif yes:
            sentence = f"Đủ {tests} điều kiện của mức {name}." if tests > 1 else f"Đạt điều kiện của mức {name}."
        elif no:
            sentence = f"Chưa đủ điều kiện của mức {name}."
        else:
            sentence = f"Chưa kết luận được mức {name}."
        effect: Effect = "met" if yes else "not_met" if no else "missing"
        return self.make(f"level.{spec.code}", "levels", spec.label, sentence, spec, effect)

    def gap(self) -> Iterator[Finding]:
        if row(self.possible.triggered) or any(row(truth.yes) for truth in self.possible.levels):
            return
        if not all(row(truth.no) for truth in self.possible.levels):
            return
        gap = self.scheme.gap
        question = gap.question if gap else "Không mức nào đủ điều kiện. Văn bản không nói xếp mức nào."
        decision = self.one.subject.decisions.get(self.plan.gap_id)
        effect: Effect = "left_open"
        inputs: tuple[tuple[str, str], ...] = ()
        if decision is not None:
            level = level_word(self.plan, self.plan.order.index(decision.reading))
            missed = row(reaches(self.evaluator, self.plan.codes.index(decision.reading)).no)
            question += f" {decision.by} quyết định: {level}. Lý do: {decision.reason}{MISSED if missed else ''}"
            inputs = (("Mức", level), ("Người quyết định", decision.by), ("Lý do", decision.reason))
            effect = "left_open" if missed else "settled_by_decision"
        yield self.make("gap", "gap", "Văn bản để trống", question, gap or self.scheme, effect, inputs)

    def limits(self) -> Iterator[Finding]:
        for place, (rule, truth) in enumerate(zip(self.plan.limits, self.possible.limits, strict=True)):
            if row(truth.no):
                continue
            spec = rule.spec
            before = self.possible.before_limits[place]
            after = (*self.possible.before_limits, self.possible.bits)[place + 1]
            said = self._said(spec.when, rule.when, spec.label)
            sentence = f"{spec.label}{': ' if said else ''}{said}. "
            decision = self.one.subject.decisions.get(spec.id) if spec.chooses else None
            inputs = self._inputs(spec.when, rule.when)
            effect: Effect
            if not row(truth.yes):
                effect, more = "missing", "Chưa đủ dữ kiện để biết giới hạn này có áp dụng hay không."
            elif decision is not None:
                level = level_word(self.plan, self.plan.order.index(decision.reading))
                effect = "settled_by_decision"
                more = f"{decision.by} chọn mức {level}: {decision.reason}"
                inputs += (("Mức", level), ("Người quyết định", decision.by), ("Lý do", decision.reason))
            elif spec.chooses and not row(self.possible.triggered):
                effect, more = "left_open", f"{self._top(place)} Cấp có thẩm quyền chọn trong các mức còn lại."
            elif int(before[0]) == int(after[0]):
                effect, more = "within", f"{self._top(place)} Mức không thay đổi."
            elif int(after[0]) & (int(after[0]) - 1):
                effect, more = "missing", self._top(place)
            else:
                lowered = int(after[0]).bit_length() - 1
                shown = level_word(self.plan, self.plan.order.index(self.plan.codes[lowered]))
                effect, more = "lowered", f"{self._top(place)} Hạ xuống mức {shown}."
            yield self.make(f"limit.{spec.id}", "limits", spec.label, sentence + more, spec, effect, inputs)

    def _top(self, place: int) -> str:
        rule = self.plan.limits[place]
        if rule.at_most is not None:
            code = self.plan.codes[rule.at_most]
            return f"Cao nhất là mức {level_word(self.plan, self.plan.order.index(code))}."
        related = self.evaluator.columns.related.get(rule.relation or "")
        if related is None or related.rank.size == 0:
            return "Chưa có mức để so."
        lowest = int(related.rank.min())
        if lowest < 0:
            unrated = "Đối tượng liên quan không xếp loại nên không có mức để so."
            return unrated if lowest == UNRATED else "Chưa biết mức của đối tượng liên quan."
        worst = int(related.rank.max())
        return f"Không cao hơn mức {level_word(self.plan, worst)} của đối tượng liên quan."

    def level(self) -> Iterator[Finding]:
        code = self.one.level
        if self.one.kind not in ("rated", "scored") or code is None:
            return
        spec = next(level for level in self.scheme.levels if level.code == code)
        score = self.one.score
        word = "Mức tương ứng (chưa phải xếp loại)" if self.plan.band_only else "Mức xếp loại"
        sentence = f"{word} theo các quy tắc: {spec.label} ({spec.abbr})."
        inputs = (("Mức", spec.label),) + ((("Điểm", full_vi(score)),) if score is not None else ())
        yield self.make("level", "level", word, sentence, spec, "rated", inputs)

    # --- open points ---

    def points(self, asked: Sequence[OpenQuestion]) -> Iterator[Finding]:
        waiting = {item.id for item in asked}
        for point in self.plan.book.open_points:
            cite = self.plan.book.cite(point.cite)
            decision = self.one.subject.decisions.get(point.id)
            title = "Điểm luật còn để ngỏ"
            if point.id in {item.id for item in self.plan.points} and point.id in waiting:
                yield self.make(f"open.{point.id}", "open_points", title, point.question, None, "left_open", cite=cite)
            elif point.id in self.one.agreeing:
                text = f"{point.question} Mọi cách hiểu cho cùng kết quả nên không phải chọn. "
                text += f"Phần giải thích viết theo cách hiểu: {first_lower(point.readings[0].label)}."
                yield self.make(f"open.{point.id}", "open_points", title, text, None, "readings_agree", cite=cite)
            elif decision is not None and any(r.id == decision.reading for r in point.readings):
                label = next(r.label for r in point.readings if r.id == decision.reading)
                text = f"{point.question} {decision.by} quyết định: {label}. Lý do: {decision.reason}"
                inputs = (("Cách hiểu", label), ("Người quyết định", decision.by), ("Lý do", decision.reason))
                yield self.make(
                    f"open.{point.id}",
                    "open_points",
                    title,
                    text,
                    None,
                    "settled_by_decision",
                    inputs,
                    cite=cite,
                )
            else:
                yield from self._settled(point)

    def _settled(self, point: schema.SchemePoint) -> Iterator[Finding]:
        """A point of this scheme that the unit's regulation settled or filled."""
        book = self.plan.book
        here = [path for path in point.places if path.split(".", 1)[0] == self.scheme.id]
        settled = book.settled.get(point.id)
        if settled is None:
            settled = next((book.filled[path] for path in here if path in book.filled), None)
        if not here or settled is None or not settled.overlay:
            return
        title = book.overlay_titles.get(settled.overlay, settled.overlay)
        label = next((r.label for r in point.readings if r.id == settled.reading), "đã điền số liệu")
        yield self.make(
            f"open.{point.id}",
            "open_points",
            "Điểm luật còn để ngỏ",
            f"{point.question} {title}: {label}. Người quyết định: {settled.by}. Lý do: {settled.reason}",
            None,
            "settled_by_overlay",
            (("Cách hiểu", label), ("Quy chế", title), ("Người quyết định", settled.by), ("Lý do", settled.reason)),
            cite=settled.cite,
        )
