"""From a folder of files to a new generation of the index.

Content decides: a file whose bytes are known is not read again, whatever its name. New files are read; then all
files, new and known, are put together into sessions; what is new, or now belongs to another session, is cut into
passages and embedded, and each document's work is kept as soon as it is done. At the end everything changes in one
transaction, and the derived indexes of the new generation are made beside the old ones. A file that can't be read
costs one line of the report.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray

from kindsearch import people
from kindsearch.chunking import passages_of
from kindsearch.corpus import Aliases, Failure, SourceFile
from kindsearch.encoders import Encoder
from kindsearch.errors import KindSearchError, UnknownFormat, UnreadableFile
from kindsearch.forgetting import Memory
from kindsearch.members import Archive, Member, archive_of
from kindsearch.moments import Said, moments_of
from kindsearch.planning import ALIASES, SALT, Plan, as_json, plan_of
from kindsearch.readers import CHANGED_MEANWHILE, Limits, read
from kindsearch.repeats import telling
from kindsearch.sessions import Family, family_of
from kindsearch.showing import show_once
from kindsearch.stores import derived
from kindsearch.stores.catalog import Catalog
from kindsearch.stores.holdings import STATEMENT, WHOLE, Embeddings, Filing, LeftOut
from kindsearch.stores.keywords import ANALYSER
from kindsearch.types import Document, Kind, Passage, Session

WORDS_AT_ONCE = 512
UNQUOTED = frozenset({Kind.TRANSCRIPT, Kind.CHAT, Kind.ABOUT, Kind.RESOURCE})  # nobody said these words aloud

Vector = NDArray[np.float32]
Progress = Callable[[str, int, int], None]
"""Told what is being done, how far it is, and out of how many."""
InTheEnd = Callable[[Catalog], None]
"""What else changes in the catalog with the documents, in the same transaction."""


@dataclass(frozen=True)
class IngestReport:
    """What an ingest did, by source. ``generation`` is the one that answers now.

    ``regrouped`` are files that did not change, but belong to a session that did. ``private_messages`` counts what
    saved chats held that was not for everyone, and is not in the archive; ``invisible_characters`` those that were
    taken out of what was read.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    renamed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    regrouped: tuple[str, ...] = ()
    failed: tuple[Failure, ...] = ()
    private_messages: int = 0
    invisible_characters: int = 0
    passages: int = 0
    generation: int = 0

    @property
    def changed_something(self) -> bool:
        """Whether it has anything to say."""
        return bool(self.added or self.changed or self.renamed or self.removed or self.regrouped or self.failed)


@dataclass(frozen=True)
class _Derived:
    """A document with its place in the archive and its passages; ``document.session`` is the session it belongs to."""

    member: Member
    document: Document
    described: Session
    origin_ms: int | None
    passages: tuple[Passage, ...]


def ingest(
    catalog: Catalog,
    encoder: Encoder,
    paths: Sequence[Path],
    limits: Limits,
    in_the_end: InTheEnd,
    progress: Progress,
) -> IngestReport:
    """Bring the catalog and its derived indexes up to date with ``paths``; the caller holds the lock."""
    plan = plan_of(catalog, paths)
    _drop_abandoned(catalog, plan)
    documents, unreadable = _read_all(catalog, plan, limits, progress)
    plan = _without_lost(plan, documents)
    plan, put_aside = _without_put_aside(plan, limits)
    unreadable += put_aside
    left_out = _left_out(catalog, paths, [*plan.failed, *unreadable])
    regrouped: tuple[str, ...] = ()
    if documents or plan.changes_something_known or not derived.is_intact(catalog):
        members = members_of(catalog, plan, documents)
        regrouped = update(catalog, encoder, plan, members, left_out=left_out, in_the_end=in_the_end, progress=progress)
    elif (as_kept := _without_names(left_out, plan.memory)) != catalog.left_out():
        with catalog.writing():
            catalog.set_left_out(as_kept)
    return report_of(catalog, plan, unreadable, regrouped, documents.values())


def planned(catalog: Catalog, paths: Sequence[Path]) -> IngestReport:
    """What :func:`ingest` would do, as far as can be said without reading the files."""
    plan = plan_of(catalog, paths)
    members = members_of(catalog, plan, {})
    future = archive_of(members, plan.memory, joined(plan.aliases), catalog.document)
    regrouped = [m.source for m in future.members if not m.stays_as_it_is(future.placed[m.key])]
    return report_of(catalog, plan, regrouped=tuple(regrouped))


