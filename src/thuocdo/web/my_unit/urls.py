from django.urls import path

from thuocdo.web.my_unit import giving, judging, levels, petitions, table, tasks

urlpatterns = [
    path("danh-gia/", table.cycles, name="evaluate_cycles"),
    path("danh-gia/<int:cycle_id>/", table.sheets, name="evaluate_table"),
    path("danh-gia/<int:cycle_id>/muc/", levels.levels, name="evaluate_levels"),
    path("danh-gia/<int:cycle_id>/quyet-dinh-muc/", levels.decide, name="decide_levels"),
    path("danh-gia/<int:cycle_id>/xac-nhan/", table.confirm, name="evaluate_confirm_many"),
    path("danh-gia/phieu/<int:sheet_id>/", judging.sheet, name="evaluate_sheet"),
    path("danh-gia/phieu/<int:sheet_id>/mo/", judging.open_sheet, name="evaluate_open"),
    path("danh-gia/phieu/<int:sheet_id>/truong-hop/", judging.answer_situation, name="evaluate_situation"),
    path("danh-gia/phieu/<int:sheet_id>/tinh-thu/", judging.try_out, name="evaluate_try"),
    path("danh-gia/phieu/<int:sheet_id>/luu/", judging.save, name="evaluate_save"),
    path("danh-gia/phieu/<int:sheet_id>/tra-lai/", judging.send_back, name="evaluate_return"),
    path("danh-gia/phieu/<int:sheet_id>/xac-nhan/", judging.confirm_sheet, name="evaluate_confirm"),
    path("danh-gia/phieu/<int:sheet_id>/lap-thay/", judging.enter_instead, name="evaluate_stand_in"),
    path("kien-nghi/", petitions.to_answer, name="petitions_to_answer"),
    path("kien-nghi/<int:petition_id>/", petitions.petition, name="answer_petition"),
    path("kien-nghi/<int:petition_id>/giu-nguyen/", petitions.keep, name="petition_uphold"),
    path("kien-nghi/<int:petition_id>/sua/", petitions.replace, name="petition_correct"),
    path("kien-nghi/<int:petition_id>/tinh-thu/", petitions.try_out, name="petition_try"),
    path("giao-viec/", tasks.month, name="tasks_month"),
    path("giao-viec/nhu-thang-truoc/", giving.again, name="tasks_again"),
    path("giao-viec/nhieu-nguoi/", giving.many, name="tasks_many"),
    path("giao-viec/nguoi/<int:person_id>/", tasks.person, name="tasks_person"),
    path("giao-viec/cong-viec/<int:task_id>/", tasks.change, name="task_change"),
    path("giao-viec/cong-viec/<int:task_id>/thu-hoi/", tasks.withdraw, name="task_withdraw"),
]
