import os

SECRET_KEY = "of no use"
USE_TZ = True
INSTALLED_APPS = ["django.contrib.contenttypes", "shop"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": os.environ["PGDATABASE"]}}
if "MIGRATION" in os.environ:
	DATABASES["default"]["OPTIONS"] = {"options": "-c schema_guard.migration=" + os.environ["MIGRATION"]}