def update(
    catalog: Catalog,
    encoder: Encoder,
    plan: Plan,
    members: Sequence[Member],
    *,
    withheld_in: Collection[str] = (),
    left_out: Sequence[LeftOut] | None = None,
    in_the_end: InTheEnd = lambda _: None,
    progress: Progress = lambda *_: None,
) -> tuple[str, ...]:
    """Make ``members`` the documents of the archive; returns the known ones that had to be made anew.

    ``left_out`` are the files that could not be read, None for those that are known. What was there before is still on
    the disk then: see :func:`kindsearch.upkeep.tidy_up`.
    """
    archive = archive_of(members, plan.memory, joined(plan.aliases), catalog.document, withheld_in)
    to_derive = [m for m in archive.members if not m.stays_as_it_is(archive.placed[m.key])]
    if any(member.filing is None for member in to_derive):  # what is kept before the end was gone through with it
        with catalog.writing():
            remember(catalog, archive.memory)
    done = []
    for number, member in enumerate(to_derive):
        progress(f"understanding {member.source}", number, len(to_derive))
        done.append(_derive(catalog, encoder, member, archive))
    progress("writing the index", len(to_derive), len(to_derive))
    _write(catalog, encoder, plan, archive, done, catalog.left_out() if left_out is None else left_out, in_the_end)
    return tuple(member.source for member in to_derive if member.filing)


# ---------------------------------------------------------------- read, and put together


def _read_all(
    catalog: Catalog, plan: Plan, limits: Limits, progress: Progress
) -> tuple[dict[str, Document], list[Failure]]:
    """The new documents by id; one that an ingest left unfinished needs no reading."""
    unfinished = catalog.unfinished()
    done: dict[str, Document] = {}
    failed: list[Failure] = []
    for number, file in enumerate(plan.to_read):
        progress(f"reading {file.source}", number, len(plan.to_read))
        try:
            kept = catalog.document(file.sha256) if file.sha256 in unfinished else None
            done[file.sha256] = replace(kept, source=file.source) if kept else _as_planned(file, limits)
        except (UnreadableFile, UnknownFormat) as error:
            failed.append(Failure(file.source, _reason(error), str(file.root)))
    return done, failed


def _as_planned(file: SourceFile, limits: Limits) -> Document:
    """Read a new file. Raises UnreadableFile, also where its bytes are others by now; UnknownFormat."""
    document = read(file.path, file.source, limits, file.password)
    if document.id != file.sha256:
        raise UnreadableFile(file.source, CHANGED_MEANWHILE)
    return document


def _drop_abandoned(catalog: Catalog, plan: Plan) -> None:
    """Keep nothing of files that an ingest read and did not finish, if they are not there any more."""
    abandoned = catalog.unfinished() - {file.sha256 for file in plan.to_read}
    if abandoned:
        with catalog.writing():
            for document_id in abandoned:
                catalog.remove(document_id)


def _without_lost(plan: Plan, documents: Mapping[str, Document]) -> Plan:
    """The plan, but a file that came to have the same bytes as one that can't be read stays as it was, too."""
    unreadable = {file.sha256 for file in plan.to_read} - documents.keys()
    stay = {document_id for document_id, double in plan.doubled.items() if double in unreadable}
    return replace(plan, removed=tuple(place for place in plan.removed if place.document_id not in stay))


def _without_put_aside(plan: Plan, limits: Limits) -> tuple[Plan, list[Failure]]:
    """The plan without known files whose name ends so now that no reader takes them ("tea.md.bak")."""
    failed: dict[str, Failure] = {}
    for place, file in plan.renamed:
        if PurePosixPath(place.source).suffix.lower() != PurePosixPath(file.source).suffix.lower():
            try:
                read(file.path, file.source, limits, file.password)
            except (UnreadableFile, UnknownFormat) as error:
                failed[place.document_id] = Failure(file.source, _reason(error), str(file.root))
    aside = tuple(place for place, _ in plan.renamed if place.document_id in failed)
    renamed = tuple((place, file) for place, file in plan.renamed if place.document_id not in failed)
    return replace(plan, renamed=renamed, removed=(*plan.removed, *aside)), list(failed.values())


