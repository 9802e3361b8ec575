import os

from django.core.wsgi import get_wsgi_application
from django.urls import reverse

from thuocdo.config import evenly, rings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "thuocdo.config.settings")
application = evenly.shared_out(get_wsgi_application())
reverse("home")  # reads the pages of every room now, not when somebody asks first
rings.looked_for_seldom()
