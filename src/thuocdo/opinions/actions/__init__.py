from thuocdo.opinions.actions.answering import answer_round
from thuocdo.opinions.actions.closing import close_opinions, drop_round
from thuocdo.opinions.actions.preparing import add_party, drop_party, prepare_round, send_round

__all__ = ["add_party", "answer_round", "close_opinions", "drop_party", "drop_round", "prepare_round", "send_round"]