def _left_out(catalog: Catalog, paths: Sequence[Path], failed: Sequence[Failure]) -> list[LeftOut]:
    """The files that are left out by now: those at ``paths`` that failed, and earlier ones that are still elsewhere."""
    looked_at = [path.resolve() for path in paths]
    earlier = [
        known
        for known in catalog.left_out()
        if not any(known.path.is_relative_to(path) for path in looked_at) and os.path.lexists(known.path)
    ]
    return [*earlier, *(LeftOut(failure.source, failure.root, failure.reason) for failure in failed)]


def _without_names(left_out: Sequence[LeftOut], memory: Memory) -> list[LeftOut]:
    """What may be kept of the files that are left out, in order."""
    names = memory.within(())
    kept = (replace(one, source=names.without(one.source), reason=names.without(one.reason)) for one in left_out)
    return sorted({(one.root, one.source): one for one in kept}.values(), key=lambda one: (one.source, one.root))


def _reason(error: KindSearchError) -> str:
    source = getattr(error, "source", "")
    return str(error).removeprefix(f"{source}: ")


def members_of(catalog: Catalog, plan: Plan, documents: Mapping[str, Document]) -> list[Member]:
    """All documents of the archive as it will be; a file that changed and can't be read stays as it was."""
    moved = {place.document_id: file for place, file in plan.renamed}
    gone = {place.document_id for place in plan.removed}
    gone |= {place.document_id for place, file in plan.changed if file.sha256 in documents}
    members = []
    for filing in catalog.filings():
        if filing.document_id not in gone:
            file = moved.get(filing.document_id)
            source, root = (file.source, str(file.root)) if file else (filing.source, filing.root)
            notes = plan.notes.get(filing.document_id, filing.notes)
            members.append(Member(filing.document_id, source, root, notes, filing=filing))
    for file in plan.to_read:
        if file.sha256 in documents:
            document = documents[file.sha256]
            members.append(Member(file.sha256, file.source, str(file.root), as_json(file.notes), document=document))
    return members


# ---------------------------------------------------------------- passages and their vectors


def _derive(catalog: Catalog, encoder: Encoder, member: Member, archive: Archive) -> _Derived:
    """Cut a document into passages and see to it that the vectors of all their texts are kept."""
    placed = archive.placed[member.key]
    as_read = member.document or catalog.document(member.document_id)
    assert as_read is not None
    document = replace(as_read, source=member.source, session=placed.session)
    passages = tuple(passages_of(_in_session_time(document, placed.origin_ms)))
    texts = dict.fromkeys(_texts_of(document.text, passages).values())
    known = {**_known_vectors(catalog, member.document_id), **catalog.unfinished_vectors(texts)}
    new = [text for text in texts if text not in known]
    vectors = {text: known[text] for text in texts if text in known}
    vectors |= dict(zip(new, encoder.encode(new), strict=True)) if new else {}
    with catalog.writing():
        if not member.filing:
            catalog.keep(as_read)
        catalog.keep_vectors(vectors)
    return _Derived(member, document, as_read.session, placed.origin_ms, passages)


def _in_session_time(document: Document, origin_ms: int | None) -> Document:
    """The document with times that count from the start of the session, or with none where that is not known."""
    if not document.by_the_clock:
        return document

    def counted(time_ms: int | None) -> int | None:
        return None if time_ms is None or origin_ms is None else max(time_ms - origin_ms, 0)

    units = (
        replace(
            unit,
            spans=tuple(
                replace(span, start_ms=counted(span.start_ms), end_ms=counted(span.end_ms)) for span in unit.spans
            ),
        )
        for unit in document.units
    )
    return replace(document, units=tuple(units))


def _texts_of(text: str, passages: Sequence[Passage]) -> dict[tuple[int, int, int], str]:
    """What is embedded of a document with this text: where it stands, as in :class:`Embeddings`, and the words.

    Each quotable statement once, and each written passage in its context. A window of speech is not embedded as a
    whole: it is what its statements say.
    """
    texts = {}
    for passage in passages:
        quotable = passage.quotable
        if passage.kind != Kind.TRANSCRIPT or not quotable:
            texts[passage.start, passage.end, WHOLE] = f"{passage.context}\n{passage.text}"
        for statement in quotable:
            texts[statement.start, statement.end, STATEMENT] = text[statement.start : statement.end]
    return texts


