"""Which passages of the archive are shown, and as what: what recurs is shown once, see ``repeats.py``."""

from __future__ import annotations

from collections.abc import Collection

from kindsearch.repeats import Order, Repeats, Written, order_of, speech_without_repeats, written_repeats
from kindsearch.stores.catalog import Catalog
from kindsearch.stores.holdings import Standing
from kindsearch.types import Kind, PartialDate


def show_once(catalog: Catalog, touched: Collection[str]) -> None:
    """Show what is not a repeat, and nothing else; ``touched`` are ids of sessions whose passages have changed.

    What was written is compared across the archive, by what is kept beside it; speech only in sessions in which
    something has changed. Call it inside ``writing()``.
    """
    written = catalog.written()
    dates = {id_: date for id_, _, date in catalog.session_list()}
    written.sort(key=lambda of: _order_of(of[0], dates[of[0].session_id]))
    repeats = written_repeats((Written(p.id, p.document_id, p.session_id, t) for p, t in written), catalog.texts_of)
    changed = _show(catalog, [standing for standing, _ in written], repeats)
    for session_id in {*touched, *changed}:
        _show_speech_once(catalog, session_id, repeats)


def _order_of(passage: Standing, date: PartialDate | None) -> Order:
    return order_of(date, passage.has_pages, passage.source, passage.start, passage.id)


def _show(catalog: Catalog, passages: Collection[Standing], repeats: Repeats) -> set[str]:
    """Show passages, or don't, as these repeats say; returns the sessions of those that changed."""
    wanted = {
        passage.id: (passage.id not in repeats.dropped, Kind.ABOUT if passage.id in repeats.about else passage.own_kind)
        for passage in passages
    }
    changed = [passage for passage in passages if wanted[passage.id] != (passage.shown, passage.kind)]
    catalog.show({passage.id: wanted[passage.id] for passage in changed})
    return {passage.session_id for passage in changed}


def _show_speech_once(catalog: Catalog, session_id: str, repeats: Repeats) -> None:
    standing = catalog.standing_in(session_id)
    speech = [passage for passage in standing if passage.own_kind == Kind.TRANSCRIPT]
    dropped = frozenset[str]()
    if len({passage.document_id for passage in standing}) > 1:  # nothing repeats its own document
        passages = catalog.passages_in(session_id)
        written = [p for p in passages if p.kind != Kind.TRANSCRIPT and p.id not in repeats.dropped]
        windows = [p for p in passages if p.kind == Kind.TRANSCRIPT]
        dropped = frozenset(p.id for p in windows) - {p.id for p in speech_without_repeats(windows, written)}
    _show(catalog, speech, Repeats(dropped, frozenset()))
