"""The page for asking before its script runs: what a link preview says of it, and what a browser without scripts shows.

Gradio's page introduces itself as Gradio, and is blank without its script.
"""

from __future__ import annotations

import re

from kindsearch.interfaces.web.rendering import rendered

TITLE = "Ask the archive"
ABOUT = "What was said in the sessions of this community: the words themselves, who said them, where and when."
_GRADIO = "<gradio-app"  # where its script puts the page
_PREVIEW = re.compile(r"""<meta\s[^>]*(?:property="og:|name="twitter:)[^>]*>""")


def introduced(page: str) -> str:
    """Gradio's page with our own words about it, and a sentence for those who run no scripts; any other as it is.

    The words come first: whoever makes a preview reads no further than it must.
    """
    if _GRADIO not in page:
        return page
    preview = rendered("preview.html", title=TITLE, about=ABOUT)
    unscripted = rendered("without_script.html", title=TITLE, place="Ask")
    return _PREVIEW.sub("", page).replace("<head>", f"<head>{preview}", 1).replace(_GRADIO, unscripted + _GRADIO, 1)
