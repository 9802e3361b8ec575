"""People, imports, accounts and applicable rules (under /to-chuc/)."""

from django.urls import path

from thuocdo.web.organisation_office import people, people_accounts, people_edit, people_import, people_rules

urlpatterns = [
    path("to-chuc/nguoi/", people.people, name="people"),
    path("to-chuc/nguoi/<int:person_id>/", people.person, name="person"),
    path("to-chuc/nguoi/them/", people_edit.new, name="person_new"),
    path("to-chuc/nguoi/gop-ma/", people_edit.merges, name="person_merges"),
    path("to-chuc/nguoi/<int:person_id>/sua/", people_edit.edit, name="person_edit"),
    path("to-chuc/nguoi/<int:person_id>/thoi-cong-tac/", people_edit.leave, name="person_leave"),
    path("to-chuc/nhap-du-lieu/", people_import.imports, name="imports"),
    path("to-chuc/nhap-du-lieu/<int:batch_id>/", people_import.batch, name="import_batch"),
    path("to-chuc/nhap-du-lieu/<int:batch_id>/ap-dung/", people_import.apply, name="import_apply"),
    path("to-chuc/nhap-du-lieu/<int:batch_id>/chuyen-ma/", people_import.convert, name="import_convert"),
    path("to-chuc/nhap-du-lieu/xuat.xlsx", people_import.export, name="import_export"),
    path("to-chuc/nhap-du-lieu/<int:batch_id>/bo/", people_import.drop, name="import_drop"),
    path("to-chuc/nhap-du-lieu/<int:batch_id>/hoan-tac/", people_import.undo, name="import_undo"),
    path("to-chuc/nhap-du-lieu/<int:batch_id>/danh-dau.xlsx", people_import.marked, name="import_marked"),
    path("to-chuc/nhap-du-lieu/mau/<slug:kind>.xlsx", people_import.template, name="import_template"),
    path("to-chuc/nhap-du-lieu/vi-du/<str:name>", people_import.demo, name="import_demo"),
    path("to-chuc/tai-khoan/", people_accounts.accounts, name="accounts"),
    path("to-chuc/tai-khoan/lien-ket/", people_accounts.links, name="account_links"),
    path("to-chuc/tai-khoan/<int:person_id>/lap/", people_accounts.open_account, name="account_open"),
    path("to-chuc/tai-khoan/<int:person_id>/dung/", people_accounts.stop, name="account_stop"),
    path("to-chuc/tai-khoan/<int:person_id>/dung-lai/", people_accounts.restart, name="account_restart"),
    path("to-chuc/quy-dinh-ap-dung/", people_rules.rules, name="rule_bindings"),
]
