"""All generated pages at once; with --check, whether they are up to date (exit 1 if not)."""

from __future__ import annotations

import sys

import docs_commands
import docs_settings
import docs_taxonomy
import pages

PAGES = {
    "settings.md": docs_settings.render,
    "commands.md": docs_commands.render,
    "taxonomy.md": docs_taxonomy.render,
}

if __name__ == "__main__":
    sys.exit(max(pages.main(name, render) for name, render in PAGES.items()))