def _embeddings(document: Document, passages: Sequence[Passage], vector_of: Mapping[str, Vector]) -> Embeddings:
    """The vectors of a document, in the order of their places."""
    texts = sorted(_texts_of(document.text, passages).items(), key=lambda item: (item[0][0], item[0][2]))
    vectors = np.stack([vector_of[text] for _, text in texts]) if texts else np.zeros((0, 0), dtype=np.float32)
    return Embeddings(np.array([place for place, _ in texts], dtype=np.int64).reshape(-1, 3), vectors)


def _known_vectors(catalog: Catalog, document_id: str) -> dict[str, Vector]:
    """Text -> vector, of what is embedded of a document in the catalog."""
    embeddings = catalog.embeddings_of(document_id)
    if embeddings is None:
        return {}
    texts = _texts_of(catalog.text_of(document_id) or "", catalog.passages_of(document_id))
    places = map(tuple, embeddings.places.tolist())
    return {texts[place]: vector for place, vector in zip(places, embeddings.vectors, strict=True)}


# ---------------------------------------------------------------- one transaction


def _write(
    catalog: Catalog,
    encoder: Encoder,
    plan: Plan,
    archive: Archive,
    done: Sequence[_Derived],
    left_out: Sequence[LeftOut],
    in_the_end: InTheEnd,
) -> None:
    """Change the catalog, its words and the derived indexes in one transaction."""
    with catalog.writing():
        _describe(catalog, encoder)
        before = {filing.document_id: filing.session.id for filing in catalog.filings()}
        for document_id in before.keys() - {member.document_id for member in archive.members}:
            catalog.remove(document_id)
        for place, file in plan.renamed:
            catalog.move(place.document_id, file.source, str(file.root))
        for item in done:
            vector_of = catalog.unfinished_vectors(_texts_of(item.document.text, item.passages).values())
            catalog.add(
                item.document,
                item.member.root,
                item.passages,
                _embeddings(item.document, item.passages, vector_of),
                described=item.described,
                origin_ms=item.origin_ms,
            )
            written = (passage for passage in item.passages if passage.kind != Kind.TRANSCRIPT)
            catalog.set_telling({passage.id: telling(passage.text) for passage in written})
        made_anew = {item.document.id for item in done}
        for member in archive.members:
            known, knowledge = member.filing, archive.memory.digest(member.document_id)
            stays = known and (known.notes, known.redacted) == (member.notes, knowledge)
            if member.document_id in made_anew or not stays:
                catalog.annotate(
                    member.document_id, member.notes, redacted=knowledge, illustrative=member.is_illustrative
                )
        catalog.forget_unfinished()
        kept_aliases = replace(plan, memory=archive.memory).kept_aliases
        catalog.set_meta(ALIASES, json.dumps(kept_aliases, ensure_ascii=False, sort_keys=True))
        remember(catalog, archive.memory)
        catalog.set_left_out(_without_names(left_out, archive.memory))
        _set_people(catalog, archive.members, joined(kept_aliases))
        moved = {place.document_id for place, _ in plan.renamed}
        touched = _touched(catalog, before, moved, {item.document.session.id for item in done})
        _set_moments(catalog, touched)
        show_once(catalog, touched)
        change = derived.change_of(catalog)
        _add_words(catalog, encoder, change.new)
        catalog.set_meta("generation", str(catalog.generation + 1))
        if before:
            catalog.to_be_wiped()
        in_the_end(catalog)
        derived.write(catalog, change)


def remember(catalog: Catalog, memory: Memory) -> None:
    """Keep what is known of those who are to be forgotten."""
    if memory:
        catalog.set_meta(SALT, memory.salt)
        catalog.remember_forgotten({at: (who.person, who.words_stay) for at, who in memory.entries.items()})


def _describe(catalog: Catalog, encoder: Encoder) -> None:
    catalog.set_meta("encoder", encoder.fingerprint)
    catalog.set_meta("model", encoder.name)
    catalog.set_meta("dimensions", str(encoder.dimensions))
    catalog.set_meta("analyser", ANALYSER)


def _set_people(catalog: Catalog, members: Sequence[Member], aliases: Aliases) -> None:
    """Find out who is who among all names of the archive."""
    session_of = {filing.document_id: filing.session.id for filing in catalog.filings()}
    names: dict[str, set[str]] = {}
    here: dict[str, Aliases] = {}
    for member in members:
        session_id = session_of[member.document_id]
        names.setdefault(session_id, set()).update(member.names)
        here.setdefault(session_id, {}).update(member.aliases)
    catalog.set_people(people.resolve(names, aliases, here))


