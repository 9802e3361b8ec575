"""Units' regulations: list, editor, review, printed draft (under /to-chuc/quy-che/)."""

from django.urls import path

from thuocdo.web.overlays import printing, views

urlpatterns = [
    path("to-chuc/quy-che/", views.regulations, name="regulations"),
    path("to-chuc/quy-che/<int:regulation_id>/", views.regulation, name="regulation"),
    path("to-chuc/quy-che/<int:regulation_id>/soan/", views.edit, name="regulation_edit"),
    path("to-chuc/quy-che/<int:regulation_id>/kiem/", views.check, name="regulation_check"),
    path("to-chuc/quy-che/<int:regulation_id>/quyet-dinh/", views.decide, name="regulation_decide"),
    path("to-chuc/quy-che/<int:regulation_id>/du-thao.docx", printing.docx, name="regulation_docx"),
]
