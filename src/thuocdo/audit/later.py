"""Columns that came to a table after it had rows on the record, each with the value the rows had from then on.

A digest leaves such a column out while it holds that value. So rows recorded before the column existed keep their
digests, and any other value in the column is a change like every other. Why this and no numbered recipes: ADR 5.
"""

from typing import Any

LATER: dict[str, dict[str, Any]] = {
    "appraisals.confirmation": {"entered_by_id": None},
    "appraisals.leveldecision": {"confirmation_id": None},
    "appraisals.levelproposal": {"account_id": None},
    "appraisals.paperentry": {"own_entered_by_id": None},
    "appraisals.petition": {"clock": ""},
    "appraisals.quotaplaces": {
        "raised_by": "",
        "raised_reason": "",
        "rounding": "",
        "rounding_reason": "",
        "share": "",
        "share_source": "",
    },
    "appraisals.remark": {"owner_id": None},
    "ballots.ballot": {
        "paper_reason": "",
        "recount_agreed_by_id": None,
        "recount_asked_by_id": None,
        "refused": None,
        "round_id": None,
        "step": "",
    },
    "ballots.ballotline": {"subject_id": None},
    "conclusions.assessment": {"day": None},
    "cycles.member": {"rule_decided_by": "", "rule_decision": ""},
    "decisions.petitionroute": {"chosen_by": "", "reason": ""},
    "decisions.decision": {"publication_id": None},
    "decisions.publication": {"number": 1, "quota_note": ""},
    "intake.importbatch": {"before": "", "undoes_id": None},
    "opinions.opinionparty": {"asks": "people"},
    "opinions.opinionround": {"answered": None, "shows_self": False, "year_round_id": None},
    "opinions.opinionsubject": {"person_id": None, "self_rating": "", "year_round_id": None, "year_subject_id": None},
    "opinions.opiniontally": {"party_numbers": []},
    "organisation.succession": {"managed_code": ""},
    "results.followup": {"account_id": None},
    "results.handover": {"account_id": None},
    "results.syncmark": {"covers_to": None},
    "rounds.round": {"leaderships": ""},
    "rulesets.binding": {"periods": ""},
    "plans.weekgrade": {"account_id": None},
    "work.causeclaim": {"claimed_by_id": None},
    "work.clarification": {"asked_of_id": None},
    "work.task": {
        "answer": "",
        "assigned_by": "",
        "conversion_note": "",
        "expected": "",
        "handed_back_reason": "",
        "is_hard": False,
        "is_key": False,
        "is_new": False,
        "late_excused": 0,
        "nature": "regular",
        "origin": "assigned",
        "part_of_id": None,
        "proposed_by_id": None,
        "start_date": None,
        "taken_over_from_id": None,
        "unconverted": False,
        "uncountable": False,
        "unit_id": None,
    },
}
"""By table and column, as stored. Never change or remove an entry: rows are on the record under it."""
