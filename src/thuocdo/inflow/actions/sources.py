"""Registering a source, its token, its mappings; stopping it."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from thuocdo.accounts.models import User
from thuocdo.accounts.rules import token_hash
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.inflow.access import require_version, source_of_officer
from thuocdo.inflow.hosts import checked_url
from thuocdo.inflow.mapped import check_people
from thuocdo.inflow.models import Source
from thuocdo.inflow.typed import Settings, check_days, check_kind
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.kernel.typed import text_from
from thuocdo.organisation.access import chain_of, day_of
from thuocdo.organisation.models import Unit
from thuocdo.organisation.queries import officer_units


@dataclass(frozen=True)
class IssuedToken:
    """A source with its token as it is shown once; `token` is empty where the source needs none."""

    source: Source
    token: str


def _record(source: Source, code: str, by: User, at: datetime) -> None:
    record(
        chain=chain_of(source.agency, day_of(at)), code=code, by=by, at=at, objects=[source], data={"source": source.pk}
    )


def _give_token(source: Source, at: datetime, days: int) -> str:
    check_days(days)
    token = f"td1_{secrets.token_urlsafe(32)}"
    source.token_hash, source.token_hint = token_hash(token), token[-4:]
    source.token_expires_at = at + timedelta(days=days)
    return token


def _fill(source: Source, settings: Settings, at: datetime) -> None:
    """Puts checked settings on the source; the address of a calendar server must be one the operator allowed, and new
    people of its table somebody there."""
    check_people(source.agency_id, settings.people, source.people, day_of(at))
    source.name = text_from(settings.name, "Tên nguồn", most=120, field="name")
    for name in (
        "month_rule",
        "completion",
        "default_product",
        "default_coefficient",
        "silent_days",
        "people",
        "products",
        "columns",
    ):
        setattr(source, name, getattr(settings, name))
    if source.kind == Source.Kind.CALDAV:
        source.url = checked_url(settings.url)
        source.username = text_from(settings.username, "Tài khoản", most=120, field="username")
        source.write_back = settings.write_back


@action
def create_source(
    *, by: User, at: datetime, unit_id: int, kind: str, settings: Settings, token_days: int = 180
) -> IssuedToken:
    """Register a source for a unit of the officer. A REST source gets its token. Raises NotYours, Refusal."""
    unit = Unit.objects.filter(pk=unit_id, pk__in=officer_units(by, day_of(at))).first()
    if unit is None:
        raise NotYours("Không tìm thấy đơn vị này trong phạm vi ông/bà phụ trách.")
    check_kind(kind)
    source = Source(agency=unit, kind=kind, created_by=by, created_at=at)
    _fill(source, settings, at)
    token = _give_token(source, at, token_days) if kind == Source.Kind.REST else ""
    source.save()
    _record(source, "source.created", by, at)
    return IssuedToken(source, token)


@action
def change_source(*, by: User, at: datetime, source_id: int, version: int, settings: Settings) -> Source:
    """Change name, mappings and readings; what came before stays as it is. Raises NotYours, Conflict, Refusal."""
    source = source_of_officer(by, source_id, at, lock=True)
    require_version(source, version)
    before = _state_of(source)
    _fill(source, settings, at)
    if _state_of(source) == before:
        nothing_changed()
        return source
    source.sync_mark, source.version = "", source.version + 1
    source.save()
    _record(source, "source.changed", by, at)
    return source


def _state_of(source: Source) -> dict[str, Any]:
    return {f.attname: getattr(source, f.attname) for f in source._meta.concrete_fields}


@action
def renew_token(*, by: User, at: datetime, source_id: int, version: int, token_days: int) -> IssuedToken:
    """A new token; the old one ends at once. Raises NotYours, Conflict, Refusal."""
    source = source_of_officer(by, source_id, at, lock=True)
    require_version(source, version)
    if source.kind != Source.Kind.REST:
        raise Refusal("token.kind", "Chỉ nguồn REST có mã truy cập.")
    token = _give_token(source, at, token_days)
    source.version += 1
    source.save()
    _record(source, "source.token_renewed", by, at)
    return IssuedToken(source, token)


@action
def stop_source(*, by: User, at: datetime, source_id: int, version: int) -> Source:
    """Revoke the token and take nothing in any more; tasks and items stay. Twice changes nothing."""
    source = source_of_officer(by, source_id, at, lock=True)
    if source.state == Source.State.STOPPED:
        nothing_changed()
        return source
    require_version(source, version)
    source.state, source.token_hash, source.token_hint = Source.State.STOPPED, "", ""
    source.token_expires_at = None
    source.version += 1
    source.save()
    _record(source, "source.stopped", by, at)
    return source


@action
def restart_source(*, by: User, at: datetime, source_id: int, version: int) -> Source:
    """Take in again; a REST source needs a new token first. Twice changes nothing."""
    source = source_of_officer(by, source_id, at, lock=True)
    if source.state == Source.State.ACTIVE:
        nothing_changed()
        return source
    require_version(source, version)
    source.state = Source.State.ACTIVE
    source.version += 1
    source.save()
    _record(source, "source.restarted", by, at)
    return source