def joined(of_roots: Mapping[str, Aliases]) -> Aliases:
    """The aliases of all folders as one."""
    aliases: Aliases = {}
    for of_root in of_roots.values():
        for name, others in of_root.items():
            aliases[name] = (*aliases.get(name, ()), *others)
    return aliases


def _touched(
    catalog: Catalog, before: Mapping[str, str], moved: Collection[str], made_anew: Collection[str]
) -> set[str]:
    """The ids of the sessions in which something has changed.

    ``before`` is the session of each document as it was, ``moved`` are documents of other names (of two transcripts the
    first counts), ``made_anew`` sessions with documents that were made anew.
    """
    now = {filing.document_id: filing for filing in catalog.filings()}
    touched = {*made_anew, *(now[document_id].session.id for document_id in moved)}
    touched |= {session_id for id_, session_id in before.items() if id_ not in now or now[id_].session.id != session_id}
    return touched | {filing.session.id for id_, filing in now.items() if before.get(id_) != filing.session.id}


def _set_moments(catalog: Catalog, touched: Collection[str]) -> None:
    """Give the quotes of packs the time at which they were said, where a transcript of their session has the words."""
    of_session: dict[str, list[Filing]] = {}
    for filing in catalog.filings():
        if filing.session.id in touched:
            of_session.setdefault(filing.session.id, []).append(filing)
    for filings in of_session.values():
        families = [family_of(filing.extent.kinds) for filing in filings]
        said = [
            words
            for filing, family in zip(filings, families, strict=True)
            if family == Family.TRANSCRIPT
            for words in _said_in(catalog, filing.document_id)
        ]
        for filing, family in zip(filings, families, strict=True):
            if family == Family.PACK:
                _set_times(catalog, filing.document_id, said)


def _said_in(catalog: Catalog, document_id: str) -> list[Said]:
    text = catalog.text_of(document_id) or ""
    return [
        Said(text[span.start : span.end], span.start_ms, span.end_ms)
        for span in catalog.spans_of(document_id)
        if span.start_ms is not None
    ]


def _set_times(catalog: Catalog, document_id: str, said: Sequence[Said]) -> None:
    passages = [passage for passage in catalog.passages_of(document_id) if passage.kind not in UNQUOTED]
    quotes = [(s.start, s.end, p.quote(s.start, s.end)) for p in passages for s in p.quotable]
    moments = {moment.start: moment for moment in moments_of(quotes, said)}
    for passage in passages:
        statements = []
        for statement in passage.statements:
            moment = moments.get(statement.start)
            start_ms, end_ms = (moment.start_ms, moment.end_ms) if moment else (None, None)
            statements.append(replace(statement, start_ms=start_ms, end_ms=end_ms))
        if tuple(statements) != passage.statements:
            start_ms = statements[0].start_ms  # a moment of later words is not that of the passage
            end_ms = statements[-1].end_ms if start_ms is not None else None
            catalog.set_statements(replace(passage, statements=tuple(statements), start_ms=start_ms, end_ms=end_ms))


def _add_words(catalog: Catalog, encoder: Encoder, document_ids: Sequence[str]) -> None:
    """Give every word of these documents a vector."""
    new = sorted(catalog.words_of(document_ids) - set(catalog.words()))
    for start in range(0, len(new), WORDS_AT_ONCE):
        words = new[start : start + WORDS_AT_ONCE]
        catalog.add_words(words, encoder.encode(words))


def report_of(
    catalog: Catalog,
    plan: Plan,
    unreadable: Sequence[Failure] = (),
    regrouped: tuple[str, ...] = (),
    documents: Collection[Document] = (),
) -> IngestReport:
    """What a plan comes to; with nothing more given, what it would come to if every file can be read."""
    left_out = {failure.source for failure in unreadable}
    return IngestReport(
        added=tuple(file.source for file in plan.added if file.source not in left_out),
        changed=tuple(file.source for _, file in plan.changed if file.source not in left_out),
        renamed=tuple(file.source for _, file in plan.renamed),
        removed=tuple(place.source for place in plan.removed),
        unchanged=tuple(file.source for file in plan.unchanged if file.source not in regrouped),
        regrouped=tuple(source for source in regrouped if source not in {file.source for _, file in plan.renamed}),
        failed=(*plan.failed, *unreadable),
        private_messages=sum(document.private_messages for document in documents),
        invisible_characters=sum(document.invisible_characters for document in documents),
        passages=catalog.counts()["passages"],
        generation=catalog.generation,
    )
