from thuocdo.decisions.models.choices import PetitionRoute, PublicationForm
from thuocdo.decisions.models.papers import Decision, DecisionLine, Delivery
from thuocdo.decisions.models.publication import Publication, PublishedResult, ResultReceipt, UnpublishedCount
from thuocdo.decisions.models.reopening import Recusal, Reopening

__all__ = [
    "Decision",
    "DecisionLine",
    "Delivery",
    "PetitionRoute",
    "Publication",
    "PublicationForm",
    "PublishedResult",
    "Recusal",
    "Reopening",
    "ResultReceipt",
    "UnpublishedCount",
]
