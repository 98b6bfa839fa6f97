# Django: its own contenttypes application beside ours, savepoints and deferred constraints inside each migration.
packages=(python3-django python3-psycopg2)
own_setting=1

manage() { DJANGO_SETTINGS_MODULE=settings PYTHONPATH=. /usr/bin/python3 -m django "$@"; }
up() { manage migrate; }
down() { manage migrate shop zero && manage migrate contenttypes zero; }
