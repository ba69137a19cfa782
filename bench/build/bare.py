"""The peer: pdfplumber alone reads the text and the tables of every page, in one process."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import pdfplumber

logging.disable(logging.CRITICAL)

for path in map(Path, sys.argv[1:]):
    with pdfplumber.open(path) as pdf:
        for page in pdf.pages:
            page.extract_text()
            page.extract_tables()
            page.close()
