"""How good the archive is: question sets, what is asked and found, and the figures that come of it.

A question set marks its answers either as turns of conversations that it brings along (``conversations.py`` makes an
archive of them), or as places in the documents of an archive (``places.py``). What people rate in daily use is a third
(``rated.py``). Everything is asked through :class:`kindsearch.search.KindSearch`, as anybody's question is.
"""
