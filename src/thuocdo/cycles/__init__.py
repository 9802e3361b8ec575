"""Periods: who is in, who evaluates, what was frozen; runs over a whole city.

`thuocdo.cycles`: `rules.evaluator_for(...)` by the rulebook's table (Điều 10), `queries.readiness(user, root_id,
kind, year, number, at)`, helper `opening.freeze_population(...)` used by `appraisals.actions.opening`.

The review of more than 500 people is counted by seats (`outlook`) and kept in the process under tokens of all that it
rests on (`outlook_kept`, `audit.tokens`); opening reads everybody anew.

Runs: over `actions.opening.AT_ONCE` (500) people `open_cycle` makes the cycle and a `Run`; `thuocdo work` (a child of
`serve`) repeats `decisions.working.work_once()`: one batch = one action = one transaction = one event, the run's row
locked (`cycles.runs.taken`) and its `position` moved in it, so SIGKILL loses at most the batch and doubles nothing.
The population is frozen in one transaction as of `started_at`; sheets follow in batches. `actions.start_rating` fills
`ProposedResult` (columns, equal to the preview; decides nothing), `decisions.actions.runs.start_publishing` publishes
units; `stop_run`, `resume_run`. `run_queries.follow(user, run_id, at)` is its page. `audit.bulk` (`reserve`,
`Pattern`, `insert`) with `record(fresh=[(model, rows)])` writes many rows with their digests: COPY on PostgreSQL.
`audit.many_keys`: `in` with over 40 whole numbers is one array there. `appraisals.in_force(rows)` asks for results
that nothing replaces (not `replaced_by__isnull`, which misleads the planner over a city); `organisation.compiled`
writes the SQL of `reach_of` once a day, so registered roots use nothing of the user but the key. Figures:
docs/city.md.
"""
