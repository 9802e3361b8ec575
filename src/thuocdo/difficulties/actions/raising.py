"""Raising a difficulty, and taking it back while nobody has answered."""

from datetime import datetime

from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.difficulties import access, rules
from thuocdo.difficulties.locking import Kind, chain_for, locked, move, standing, step, tell_officers, texts
from thuocdo.difficulties.models import Difficulty
from thuocdo.difficulties.subjects import Asked, Subject, resolve
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.kernel.text import fold
from thuocdo.organisation.models import Unit


@action
def raise_difficulty(*, asked: Asked, text: str, proposal: str, by: User, at: datetime) -> Difficulty:
    """Somebody raises a difficulty; the nearest unit upwards with an organisation officer gets it.

    Raises NotYours, Forbidden (the rulebook does not bind the author), Refusal and Refused with the fields.
    """
    subject = resolve(by, asked, at)
    typed = texts(text=(text, "Vướng mắc", True), proposal=(proposal, "Đề xuất", False))
    same = _same(by, subject, typed["text"])
    if same is not None:
        nothing_changed()
        return same
    unit, holder = _addressed(by, at)
    row = Difficulty(
        author=by,
        unit=unit,
        holder=holder,
        about=subject.about,
        rulebook=subject.book.key,
        overlays=list(subject.book.overlays),
        article=subject.article,
        article_words=subject.article_words,
        item=subject.item,
        item_words=subject.item_words,
        sheet=subject.sheet,
        raised_at=at,
        changed_at=at,
        changed_by=by,
        search_key=_key(subject, typed),
        **typed,
    )
    row.save(force_insert=True)
    made = step(row, Kind.RAISED, by, at)
    tell_officers(row, [holder], at, "chờ trả lời.", by)
    record(
        chain=chain_for(row, at),
        code="difficulty.raised",
        by=by,
        at=at,
        objects=[row, made],
        data={"about": subject.about, "rulebook": row.rulebook, "article": row.article},
    )
    return row


def _same(by: User, subject: Subject, text: str) -> Difficulty | None:
    """What a second click on the same button would raise again."""
    return Difficulty.objects.filter(
        author=by,
        rulebook=subject.book.key,
        article=subject.article,
        item=subject.item,
        sheet=subject.sheet,
        text=text,
        state=Difficulty.State.WAITING,
    ).first()


def _key(subject: Subject, typed: dict[str, str]) -> str:
    return fold(f"{subject.article_words} {subject.item_words} {typed['text']} {typed['proposal']}")


def _addressed(by: User, at: datetime) -> tuple[Unit, Unit]:
    on = localdate(at)
    post = access.post_of(by, on)
    if post is None:
        raise Refusal(
            "difficulty.no_post",
            "Tài khoản của ông/bà hiện chưa gắn với vị trí công tác nào nên chưa biết gửi vướng mắc tới đâu. Hãy báo "
            "cán bộ tổ chức ghi nhận vị trí; nội dung đã nhập vẫn còn trên trang này.",
        )
    holder = access.first_holder(post.unit, by, on)
    if holder is None:
        raise Refusal(
            "difficulty.no_officer",
            f"Chưa ghi nhận cán bộ tổ chức nào của “{post.unit.name}” hoặc của đơn vị cấp trên. Hãy đề nghị lãnh đạo "
            "đơn vị giao người; nội dung đã nhập vẫn còn trên trang này.",
        )
    return post.unit, holder


@action
def withdraw(*, difficulty_id: int, version: int, by: User, at: datetime) -> Difficulty:
    """The author takes the difficulty back while it waits and nobody else's was merged into it.

    Raises NotYours, Conflict.
    """
    row = locked(difficulty_id)
    if row.author_id != by.pk:
        raise NotYours()
    if row.state == Difficulty.State.WITHDRAWN:
        nothing_changed()
        return row
    rules.check_version(standing(row), version)
    if row.merged.exists():
        raise Conflict(
            "Vướng mắc của người khác đã được gộp vào vướng mắc này và cùng chờ câu trả lời, nên không rút lại được "
            "nữa."
        )
    move(row, "withdraw", by, at)
    row.save()
    made = step(row, Kind.WITHDRAWN, by, at)
    tell_officers(row, [row.holder], at, "người nêu đã rút lại.", by)
    record(chain=chain_for(row, at), code="difficulty.withdrawn", by=by, at=at, objects=[row, made])
    return row
