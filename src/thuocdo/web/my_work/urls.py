from django.urls import path

from thuocdo.web.my_work import choices, views

urlpatterns = [
    path("cong-viec/", views.month, name="my_work"),
    path("cong-viec/de-xuat/", views.propose, name="propose_task"),
    path("cong-viec/<int:task_id>/", views.task, name="task"),
    path("cong-viec/<int:task_id>/<slug:step>/", views.step, name="task_step"),
    path("cong-viec/minh-chung/<int:evidence_id>/tep/", views.evidence, name="evidence_file"),
    path("to-chuc/viec-kho-luong-hoa/", choices.choices, name="uncountable_choices"),
]
