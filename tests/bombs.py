"""Hostile files, each made by a small function: a few kilobytes, mostly, that ask for far more than that.

``PDFS``, ``WORD_DOCUMENTS`` and ``TEXTS`` are tables of what each is and the function that makes its bytes.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

MB = 2**20
Build = Callable[[], bytes]


# ---------------------------------------------------------------- deflate


def deflated(piece: bytes, times: int) -> bytes:
    """``piece * times`` in zlib's format, made as fast as its length when packed: one packed piece is repeated."""
    packer = zlib.compressobj(9)
    first = packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)  # the header, and a piece
    again = packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)
    end = packer.flush(zlib.Z_FINISH)
    return first + again * (times - 1) + end[:-4] + _adler(piece, times).to_bytes(4, "big")


def _adler(piece: bytes, times: int) -> int:
    """Adler-32 of ``piece * times`` (RFC 1950): its sums are those of one piece, added up."""
    one = zlib.adler32(piece)
    low, high = (one & 0xFFFF) - 1, one >> 16
    a = 1 + times * low
    b = times * high + len(piece) * low * times * (times - 1) // 2
    return (b % 65521) << 16 | a % 65521


# ---------------------------------------------------------------- PDF


def stream(data: bytes, entries: str = "", filters: str = "") -> bytes:
    """A stream object."""
    head = f"<</Length {len(data)} {f'/Filter {filters}' if filters else ''} {entries}>>"
    return head.encode() + b"\nstream\n" + data + b"\nendstream"


def pdf(objects: Sequence[bytes], trailer: str = "", end: bytes = b"") -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalog."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, thing in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, thing)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += f"trailer <</Root 1 0 R /Size {len(objects) + 1} {trailer}>>\nstartxref\n{table}\n%%EOF\n".encode()
    return bytes(out) + end


CATALOG = b"<</Type /Catalog /Pages 2 0 R>>"
TREE = b"<</Type /Pages /Kids [3 0 R] /Count 1>>"
FONT = "/Font <</F1 <</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>>>"
WORDS = b"BT /F1 12 Tf 40 300 Td (Kindness takes time) Tj ET\n"


def page(resources: str = FONT, box: str = "0 0 960 540", more: str = "") -> bytes:
    """The one page of most of them: its content is object 4."""
    return f"<</Type /Page /Parent 2 0 R /MediaBox [{box}] /Contents 4 0 R /Resources <<{resources}>> {more}>>".encode()


def one_page(content: bytes, *more: bytes, resources: str = FONT, box: str = "0 0 960 540") -> bytes:
    """A PDF of one page with this content stream, and further objects from 5."""
    return pdf([CATALOG, TREE, page(resources, box), content, *more])


def flate_in_flate() -> bytes:
    """Ten gigabytes of blanks, packed twice."""
    return one_page(stream(zlib.compress(deflated(b" " * MB, 10_000)), filters="[/FlateDecode /FlateDecode]"))


def flate_ten_deep() -> bytes:
    """A gigabyte of blanks, packed ten times."""
    data = deflated(b" " * MB, 1_000)
    for _ in range(9):
        data = zlib.compress(data)
    return one_page(stream(data, filters=f"[{'/FlateDecode ' * 10}]"))


