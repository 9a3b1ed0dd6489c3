"""From a folder of files to a new generation of the index.

Content decides: a file whose bytes are known is not read again, whatever its name. New files are read; then all
files, new and known, are put together into sessions; what is new, or now belongs to another session, is cut into
passages and embedded, and each document's work is kept as soon as it is done. At the end everything changes in one
transaction, and the derived indexes of the new generation are made beside the old ones. A file that can't be read
costs one line of the report.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kindsearch import forgetting, people, redaction
from kindsearch.chunking import passages_of
from kindsearch.corpus import Aliases, Failure, NotesFile
from kindsearch.encoders import Encoder
from kindsearch.errors import BadRequest, KindSearchError, UnknownFormat, UnreadableFile
from kindsearch.forgetting import Memory, Receipt, Traces
from kindsearch.moments import Said, moments_of
from kindsearch.planning import ALIASES, SALT, Plan, memory_of, plan_of
from kindsearch.readers import Limits, read
from kindsearch.repeats import without_repeats
from kindsearch.sessions import Family, Material, Placed, family_of, resolve
from kindsearch.stores import derived
from kindsearch.stores.catalog import Catalog, DocumentPlace, Filing, times_of
from kindsearch.stores.keywords import ANALYSER
from kindsearch.types import Document, Kind, Passage, Session

WORDS_AT_ONCE = 512
UNQUOTED = frozenset({Kind.TRANSCRIPT, Kind.CHAT, Kind.ABOUT, Kind.RESOURCE})  # nobody said these words aloud

Vector = NDArray[np.float32]
Progress = Callable[[str, int, int], None]
"""Told what is being done, how far it is, and out of how many."""


@dataclass(frozen=True)
class IngestReport:
    """What an ingest did, by source. ``generation`` is the one that answers now.

    ``regrouped`` are files that did not change, but belong to a session that did. ``private_messages`` counts what
    saved chats held that was not for everyone, and is not in the archive.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    renamed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    regrouped: tuple[str, ...] = ()
    failed: tuple[Failure, ...] = ()
    private_messages: int = 0
    passages: int = 0
    generation: int = 0

    @property
    def changed_something(self) -> bool:
        """Whether it has anything to say."""
        return bool(self.added or self.changed or self.renamed or self.removed or self.regrouped or self.failed)


@dataclass(frozen=True)
class _Member:
    """A document of the archive to be: ``document`` where it was read just now, ``filing`` where it is known."""

    document_id: str
    source: str
    root: str
    notes: str | None
    document: Document | None = None
    filing: Filing | None = None

    @property
    def material(self) -> Material:
        """What it says of its session."""
        notes = NotesFile.from_json(self.notes) if self.notes else None
        if self.document:
            kinds = {unit.kind for unit in self.document.units}
            times = times_of(self.document)
            described, clock = self.document.session, self.document.by_the_clock
        else:
            assert self.filing is not None
            kinds, times = set(self.filing.kinds), (self.filing.first_ms, self.filing.last_ms)
            described, clock = self.filing.described, self.filing.by_the_clock
        return Material(self.source, self.root, described, family_of(kinds), *times, clock, notes)

    def stays_as_it_is(self, placed: Placed) -> bool:
        """Whether its passages are still what they would be made anew."""
        known = self.filing if self.document is None else None
        return known is not None and (known.session, known.origin_ms) == (placed.session, placed.origin_ms)


@dataclass(frozen=True)
class _Derived:
    """A document with its place in the archive and its passages; ``document.session`` is the session it belongs to."""

    member: _Member
    document: Document
    described: Session
    origin_ms: int | None
    passages: tuple[Passage, ...]


def ingest(
    catalog: Catalog, encoder: Encoder, paths: Sequence[Path], limits: Limits, progress: Progress
) -> IngestReport:
    """Bring the catalog and its derived indexes up to date with ``paths``; the caller holds the lock."""
    plan = plan_of(catalog, paths)
    documents, unreadable = _read_all(catalog, plan, limits, progress)
    regrouped: tuple[str, ...] = ()
    if documents or plan.changes_something_known or not derived.is_intact(catalog):
        regrouped = _update(catalog, encoder, plan, _members(catalog, plan, documents), progress)
    return report_of(catalog, plan, unreadable, regrouped, documents.values())


