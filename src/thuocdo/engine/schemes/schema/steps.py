"""Who decides, the steps of the procedure and their order, forms and times."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from thuocdo.engine.schema import Cited, Role, Slug, Text
from thuocdo.engine.schemes.schema.terms import Open, ShareBound, SubjectKind


class Decider(Cited):
    """Who decides on whom."""

    id: Slug
    subject: Text
    proposes: str = ""
    decides: Text


class ProcedureStep(Cited):
    """A step of the procedure; `of` groups the steps of one object."""

    of: Text
    number: Text
    text: Text


class FormUse(Cited):
    """A form by the number that this instrument gives it, and whose it is (none: of nobody in particular)."""

    number: Text
    label: Text
    subjects: tuple[SubjectKind, ...] = ()
    roles: tuple[Role, ...] = ()

    def concerns(self, kind: str, role: str) -> bool:
        """Whether a subject of that kind and role fills it in."""
        return kind in self.subjects and (not self.roles or role in self.roles)


class Timing(Cited):
    id: Slug
    label: Text


StepKind = Literal["review", "report", "rating", "opinion", "ballot", "decision"]


class Stage(Cited):
    """A stage that precedence speaks of: what is done (`step`), to which kinds of subject (`subjects`) in which roles
    (`roles`; none listed: all).

    `parts`: the text speaks of these stages together; nobody takes the stage itself. Open where the text names a stage
    without saying which steps it is: nothing waits for it or by it until an agency accepts a reading. `note`: what the
    product takes for granted about it. A stage without subjects and parts is of no round.
    """

    id: Slug
    label: Text
    step: StepKind | None = None
    subjects: tuple[SubjectKind, ...] = ()
    roles: tuple[Role, ...] = ()
    parts: tuple[Slug, ...] | Open = ()
    note: str = ""

    @model_validator(mode="after")
    def _fits(self) -> Stage:
        if self.parts and (self.subjects or self.step or self.roles):
            raise ValueError("bước gồm nhiều bước khác (parts) thì không ghi step, subjects, roles")
        if bool(self.subjects) != (self.step is not None):
            raise ValueError("step đi cùng subjects")
        return self


class Before(Cited):
    """`then` is refused while `first` is not done for the linked subject.

    `link`: `itself` (an earlier step of the same subject), `same` (the same person's other procedure), `any` (every
    subject of the file), or a relation of the later subject (`collective`, `units`, …).
    """

    id: Slug
    label: Text
    first: Slug
    then: Slug
    link: Slug


class OpinionGiver(Cited):
    """Who is asked about a subject before the rating (ý kiến nhiều phía). `secret`: the text keeps the mark secret,
    or names the giver; `asked`: a body or a person; both absent where what was read does not say. `subjects` and
    `roles`: about whom (none listed: about all). `required` false: the text leaves it to need."""

    id: Slug
    group: Literal["superior", "colleague", "subordinate", "related", "residence", "front", "public"]
    label: Text
    secret: bool | None = None
    asked: Literal["body", "person"] | None = None
    subjects: tuple[SubjectKind, ...] = ()
    roles: tuple[Role, ...] = ()
    required: bool = True

    def concerns(self, kind: str, role: str) -> bool:
        """Whether a subject of that kind and role is asked about."""
        return (not self.subjects or kind in self.subjects) and (not self.roles or role in self.roles)


class BallotTrigger(Cited):
    """A case in which a text brings somebody to this ballot (trường hợp đưa ra bỏ phiếu). `share`: so much of `of` must
    ask for it, "1/3" being that part."""

    id: Slug
    label: Text
    share: ShareBound | None = None
    of: str = ""

    @model_validator(mode="after")
    def _fits(self) -> BallotTrigger:
        if (self.share is None) != (not self.of):
            raise ValueError("share đi cùng of")
        return self


class BallotWords(Cited):
    """What a text says of a ballot (bỏ phiếu). Absent where what was read does not say: `secret` whether it is kept
    secret, `options` what stands on the slip, `marks` how many of them a line bears, `quorum` the least share of those
    summoned, `invalid` whether one wrong line spoils the line or the slip, `spoils` what is wrong, `triggers` the cases
    in which the ballot is held. `may_sign`: the voter may sign."""

    id: Slug
    kind: Literal["member_levels", "cadre_levels", "collective_levels", "confidence_levels", "confidence_vote"]
    label: Text
    secret: bool | None = None
    may_sign: bool = False
    options: Annotated[tuple[Text, ...], Field(max_length=10)] = ()
    quorum: ShareBound | None = None
    invalid: Literal["line", "slip"] | None = None
    marks: int | None = Field(None, ge=1)
    spoils: tuple[Literal["not_issued", "struck_out", "unmarked", "overmarked", "added"], ...] = ()
    triggers: Annotated[tuple[BallotTrigger, ...], Field(max_length=20)] = ()
