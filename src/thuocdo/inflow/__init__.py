"""Work that comes in from other systems.

`thuocdo.inflow` (docs/api.md): three doors, one pipeline. A door makes `Offer`s (`payloads`, `tables`,
`caldav_tasks`); `actions.deliver(source_id, offers, gone, spoiled, whole)` locks the source, reads everything in sets
(`knowledge.gather`), decides item by item (`planning.Planner`, three-way `rules.merge`), writes in a few statements
(`writing`) and leaves one event. `actions.answer_items`, `resolve_items`, `ignore_items` are the inbox;
`create_source`, `change_source`, `renew_token`, `stop_source`; `preview_file`, `apply_file`; `pulling.pull` fetches
first, then delivers. Queries: `inbox`, `sources_of_officer`, `file_view`. `api` is the JSON
door over it: a token, no session. `handling` leaves files above `settings.IMPORT_IN_REQUEST` to the worker
(`actions.large`, `working.take_once`), as `intake` does.
"""
