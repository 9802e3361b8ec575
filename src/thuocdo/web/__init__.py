"""Pages: parse, one call, render or redirect.

Web paths (Vietnamese, no diacritics): `/` to-do · `/dang-nhap/` `/dang-xuat/` `/kich-hoat/<token>/` · `/phieu/…` own
sheets (my_month) · `/danh-gia/…` evaluator (my_unit) · `/giao-viec/…` task giver (my_unit) · `/kien-nghi/…` ·
`/vuong-mac/…` difficulties of everybody · `/to-chuc/…` officer (organisation_office): `nguoi`, `nhap-du-lieu`,
`tai-khoan`, `ky`, `quy-dinh-ap-dung`, `quy-che`, `vuong-mac` · `/quy-tac/…` library, `chon` selection, `<key>`
reader, `ban/<hash>` a version that a period used, `so-sanh`, `tinh-huong/<key>` cases, `tinh-thu`, `neu-doi` what-if
(officers, inspectors) · `/nam/<year>/`.
"""