def token_flood() -> bytes:
    """Two hundred million operators that do nothing."""
    return one_page(stream(deflated(b"q Q " * (MB // 4), 800), filters="/FlateDecode"))


def text_flood() -> bytes:
    """A hundred million words on one page."""
    return one_page(stream(deflated(WORDS * 20_000, 1_600), filters="/FlateDecode"))


def panel_flood() -> bytes:
    """Twenty million filled rectangles, and some words."""
    return one_page(stream(deflated(WORDS + b"10 10 90 90 re f\n" * 60_000, 330), filters="/FlateDecode"))


def scattered_words() -> bytes:
    """Twenty thousand words, each in a place of its own: slow to bring into an order."""
    places = ((n * 7919 % 900, n * 104_729 % 500) for n in range(20_000))
    words = "".join(f"BT /F1 6 Tf {x} {y}.{x % 10} Td (ab) Tj ET\n" for x, y in places)
    return one_page(stream(zlib.compress(words.encode()), filters="/FlateDecode"))


def forms_calling_forms() -> bytes:
    """Thirty forms, each of which draws the next ten times: 10³⁰ lines of text."""
    last = 34
    forms = []
    for number in range(5, last + 1):
        calls = b"/Next Do " * 10 if number < last else WORDS
        inner = f"/XObject <</Next {number + 1} 0 R>>" if number < last else FONT
        forms.append(stream(calls, f"/Type /XObject /Subtype /Form /BBox [0 0 960 540] /Resources <<{inner}>>"))
    return one_page(stream(WORDS + b"/Next Do"), *forms, resources=f"{FONT} /XObject <</Next 5 0 R>>")


def form_calling_itself() -> bytes:
    """A form that draws itself."""
    form = stream(
        b"/Me Do " * 10, "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources <</XObject <</Me 5 0 R>>>>"
    )
    return one_page(stream(WORDS + b"/Me Do"), form, resources=f"{FONT} /XObject <</Me 5 0 R>>")


def page_tree_loop() -> bytes:
    """A page tree whose child is itself."""
    return pdf([CATALOG, b"<</Type /Pages /Kids [2 0 R 2 0 R 3 0 R] /Count 9>>", page(), stream(WORDS)])


def parents_in_a_circle() -> bytes:
    """A page that inherits its size from parents who are one another's."""
    nodes = [b"<</Type /Pages /Kids [3 0 R] /Count 1 /Parent 5 0 R>>", b"<</Type /Pages /Parent 2 0 R>>"]
    sheet = f"<</Type /Page /Parent 2 0 R /Contents 4 0 R /Resources <<{FONT}>>>>".encode()
    return pdf([CATALOG, nodes[0], sheet, stream(WORDS), nodes[1]])


def two_billion_pages() -> bytes:
    """A page tree that says it has two billion pages."""
    return pdf([CATALOG, TREE.replace(b"/Count 1", b"/Count 2147483647"), page(), stream(WORDS)])


def two_hundred_thousand_pages() -> bytes:
    """200,000 pages that are there."""
    count = 200_000
    kids = " ".join(f"{n} 0 R" for n in range(4, 4 + count))
    tree = f"<</Type /Pages /Kids [{kids}] /Count {count} /MediaBox [0 0 960 540]>>".encode()
    return pdf([CATALOG, tree, stream(WORDS), *([b"<</Type /Page /Parent 2 0 R /Contents 3 0 R>>"] * count)])


def one_page_many_times() -> bytes:
    """A page tree that names one page 200,000 times."""
    tree = f"<</Type /Pages /Kids [{'3 0 R ' * 200_000}] /Count 200000>>".encode()
    return pdf([CATALOG, tree, page(), stream(WORDS)])


def enormous_page() -> bytes:
    """A page ten thousand kilometres wide."""
    return one_page(stream(WORDS), box="0 0 28346456692 28346456692")


def endless_strip() -> bytes:
    """A page one point wide and a billion high, which drawn as wide as asked is higher still."""
    return one_page(stream(WORDS), box="0 0 1 1000000000")


def page_of_no_size() -> bytes:
    """A page without width."""
    return one_page(stream(WORDS), box="0 0 0 0")


def nested_arrays() -> bytes:
    """A million brackets among the operators, and a hundred thousand in an object."""
    deep = b"[" * 100_000 + b"]" * 100_000
    return pdf([CATALOG, TREE, page(more="/Deep 5 0 R"), stream(b"[" * 1_000_000 + WORDS), deep])


def nested_dictionaries() -> bytes:
    """A hundred thousand dictionaries in one another, as the catalog."""
    return pdf(
        [b"<</Type /Catalog /Pages 2 0 R /A " + b"<</A " * 100_000 + b">>" * 100_001, TREE, page(), stream(WORDS)]
    )


def object_stream_loop() -> bytes:
    """An object stream that lies in itself and goes on in itself, with a table that says so."""
    inner = b"5 0 <</Type /ObjStm>>"
    holder = stream(inner, "/Type /ObjStm /N 1 /First 4 /Extends 5 0 R")
    body = bytearray(b"%PDF-1.7\n")
    places = {}
    for number, thing in ((1, CATALOG), (2, TREE), (3, page()), (4, stream(WORDS)), (5, holder)):
        places[number] = len(body)
        body += b"%d 0 obj\n%s\nendobj\n" % (number, thing)
    rows = [(0, 0, 65535), (2, 5, 0), (2, 5, 1), *((1, places[n], 0) for n in (3, 4)), (2, 5, 0), (1, len(body), 0)]
    table = b"".join(bytes([kind]) + at.to_bytes(4, "big") + more.to_bytes(2, "big") for kind, at, more in rows)
    cross = stream(table, f"/Type /XRef /Size {len(rows)} /W [1 4 2] /Root 1 0 R")
    return bytes(body) + b"6 0 obj\n" + cross + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(body)


def tables_in_a_circle() -> bytes:
    """A cross-reference table that says it goes on in itself."""
    plain = one_page(stream(WORDS))
    at = plain.rindex(b"xref\n0 ")
    return plain.replace(b"/Root 1 0 R", b"/Prev %d /Root 1 0 R" % at)


def table_of_billions() -> bytes:
    """A cross-reference stream for two billion objects."""
    rows = deflated(b"\0" * MB, 2_000)
    cross = stream(rows, "/Type /XRef /Size 2147483647 /W [1 4 2] /Index [0 2147483647] /Root 1 0 R", "/FlateDecode")
    return b"%PDF-1.7\n1 0 obj\n" + CATALOG + b"\nendobj\n6 0 obj\n" + cross + b"\nendobj\nstartxref\n50\n%%EOF\n"


def outline_loop() -> bytes:
    """An outline whose second entry is its first."""
    catalog = b"<</Type /Catalog /Pages 2 0 R /Outlines 5 0 R>>"
    entries = [
        b"<</Type /Outlines /First 6 0 R /Last 7 0 R /Count 2>>",
        b"<</Title (One) /Parent 5 0 R /Next 7 0 R /First 6 0 R /Dest [3 0 R /Fit]>>",
        b"<</Title (Two) /Parent 5 0 R /Next 6 0 R /Dest [3 0 R /Fit]>>",
    ]
    return pdf([catalog, TREE, page(), stream(WORDS), *entries])


def annotation_flood() -> bytes:
    """A million links on one page, all of them one object."""
    link = b"<</Type /Annot /Subtype /Link /Rect [0 0 9 9] /A <</S /URI /URI (https://example.org/)>>>>"
    return pdf([CATALOG, TREE, page(more=f"/Annots [{'5 0 R ' * 1_000_000}]"), stream(WORDS), link])


def predictor_of_billions() -> bytes:
    """A predictor that asks for rows of two gigabytes."""
    parameters = "/DecodeParms <</Predictor 12 /Columns 2147483640 /Colors 4>>"
    return one_page(stream(zlib.compress(WORDS), parameters, "/FlateDecode"))


def letters_of_billions() -> bytes:
    """A font that says what four billion codes mean, and maps each to a long text."""
    cmap = b"1 begincodespacerange <00000000> <FFFFFFFF> endcodespacerange\n" + b"".join(
        b"1 beginbfrange <0000> <FFFF> <%s> endbfrange\n" % (b"0041" * 200) for _ in range(500)
    )
    font = "/Font <</F1 <</Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /ToUnicode 5 0 R>>>>"
    return one_page(stream(b"BT /F1 12 Tf 9 9 Td <00410042> Tj ET"), stream(cmap), resources=font)


def picture_of_gigapixels() -> bytes:
    """A picture of 60,000 by 60,000, packed, under some words."""
    head = "/Type /XObject /Subtype /Image /Width 60000 /Height 60000 /ColorSpace /DeviceRGB /BitsPerComponent 8"
    image = stream(deflated(b"\0" * MB, 10_300), head, "/FlateDecode")
    return one_page(stream(WORDS + b"q 900 0 0 500 0 0 cm /Im Do Q"), image, resources=f"{FONT} /XObject <</Im 5 0 R>>")


def font_that_draws_itself() -> bytes:
    """A Type 3 font whose one letter is drawn with the same font."""
    glyph = stream(b"1000 0 d0 BT /F1 1 Tf (aaaaaaaaaa) Tj ET")
    font = (
        b"<</Type /Font /Subtype /Type3 /FontBBox [0 0 1 1] /FontMatrix [1 0 0 1 0 0] /FirstChar 97 /LastChar 97"
        b" /Widths [1000] /Encoding <</Differences [97 /a]>> /CharProcs <</a 5 0 R>>"
        b" /Resources <</Font <</F1 6 0 R>>>>>>"
    )
    return one_page(stream(b"BT /F1 9 Tf 9 9 Td (aa) Tj ET"), glyph, font, resources="/Font <</F1 6 0 R>>")


def pattern_of_patterns() -> bytes:
    """Tiles of a tenth of a point over the whole page, each painted with the same tiles."""
    tile = stream(
        b"/Pattern cs /P scn 0 0 1 1 re f",
        "/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 1 1] /XStep 0.01 /YStep 0.01"
        " /Matrix [0.1 0 0 0.1 0 0] /Resources <</Pattern <</P 5 0 R>>>>",
    )
    return one_page(
        stream(WORDS + b"/Pattern cs /P scn 0 0 960 540 re f"), tile, resources=f"{FONT} /Pattern <</P 5 0 R>>"
    )


def encrypted_by_nobody() -> bytes:
    """Encrypted, with a handler that there is not."""
    plain = [CATALOG, TREE, page(), stream(WORDS), b"<</Filter /NoSuchHandler /V 99 /R 99 /Length 4096>>"]
    return pdf(plain, "/Encrypt 5 0 R /ID [(a) (a)]")


def encrypted_in_circles() -> bytes:
    """Encrypted, with a dictionary that is its own entry."""
    entries = (
        b"<</Filter /Standard /V 5 /R 6 /O 5 0 R /U 5 0 R /OE 5 0 R /UE 5 0 R /Perms 5 0 R /P 5 0 R /Length 5 0 R>>"
    )
    return pdf([CATALOG, TREE, page(), stream(WORDS), entries], "/Encrypt 5 0 R /ID [(a) (a)]")


def length_in_a_circle() -> bytes:
    """A stream whose length is itself."""
    return one_page(b"<</Length 4 0 R>>\nstream\n" + WORDS + b"endstream")


PDFS: dict[str, Build] = {
    build.__name__: build
    for build in (
        flate_in_flate, flate_ten_deep, token_flood, text_flood, panel_flood, scattered_words, forms_calling_forms,
        form_calling_itself, page_tree_loop, parents_in_a_circle, two_billion_pages, two_hundred_thousand_pages,
        one_page_many_times, enormous_page, endless_strip, page_of_no_size, nested_arrays, nested_dictionaries,
        object_stream_loop, tables_in_a_circle, table_of_billions, outline_loop, annotation_flood,
        predictor_of_billions, letters_of_billions, picture_of_gigapixels, font_that_draws_itself,
        pattern_of_patterns, encrypted_by_nobody, encrypted_in_circles, length_in_a_circle,
    )
}  # fmt: skip


# ---------------------------------------------------------------- DOCX

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
BEFORE = f'<?xml version="1.0"?><w:document xmlns:w="{W}"><w:body>'.encode()
AFTER = b"</w:body></w:document>"
PARAGRAPH = b"<w:p><w:r><w:t>Kindness takes time</w:t></w:r></w:p>"


def word(document: bytes, others: Iterable[tuple[str, bytes]] = ()) -> bytes:
    """A DOCX with this ``word/document.xml``."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", document)
        for name, data in others:
            archive.writestr(name, data)
    return out.getvalue()


def raw_member(name: str, packed: bytes, size: int, crc: int = 0) -> bytes:
    """A zip of one member that is packed already, with a directory that says what it is told to say."""
    label = name.encode()
    common = (8).to_bytes(2, "little") + bytes(4) + crc.to_bytes(4, "little")
    sizes = len(packed).to_bytes(4, "little") + size.to_bytes(4, "little") + len(label).to_bytes(2, "little")
    local = b"PK\x03\x04" + b"\x14\0\0\0" + common + sizes + bytes(2) + label + packed
    entry = b"PK\x01\x02" + b"\x14\0\x14\0\0\0" + common + sizes + bytes(16) + label
    end = b"PK\x05\x06" + bytes(4) + b"\1\0\1\0" + len(entry).to_bytes(4, "little")
    return local + entry + end + len(local).to_bytes(4, "little") + bytes(2)


def zip_of_gigabytes() -> bytes:
    """Four gigabytes of blanks in four megabytes."""
    return raw_member("word/document.xml", deflated(b" " * MB, 4_095)[2:-4], 4_095 * MB)


def zip_that_lies() -> bytes:
    """The same, but its directory says a kilobyte."""
    return raw_member("word/document.xml", deflated(b" " * MB, 4_095)[2:-4], 1_000)


def zip_of_many_names() -> bytes:
    """Sixty thousand members."""
    return word(BEFORE + AFTER, ((f"word/{n}.xml", b"") for n in range(60_000)))


def entities(declared: str, used: str) -> bytes:
    """A document with a document type of its own."""
    kind = f'<?xml version="1.0"?><!DOCTYPE w:document [{declared}]><w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>'
    return word(f"{kind}{used}</w:t></w:r></w:p></w:body></w:document>".encode())


def billion_laughs() -> bytes:
    """Entities of ten entities, ten deep."""
    names = "abcdefghij"
    deeper = "".join(f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in pairwise(names))
    return entities(f'<!ENTITY a "ha ha ">{deeper}', "&j;")


def quadratic_blow_up() -> bytes:
    """One long entity, named fifty thousand times."""
    return entities(f'<!ENTITY a "{"ha " * 30_000}">', "&a;" * 50_000)


def external_entity() -> bytes:
    """An entity that is a file of this machine."""
    return entities('<!ENTITY a SYSTEM "file:///etc/passwd">', "&a;")


def external_document_type() -> bytes:
    """A document type that is to be fetched."""
    return entities('<!ENTITY % a SYSTEM "http://127.0.0.1:9/a.dtd"> %a;', "words")


def tag_flood() -> bytes:
    """Two million paragraphs."""
    return word(BEFORE + PARAGRAPH * 600_000 + b"<w:p/>" * 400_000 + AFTER)


def tags_in_tags() -> bytes:
    """A hundred thousand tables in one another."""
    return word(BEFORE + b"<w:tbl>" * 100_000 + PARAGRAPH + b"</w:tbl>" * 100_000 + AFTER)


def attribute_flood() -> bytes:
    """A paragraph of half a million attributes."""
    marks = b"".join(b' a%d=""' % n for n in range(500_000))
    return word(BEFORE + b"<w:p" + marks + b"><w:r><w:t>words</w:t></w:r></w:p>" + AFTER)


WORD_DOCUMENTS: dict[str, Build] = {
    build.__name__: build
    for build in (
        zip_of_gigabytes, zip_that_lies, zip_of_many_names, billion_laughs, quadratic_blow_up, external_entity,
        external_document_type, tag_flood, tags_in_tags, attribute_flood,
    )
}  # fmt: skip


# ---------------------------------------------------------------- texts

CUE = b"00:00:01.000 --> 00:00:02.000\nKindness takes time\n\n"


def one_line_of_100_mb() -> bytes:
    """Captions whose one cue is a line of 100 MB."""
    return b"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n" + b"kind " * (20 * MB)


def one_line_as_long_as_allowed() -> bytes:
    """The same, but just short enough to be read."""
    return b"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n" + b"kind " * 999_000


def million_cues() -> bytes:
    """A million cues."""
    return b"WEBVTT\n\n" + CUE * 1_000_000


def as_many_cues_as_allowed() -> bytes:
    """The shortest cues there are, as many as are short enough to be read."""
    return b"WEBVTT\n\n" + b"00:00.0 --> 00:00.1\na\n\n" * 216_000


def arrows_only() -> bytes:
    """Lines that look like times and are none."""
    return b"WEBVTT\n\n" + b"00:00:00:00:00:0x --> 99:99:99:99\n" * 140_000


def chat_of_many_messages() -> bytes:
    """A chat as long as is allowed, of replies to replies."""
    return b'18:00:00 From Ann to Everyone:\n\tReplying to "kind..."\n\tkind words\n' * 72_000


def transcript_of_many_names() -> bytes:
    """A transcript in which each line names another speaker."""
    return b"".join(b"Person %d: kind words take time\n\n" % n for n in range(125_000))


def headings_only() -> bytes:
    """Markdown that is all headings."""
    return b"# Kindness\n" * 450_000


def lone_surrogates() -> bytes:
    """Half characters, as broken programs write them, in UTF-8 and JSON's way."""
    return b"WEBVTT\n\n" + CUE + b"00:00:03.000 --> 00:00:04.000\nhalf \xed\xa0\x80 a \xed\xb0\x80 character \\ud800\n"


def zeros() -> bytes:
    """Zeros among words."""
    return b"WEBVTT\n\n" + CUE + b"00:00:03.000 --> 00:00:04.000\nnothing\0here\0\0\n"


def mixed_encodings() -> bytes:
    """A line in each of four encodings."""
    lines = ("Göran", "utf-8"), ("Göran", "cp1252"), ("Göran", "utf-16-le"), ("кинднесс", "koi8-r")
    return b"# Tea\n\nJune 2024\n\n# Words\n\n" + b"\n\n".join(f"{text} speaks".encode(name) for text, name in lines)


def utf_16_cut_in_half() -> bytes:
    """UTF-16 with a mark, of an odd number of bytes, ending in half a pair."""
    return b"\xff\xfe" + "# Tea\n\nJune 2024\n\n# Words\n\nKind words".encode("utf-16-le") + b"\x3d\xd8\x00"


TEXTS: dict[str, Build] = {
    build.__name__: build
    for build in (
        one_line_of_100_mb, one_line_as_long_as_allowed, million_cues, as_many_cues_as_allowed, arrows_only,
        chat_of_many_messages, transcript_of_many_names, headings_only, lone_surrogates, zeros, mixed_encodings,
        utf_16_cut_in_half,
    )
}  # fmt: skip
