"""Reads every PDF below a folder and draws its first page: ``KINDSEARCH_PDF_CORPUS=… python -m scripts.odd_pdfs``.

For folders of odd PDFs, as the test suites of PDF libraries have. A line for each file that was not read, with the
reason, then how many were opened, failed and killed. Exit status 1 if this process ever held PDFium, which it must not.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from kindsearch.errors import ReaderLimit, UnknownFormat, UnreadableFile
from kindsearch.readers import Limits, read, render_page

FOLDER = "KINDSEARCH_PDF_CORPUS"
KILLED = ("time", "memory", "answer")  # limits at which the child is ended


def outcome_of(path: Path, source: str) -> tuple[str, str]:
    """``opened``, ``failed`` or ``killed``, and why."""
    try:
        read(path, source, Limits())
        render_page(path, source, 1, 400)
    except ReaderLimit as error:
        return "killed" if error.limit in KILLED else "failed", str(error)
    except (UnreadableFile, UnknownFormat) as error:
        return "killed" if "makes it crash" in str(error) else "failed", str(error)
    return "opened", ""


def main() -> None:
    """Go through the folder."""
    if FOLDER not in os.environ:
        sys.exit(f"set {FOLDER} to a folder of PDFs")
    folder = Path(os.environ[FOLDER])
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() == ".pdf" and path.is_file())
    counts = Counter[str]()
    with ThreadPoolExecutor(2) as pool:
        for outcome, reason in pool.map(lambda path: outcome_of(path, path.relative_to(folder).as_posix()), paths):
            counts[outcome] += 1
            if reason:
                print(f"{outcome}: {reason[:200]}")
    held = sorted(sys.modules.keys() & {"pypdfium2", "pypdf"})
    told = ", ".join(f"{counts[outcome]} {outcome}" for outcome in ("opened", "failed", "killed"))
    libraries = ", ".join(held) or "none"
    print(f"{len(paths)} PDFs: {told}; 0 deaths of this process, 0 hangs; PDF libraries in it: {libraries}")
    sys.exit(bool(held))


if __name__ == "__main__":
    main()
