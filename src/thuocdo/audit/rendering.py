"""Models of migrations made when they are asked for. Django makes all models of the product, 165 linked with each
other, anew with nearly every operation, of which most ask for one table and what it points at."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations.state import ModelState, ProjectState, StateApps
from django.db.migrations.utils import resolve_relation
from django.utils.functional import cached_property

Key = tuple[str, str]


class ModelsWhenAsked(StateApps):
    """The models of a state: each is made with all it points at, directly and through others, when it is asked for, and
    all are when somebody asks for more than one model by its name (who points at a table, say)."""

    def __init__(self, state: ProjectState) -> None:
        self.states: dict[Key, ModelState] = {}
        self.made: set[Key] = set()
        super().__init__(state.real_apps, {})  # type: ignore[arg-type]
        self.states = state.models
        self.earlier: ProjectState | None = state.__dict__.get("earlier")

    def get_model(self, app_label: str, model_name: str | None = None, require_ready: bool = True) -> Any:
        """This model."""
        if model_name is None:
            app_label, model_name = app_label.split(".")
        key = app_label, model_name.lower()
        if self.earlier and key in self.earlier.models and key in self.states:
            before, now = self.earlier.models[key].fields, self.states[key].fields
            if before.keys() != now.keys() or any(before[name] is not now[name] for name in now):
                self.earlier.apps.get_model(*key)  # its columns come before those that are new
        self._make([key])
        found = self.all_models[app_label].get(key[1])
        return found or super().get_model(app_label, model_name, require_ready)

    def get_app_config(self, app_label: str) -> Any:
        """An app with all its models."""
        self.make_all()
        return super().get_app_config(app_label)

    def get_app_configs(self) -> Any:
        """The apps with all their models."""
        self.make_all()
        return super().get_app_configs()

    def get_models(self, include_auto_created: bool = False, include_swapped: bool = False) -> Any:
        """All models."""
        self.make_all()
        return super().get_models(include_auto_created, include_swapped)

    get_models.cache_clear = StateApps.get_models.cache_clear  # type: ignore[attr-defined]

    def make_all(self) -> None:
        """Make all models that are not made yet."""
        self._make(self.states)

    def _make(self, keys: Iterable[Key]) -> None:
        asked, found = [key for key in keys if key in self.states and key not in self.made], []
        while asked:
            key = asked.pop()
            if key not in self.made:
                self.made.add(key)
                found.append(self.states[key])
                asked += [one for one in _pointed_at(self.states[key]) if one in self.states]
        self.render_multiple(found)


def _pointed_at(state: ModelState) -> Iterator[Key]:
    """The models without which this one is not whole."""
    for base in state.bases:
        if isinstance(base, str):
            yield resolve_relation(base, state.app_label, state.name_lower)
    for field in state.fields.values():
        if field.remote_field is not None:
            for to in (field.remote_field.model, getattr(field.remote_field, "through", None)):
                if to is not None:
                    yield resolve_relation(to, state.app_label, state.name_lower)


@contextmanager
def models_when_asked() -> Iterator[None]:
    """Let the states of migrations make their models so: whatever changes a state lets its models fall. Who is given
    all models (`RunPython`, what follows the migrations) finds them made, with the ways back from one to another."""

    def apps(state: ProjectState) -> ModelsWhenAsked:
        return ModelsWhenAsked(state)

    def fall(state: ProjectState, *_: Any, **__: Any) -> None:
        state.__dict__.pop("apps", None)

    def clone(state: ProjectState) -> ProjectState:
        made = ProjectState({key: one.clone() for key, one in state.models.items()}, state.real_apps)
        state.__dict__["earlier"] = made
        return made

    def whole(state: ProjectState) -> None:
        state.apps.make_all()  # type: ignore[attr-defined]

    lazily = cached_property(apps)
    lazily.__set_name__(ProjectState, "apps")
    ours = {
        "apps": lazily,
        "reload_model": fall,
        "reload_models": fall,
        "clone": clone,
        "clear_delayed_apps_cache": whole,
    }
    theirs = {name: vars(ProjectState)[name] for name in ours}
    for name, one in ours.items():
        setattr(ProjectState, name, one)
    try:
        yield
    finally:
        for name, one in theirs.items():
            setattr(ProjectState, name, one)
