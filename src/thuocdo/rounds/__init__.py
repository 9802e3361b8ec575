"""The year's round (đợt kiểm điểm, xếp loại): who is in it, which step waits for which, what is done.

A `Round` of a Party organisation pins the rulebook that its rating date selects; `population` freezes the subjects of
the whole tree below, with where each belongs (`links`), in batches (`working.open_once`). The order of steps is the
pinned rulebook's graph. Rooms above name a step by node and subject: `gate.waiting(...)` before they write,
`gate.require_free(...)` in their action, `gate.told(...)` for the row that says it is done, which they record with
their own. A step that no room takes is recorded by `actions.take_steps` with day, place and number of the document
(a rating from a decision on paper, `on_paper`);
`actions.undo_step` adds a row, nothing is changed; `actions.replace_paper` puts another decision on paper in its place,
also after the round's end; rooms above that `taken_back.register` put up results that rested on
a rating which is taken back. What a text leaves open makes a subject wait for a decision
(`actions.decide_subjects`). `rechecking.recheck` compares the frozen list with a later day, `actions.take_in` adds who
came; `outcomes.counted` and `differences` set two rounds side by side;
`actions.record_subject_view` is an inspector's look.
"""
