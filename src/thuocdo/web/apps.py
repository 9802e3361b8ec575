from django.apps import AppConfig


class Config(AppConfig):
    name = "thuocdo.web"
    label = "web"
