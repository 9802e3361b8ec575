from thuocdo.opinions.actions.answering import answer_round
from thuocdo.opinions.actions.answering_bodies import answer_for_body, confirm_paper, return_paper
from thuocdo.opinions.actions.closing import close_opinions, drop_round
from thuocdo.opinions.actions.looking import record_look
from thuocdo.opinions.actions.preparing import add_party, drop_party, prepare_round
from thuocdo.opinions.actions.preparing_year import add_bodies, prepare_year_round
from thuocdo.opinions.actions.sending import send_round

__all__ = [
    "add_bodies", "add_party", "answer_for_body", "answer_round", "close_opinions", "confirm_paper", "drop_party",
    "drop_round", "prepare_round", "prepare_year_round", "record_look", "return_paper", "send_round",
]  # fmt: skip
