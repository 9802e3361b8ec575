"""Difficulties (under /vuong-mac/ for everybody, under /to-chuc/vuong-mac/ for officers)."""

from django.urls import path

from thuocdo.web.difficulties import handling, raising, review

urlpatterns = [
    path("vuong-mac/", raising.overview, name="difficulties"),
    path("vuong-mac/neu/", raising.raise_one, name="difficulty_raise"),
    path("vuong-mac/<int:difficulty_id>/", raising.show, name="difficulty"),
    path("vuong-mac/<int:difficulty_id>/rut/", raising.take_off, name="difficulty_withdraw"),
    path("to-chuc/vuong-mac/", handling.listing, name="difficulties_to_handle"),
    path("to-chuc/vuong-mac/<int:difficulty_id>/", handling.handle, name="difficulty_handle"),
    path("to-chuc/vuong-mac/ra-soat/", review.years, name="difficulty_reviews"),
    path("to-chuc/vuong-mac/ra-soat/<int:year>/", review.year, name="difficulty_review"),
    path("to-chuc/vuong-mac/ra-soat/<int:year>/danh-sach.xlsx", review.year_file, name="difficulty_review_file"),
]