def remove(catalog: Catalog, encoder: Encoder, sources: Sequence[str]) -> list[DocumentPlace]:
    """Take documents out, and return where they were found. Raises BadRequest for a source that is not there."""
    places = [place for place in catalog.places().values() if place.source in sources]
    for source in sources:
        if source not in {place.source for place in places}:
            raise BadRequest("source", f"there is no {source} in the index: see  kindsearch sessions")
    plan = replace(plan_of(catalog, []), removed=tuple(places))
    _update(catalog, encoder, plan, _members(catalog, plan, {}), _silent)
    catalog.wipe()
    return places


def forget(catalog: Catalog, encoder: Encoder, name: str, words_stay: bool) -> Receipt:
    """Take a person's words, or her name alone, out of every document, and remember that. Raises as traces_of."""
    traces = traces_of(catalog, name)
    memory = forgetting.remembered(_memory(catalog), traces, words_stay)
    with catalog.writing():
        catalog.set_meta(SALT, memory.salt)
        catalog.remember_forgotten(memory.entries)
        catalog.forget_unfinished()
    plan = plan_of(catalog, [])
    sources = {trace.source for trace in traces.documents}
    places = [place for place in catalog.places().values() if place.source in sources]
    members = [
        replace(member, notes=plan.kept(member.notes), document=catalog.document(member.document_id))
        for member in _members(catalog, plan, {})
    ]
    _update(catalog, encoder, plan, members, _silent)
    catalog.wipe()
    files = tuple(place.source for place in places if place.path.is_file())
    return Receipt(datetime.now(UTC), words_stay, traces.documents, files)


def _memory(catalog: Catalog) -> Memory:
    memory = memory_of(catalog)
    return memory if memory else replace(memory, salt=secrets.token_hex(32))


def traces_of(catalog: Catalog, name: str) -> Traces:
    """All that the archive holds of a person, by any of her names. Raises BadRequest for nobody, or for several."""
    everybody = catalog.people()
    exact = [p for p in everybody if name == p.id] or [p for p in everybody if name in (p.name, *p.spellings)]
    called = [p for p in everybody if any(people.is_called(form, name) for form in (p.name, *p.spellings))]
    meant = exact if len(exact) == 1 else called
    if not meant:
        raise BadRequest("person", f"nobody in the archive is called {name}: see  kindsearch people")
    if len(meant) > 1:
        raise BadRequest("person", f"several are called {name}: {'; '.join(person.id for person in meant)}")
    person = meant[0].id
    spellings: dict[str, tuple[str, ...]] = {}
    for (session_id, written), who in sorted(catalog.person_of().items()):
        if who == person:
            spellings[session_id] = (*spellings.get(session_id, ()), written)
    traces = Traces(person, spellings, ())
    memory = forgetting.remembered(_memory(catalog), traces, words_stay=False)
    found = []
    for filing in catalog.filings():
        text = catalog.text_of(filing.document_id) or ""
        mentions = forgetting.mentions_in(text, filing.session.id, memory)
        passages = catalog.passages_of(filing.document_id)
        trace = forgetting.trace_of(filing.source, passages, person, len(mentions))
        in_title = forgetting.mentions_in(filing.session.title, filing.session.id, memory)
        listed = any(memory.words_stay(p.name, filing.session.id) is not None for p in filing.described.speakers)
        if trace.passages or mentions or in_title or listed:
            found.append(trace)
    return replace(traces, documents=tuple(found))


def _silent(what: str, done: int, total: int) -> None:
    """Progress that nobody wants to hear of."""


def _update(
    catalog: Catalog,
    encoder: Encoder,
    plan: Plan,
    members: Sequence[_Member],
    progress: Progress,
) -> tuple[str, ...]:
    """Make ``members`` the documents of the archive; returns the known ones that had to be made anew."""
    placed = resolve(member.material for member in members)
    if plan.memory:
        members = _without_forgotten(catalog, plan, members, placed)
        placed = resolve(member.material for member in members)
    to_derive = [m for m in members if not m.stays_as_it_is(placed[m.root, m.source])]
    done = []
    for number, member in enumerate(to_derive):
        progress(f"understanding {member.source}", number, len(to_derive))
        done.append(_derive(catalog, encoder, member, placed[member.root, member.source]))
    progress("writing the index", len(to_derive), len(to_derive))
    _write(catalog, encoder, plan, members, done)
    derived.remove_all_but(catalog.folder, catalog.generation)
    return tuple(member.source for member in to_derive if member.filing)


