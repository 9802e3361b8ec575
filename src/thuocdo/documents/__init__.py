"""Forms and papers as PDF and Word.

`thuocdo.documents`: `forms.mau_01(user, sheet_id, version=None) -> FormData`, `forms.mau_02(user, person_id, year) ->
FormData`, `render.to_pdf(form) -> bytes`, `render.to_docx(form) -> bytes`; `reports.review_report(user,
subject_id, number, at) -> Report` for the same two doors; `ballots`:
the slip, the tally sheet and the minutes of a ballot on paper.
"""
