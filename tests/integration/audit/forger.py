"""What the owner of the database could do to the record without the triggers: one random deed at a time."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models import F, Field, Model

from thuocdo.audit.digests import digest, recorded_fields
from thuocdo.audit.models import Chain, Event, EventObject
from thuocdo.audit.recording import event_hash, objects_hash
from thuocdo.audit.tables import protected_models


class NotPossible(Exception):
    """The draw hit a value that cannot be changed; draw again."""


class Forger:
    """Deeds are methods; each returns a description of what it changed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.tables = [model for model in protected_models() if model._base_manager.exists()]
        self.deeds: list[Callable[[], str]] = [
            self.change_row,
            self.change_row,
            self.change_row,
            self.delete_row,
            self.insert_row,
            self.renumber_row,
            self.change_event,
            self.change_object,
            self.change_chain,
            self.delete_object,
            self.insert_object,
            self.delete_event,
            self.swap_events,
            self.cut_tail,
            self.drop_chain,
            self.rewrite_row_and_tail,
            self.rewrite_event_and_tail,
            self.remove_event_and_close_gap,
            self.slip_in_event,
            self.bring_back_old_state,
        ]

    def deed(self) -> str:
        chosen = self.random.choice(self.deeds)
        return f"{chosen.__name__}: {chosen()}"

    # rows

    def change_row(self) -> str:
        row = self._row()
        field = self.random.choice([f for f in recorded_fields(type(row)) if not f.primary_key])
        return self._change(row, field)

    def delete_row(self) -> str:
        row = self._row()
        type(row)._base_manager.filter(pk=row.pk)._raw_delete("default")
        return repr(row)

    def insert_row(self) -> str:
        return self._insert(self._row())

    def _insert(self, row: Any) -> str:
        original = row.pk
        row.pk = None
        row._state.adding = True
        for field in recorded_fields(type(row)):
            if (field.unique and not field.primary_key) or self.random.random() < 0.3:
                setattr(row, field.attname, self._other(field, getattr(row, field.attname)))
        row.save(force_insert=True)
        return f"{row._meta.label} like {original}"

    def renumber_row(self) -> str:
        row = self._row()
        if not isinstance(row.pk, int):
            raise NotPossible
        type(row)._base_manager.filter(pk=row.pk).update(**{row._meta.pk.attname: row.pk + 1000})
        return repr(row)

    def change_one(self, model: type[Model], field: "Field[Any, Any]") -> str:
        """Another value in this column of some row."""
        return self._change(self._pick(model), field)

    def delete_one(self, model: type[Model]) -> str:
        """Some row of this table is gone."""
        row = self._pick(model)
        model._base_manager.filter(pk=row.pk)._raw_delete("default")
        return repr(row)

    def insert_one(self, model: type[Model]) -> str:
        """One more row in this table, with other texts where they must be."""
        return self._insert(self._pick(model))

    # the log, crudely

    def change_event(self) -> str:
        event = self._pick(Event)
        return self._change(event, self._field(Event))

    def change_object(self) -> str:
        return self._change(self._pick(EventObject), self._field(EventObject))

    def change_chain(self) -> str:
        return self._change(self._pick(Chain), self._field(Chain))

    def delete_object(self) -> str:
        one = self._pick(EventObject)
        EventObject.objects.filter(pk=one.pk)._raw_delete("default")
        return f"{one.kind} {one.key}"

    def insert_object(self) -> str:
        one = self._pick(EventObject)
        EventObject.objects.create(
            event=self._pick(Event),
            kind=one.kind,
            key=one.key,
            revision=one.revision + 100,
            digest=one.digest,
        )
        return f"{one.kind} {one.key}"

    def delete_event(self) -> str:
        return self._erase(self._pick(Event))

    def swap_events(self) -> str:
        event = self._pick(Event)
        other = self._one(Event.objects.filter(chain=event.chain).exclude(pk=event.pk))
        Event.objects.filter(pk=event.pk).update(seq=10_000_000)
        Event.objects.filter(pk=other.pk).update(seq=event.seq)
        Event.objects.filter(pk=event.pk).update(seq=other.seq)
        return f"{event.chain} {event.seq} and {other.seq}"

    # the log, with all hashes made to fit again

    def cut_tail(self) -> str:
        event = self._pick(Event)
        for late in Event.objects.filter(chain=event.chain, seq__gte=event.seq):
            self._erase(late)
        self._fit(event.chain)
        return f"{event.chain} from {event.seq}"

    def drop_chain(self) -> str:
        chain = self._pick(Chain)
        for event in Event.objects.filter(chain=chain.key):
            self._erase(event)
        chain.delete()
        return chain.key

    def rewrite_row_and_tail(self) -> str:
        what = self.change_row()
        kind, key = self._changed
        row = next(m for m in self.tables if m._meta.label_lower == kind)._base_manager.get(pk=key)
        last = EventObject.objects.filter(kind=kind, key=str(key)).order_by("-revision")[0]
        EventObject.objects.filter(pk=last.pk).update(digest=digest(row))
        self._fit(last.event.chain)
        return what

    def rewrite_event_and_tail(self) -> str:
        event = self._pick(Event)
        names = ("at", "code", "actor", "on_behalf_of", "data")
        what = self._change(event, Event._meta.get_field(self.random.choice(names)))
        self._fit(event.chain)
        return what

    def remove_event_and_close_gap(self) -> str:
        event = self._pick(Event)
        self._erase(event)
        for late in Event.objects.filter(chain=event.chain, seq__gt=event.seq).order_by("seq"):
            Event.objects.filter(pk=late.pk).update(seq=F("seq") - 1)
        self._fit(event.chain)
        return f"{event.chain} {event.seq}"

    def slip_in_event(self) -> str:
        event = self._pick(Event)
        for late in Event.objects.filter(chain=event.chain, seq__gte=event.seq).order_by("-seq"):
            Event.objects.filter(pk=late.pk).update(seq=F("seq") + 1)
        event.pk = None
        event.save(force_insert=True)
        self._fit(event.chain)
        return f"{event.chain} {event.seq}"

    def bring_back_old_state(self) -> str:
        late = self._one(EventObject.objects.filter(revision__gt=1))
        early = EventObject.objects.get(kind=late.kind, key=late.key, revision=late.revision - 1)
        EventObject.objects.filter(pk=late.pk).update(revision=10_000)
        EventObject.objects.filter(pk=early.pk).update(revision=late.revision)
        EventObject.objects.filter(pk=late.pk).update(revision=early.revision)
        for chain in {late.event.chain, early.event.chain}:
            self._fit(chain)
        return f"{late.kind} {late.key}"

    # tools

    def _pick(self, model: type[Any]) -> Any:
        return self._one(model._base_manager.all())

    def _one(self, rows: Any) -> Any:
        keys = sorted(rows.values_list("pk", flat=True), key=str)
        if not keys:
            raise NotPossible
        return rows.get(pk=self.random.choice(keys))

    def _row(self) -> Any:
        return self._pick(self.random.choice(self.tables))

    def _field(self, model: type[Model]) -> "Field[Any, Any]":
        """Any column but the surrogate key, which carries no meaning in the log."""
        return self.random.choice([f for f in model._meta.concrete_fields if not f.primary_key])

    def _change(self, row: Any, field: Any) -> str:
        old = getattr(row, field.attname)
        new = self._other(field, old)
        if new == old:
            raise NotPossible
        type(row)._base_manager.filter(pk=row.pk).update(**{field.attname: new})
        self._changed = (row._meta.label_lower, row.pk)
        return f"{row._meta.label} {row.pk} {field.attname}: {old!r} -> {new!r}"

    def _other(self, field: Any, old: Any) -> Any:
        """Another valid value for a column."""
        if field.null and old is not None and self.random.random() < 0.2:
            return None
        if isinstance(field, models.ForeignKey):
            keys = field.related_model._base_manager.exclude(pk=old).values_list("pk", flat=True)
            if not keys:
                raise NotPossible
            return self.random.choice(sorted(keys))
        if field.choices:
            return self.random.choice([value for value, _label in field.choices if value != old])
        return self._other_plain(field, old)

    def _other_plain(self, field: Any, old: Any) -> Any:
        if isinstance(field, models.BooleanField):
            return not old
        if isinstance(field, models.IntegerField):
            return (old or 0) + self.random.choice([1, 7, 100])
        if isinstance(field, models.JSONField):
            return [old, "khác"]
        if isinstance(field, models.DateTimeField):
            return (old or self._pick(Event).at) + self.random.choice(
                [timedelta(microseconds=1), timedelta(days=1)]
            )
        if isinstance(field, models.DateField):
            return (old or self._pick(Event).at.date()) + timedelta(days=1)
        if not isinstance(field, models.CharField | models.TextField):
            raise NotPossible
        return ((old or "") + " khác")[-(field.max_length or 10_000) :]

    def _erase(self, event: Event) -> str:
        EventObject.objects.filter(event=event)._raw_delete("default")
        Event.objects.filter(pk=event.pk)._raw_delete("default")
        return f"{event.chain} {event.seq}"

    def _fit(self, chain: str) -> None:
        """Recompute every hash of `chain` and its head row, so that it is consistent in itself."""
        previous, seq = "", 0
        for event in Event.objects.filter(chain=chain).order_by("seq"):
            stored = event.touched.values_list("kind", "key", "revision", "digest")
            event.previous, seq, event.objects_hash = previous, event.seq, objects_hash(sorted(stored))
            previous = event.hash = event_hash(
                event.previous,
                chain,
                seq,
                event.at,
                event.code,
                event.actor,
                event.on_behalf_of,
                event.data,
                event.objects_hash,
            )
            fitted = {"previous": event.previous, "objects_hash": event.objects_hash, "hash": event.hash}
            Event.objects.filter(pk=event.pk).update(**fitted)
        Chain.objects.filter(key=chain).update(seq=seq, head=previous)