def _without_forgotten(
    catalog: Catalog, plan: Plan, members: Sequence[_Member], placed: Mapping[tuple[str, str], Placed]
) -> list[_Member]:
    """The members, those that were read just now without what is to be forgotten; new names of hers are remembered."""
    names = catalog.names()
    for member in members:
        session = placed[member.root, member.source].session
        own = names.setdefault(session.id, set())
        own.update(person.name for person in session.speakers)
        if member.document:
            own.update(span.speaker for unit in member.document.units for span in unit.spans if span.speaker)
    aliases = _all_aliases(plan.aliases.values())
    memory, hers_in = plan.memory, dict[str, dict[str, bool]]()
    for session_id, own in names.items():
        hers_in[session_id] = forgetting.hers(memory, session_id, own, aliases)
    for session_id, stay_of in hers_in.items():
        for name, words_stay in stay_of.items():
            memory = memory.with_names([name, *forgetting.forms_of(name)[1]], session_id, words_stay)
    done = []
    for member in members:
        if member.document:
            session_id = placed[member.root, member.source].session.id
            without = redaction.without(member.document, session_id, hers_in.get(session_id, {}), memory)
            same = without is member.document and member.filing
            done.append(replace(member, document=None if same else without))
        else:
            done.append(member)
    for member in done:  # a title without her name makes another id of the session
        session_id = placed[member.root, member.source].session.id
        renamed = resolve([member.material])[member.root, member.source].session.id
        for name, words_stay in hers_in.get(session_id, {}).items():
            memory = memory.with_names([name, *forgetting.forms_of(name)[1]], renamed, words_stay)
    if memory.entries != plan.memory.entries:
        with catalog.writing():
            catalog.remember_forgotten(memory.entries)
    return done


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
            done[file.sha256] = (
                replace(kept, source=file.source) if kept else read(file.path, file.source, limits, file.password)
            )
        except (UnreadableFile, UnknownFormat) as error:
            failed.append(Failure(file.source, _reason(error)))
    return done, failed


def _reason(error: KindSearchError) -> str:
    source = getattr(error, "source", "")
    return str(error).removeprefix(f"{source}: ")


def _members(catalog: Catalog, plan: Plan, documents: Mapping[str, Document]) -> list[_Member]:
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
            members.append(_Member(filing.document_id, source, root, notes, filing=filing))
    for file in plan.to_read:
        if file.sha256 in documents:
            document, notes = documents[file.sha256], plan.notes_about(file)
            members.append(_Member(file.sha256, file.source, str(file.root), notes, document=document))
    return members


# ---------------------------------------------------------------- passages and their vectors


def _derive(catalog: Catalog, encoder: Encoder, member: _Member, placed: Placed) -> _Derived:
    """Cut a document into passages and see to it that the vectors of all their texts are kept."""
    read_now = member.document or catalog.document(member.document_id)
    assert read_now is not None
    document = replace(read_now, source=member.source, session=placed.session)
    passages = tuple(passages_of(_in_session_time(document, placed.origin_ms)))
    texts = dict.fromkeys(text for passage in passages for text in _texts_of(passage))
    known = {**_known_vectors(catalog, member.document_id), **catalog.unfinished_vectors(texts)}
    new = [text for text in texts if text not in known]
    vectors = {text: known[text] for text in texts if text in known}
    vectors |= dict(zip(new, encoder.encode(new), strict=True)) if new else {}
    with catalog.writing():
        if not member.filing:
            catalog.keep(read_now)
        catalog.keep_vectors(vectors)
    return _Derived(member, document, read_now.session, placed.origin_ms, passages)


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


def _texts_of(passage: Passage) -> list[str]:
    """What is embedded of a passage: the passage in its context first, then each quotable statement alone."""
    return [f"{passage.context}\n{passage.text}", *(passage.quote(s.start, s.end) for s in passage.quotable)]


def _known_vectors(catalog: Catalog, document_id: str) -> dict[str, Vector]:
    """Text -> vector, of the passages that a document has in the catalog."""
    vectors = catalog.vectors_of(document_id)
    return {
        text: vector
        for passage in (catalog.passages_of(document_id) if vectors else [])
        for text, vector in zip(_texts_of(passage), vectors[passage.id], strict=True)
    }


# ---------------------------------------------------------------- one transaction


