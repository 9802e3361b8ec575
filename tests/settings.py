"""Settings of the test run: a data directory of its own, fast password hashing, plain static names."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("THUOCDO_DATA_DIR", tempfile.mkdtemp(prefix="thuocdo-test-"))

from thuocdo.config.settings import *  # noqa: F403
from thuocdo.config.settings import DATABASES, DATA_DIR, STORAGES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(Path(DATA_DIR) / "test.sqlite3")}
DATABASES["default"]["CONN_MAX_AGE"] = 0
