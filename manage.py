#!/usr/bin/env python3
"""Django's command line for Chatsite."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        _ = settings.DATA_DIR
    except ImproperlyConfigured as trouble:
        sys.exit(f"Chatsite cannot start: {trouble}")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