def _write(
    catalog: Catalog, encoder: Encoder, plan: Plan, members: Sequence[_Member], done: Sequence[_Derived]
) -> None:
    """Change the catalog, its words and the derived indexes in one transaction."""
    with catalog.writing():
        _describe(catalog, encoder)
        before = {filing.document_id: filing.session.id for filing in catalog.filings()}
        vectors = [catalog.unfinished_vectors(t for p in item.passages for t in _texts_of(p)) for item in done]
        for document_id in before.keys() - {member.document_id for member in members}:
            catalog.remove(document_id)
        for place, file in plan.renamed:
            catalog.move(place.document_id, file.source, str(file.root))
        for document_id, notes in plan.notes.items():
            catalog.set_notes(document_id, notes)
        for item, vector_of in zip(done, vectors, strict=True):
            catalog.add(
                item.document,
                item.member.root,
                item.passages,
                [np.stack([vector_of[text] for text in _texts_of(passage)]) for passage in item.passages],
                described=item.described,
                notes=item.member.notes,
                origin_ms=item.origin_ms,
            )
        catalog.forget_unfinished()
        catalog.set_meta(ALIASES, json.dumps(plan.kept_aliases, ensure_ascii=False, sort_keys=True))
        _set_people(catalog, plan)
        _set_moments(catalog, before, {item.document.session.id for item in done})
        catalog.show_only(without_repeats(catalog.every_passage()))
        _update_words(catalog, encoder)
        catalog.set_meta("generation", str(catalog.generation + 1))
        derived.rebuild(catalog)


def _describe(catalog: Catalog, encoder: Encoder) -> None:
    catalog.set_meta("encoder", encoder.fingerprint)
    catalog.set_meta("model", encoder.name)
    catalog.set_meta("dimensions", str(encoder.dimensions))
    catalog.set_meta("analyser", ANALYSER)


def _set_people(catalog: Catalog, plan: Plan) -> None:
    """Find out who is who among all names of the archive."""
    names = catalog.names()
    session_aliases: dict[str, dict[str, tuple[str, ...]]] = {}
    for filing in catalog.filings():
        own = names.setdefault(filing.session.id, set())
        own.update(person.name for person in filing.session.speakers)
        if filing.notes:
            session_aliases.setdefault(filing.session.id, {}).update(NotesFile.from_json(filing.notes).notes.aliases)
    catalog.set_people(people.resolve(names, _all_aliases(plan.kept_aliases.values()), session_aliases))


def _all_aliases(of_roots: Iterable[Aliases]) -> Aliases:
    aliases: Aliases = {}
    for of_root in of_roots:
        for name, others in of_root.items():
            aliases[name] = (*aliases.get(name, ()), *others)
    return aliases


def _set_moments(catalog: Catalog, before: Mapping[str, str], made_anew: Collection[str]) -> None:
    """Give the quotes of packs the time at which they were said, where a transcript of their session has the words.

    ``before`` is the session of each document as it was, ``made_anew`` are sessions with documents that were made anew;
    a session of which nothing changed is left as it is.
    """
    now = {filing.document_id: filing for filing in catalog.filings()}
    touched = {*made_anew}
    touched |= {session_id for id_, session_id in before.items() if id_ not in now or now[id_].session.id != session_id}
    touched |= {filing.session.id for id_, filing in now.items() if before.get(id_) != filing.session.id}
    of_session: dict[str, list[Filing]] = {}
    for filing in now.values():
        if filing.session.id in touched:
            of_session.setdefault(filing.session.id, []).append(filing)
    for filings in of_session.values():
        families = [family_of(filing.kinds) for filing in filings]
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


def _update_words(catalog: Catalog, encoder: Encoder) -> None:
    """Give every word of the passages shown a vector, and forget the others."""
    wanted = catalog.words_of_passages()
    known = set(catalog.words())
    catalog.remove_words(sorted(known - wanted))
    new = sorted(wanted - known)
    for start in range(0, len(new), WORDS_AT_ONCE):
        words = new[start : start + WORDS_AT_ONCE]
        catalog.add_words(words, encoder.encode(words))


def report_of(
    catalog: Catalog,
    plan: Plan,
    unreadable: Sequence[Failure] = (),
    regrouped: tuple[str, ...] = (),
    documents: Iterable[Document] = (),
) -> IngestReport:
    """What a plan comes to; with nothing more given, what it would come to if every file can be read."""
    left_out = {failure.source for failure in unreadable}
    return IngestReport(
        added=tuple(file.source for file in plan.added if file.source not in left_out),
        changed=tuple(file.source for _, file in plan.changed if file.source not in left_out),
        renamed=tuple(file.source for _, file in plan.renamed),
        removed=tuple(place.source for place in plan.removed),
        unchanged=tuple(file.source for file in plan.unchanged if file.source not in regrouped),
        regrouped=regrouped,
        failed=(*plan.failed, *unreadable),
        private_messages=sum(document.private_messages for document in documents),
        passages=catalog.counts()["passages"],
        generation=catalog.generation,
    )
