"""Bytes to text that may be read: encodings, line ends, and the marker that keeps parts out."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kindsearch.readers import read
from kindsearch.readers.decoding import decoded, is_text, without_skipped

SKIP, RESUME = "<!-- kindsearch: skip -->", "<!-- kindsearch: resume -->"

# ---------------------------------------------------------------- encodings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_is_decoded_whatever_wrote_it(encoding: str) -> None:
    text = "Göran sagte: “Freundlichkeit” – 5 €\n"
    data = text.encode(encoding)
    assert is_text(data)
    assert decoded(data) == text


@pytest.mark.parametrize(("mark", "encoding"), [(b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")])
def test_utf_16_is_known_by_its_mark_in_either_order(mark: bytes, encoding: str) -> None:
    data = mark + "WEBVTT\r\n\r\nsnö 🙂\r\n".encode(encoding)
    assert is_text(data)
    assert decoded(data) == "WEBVTT\n\nsnö 🙂\n"


def test_words_beyond_the_western_code_page_survive_in_utf_8() -> None:
    text = "親切 Доброта 🙂 e\u0301 \u200d\ufeff within"
    assert decoded(text.encode()) == text


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\x81\x8d\x8f\x90\x9d", "\ufffd" * 5),  # the five bytes that cp1252 leaves open
        (b"\xed\xa0\x80", "í\xa0€"),  # half a character in UTF-8's clothes: no UTF-8, so the code page
        (b"\xff\xfe\x00\xd8", "\ufffd"),  # half a character in UTF-16
        (b"\xff\xfea", "\ufffd"),  # half a unit
        (b"\xef\xbb\xbf", ""),
        (b"\xff\xfe", ""),
        (b"", ""),
    ],
)
def test_bytes_that_are_no_text_become_marks_and_never_half_characters(data: bytes, expected: str) -> None:
    assert decoded(data) == expected


@given(st.binary(max_size=200))
@example(b"\xff\xfe\x00\xdc\x00\xd8")
def test_whatever_the_bytes_the_text_can_be_kept(data: bytes) -> None:
    text = decoded(data)
    text.encode("utf-8")  # no half characters, which no catalog takes
    assert "\r" not in text


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system_are_line_feeds(ends: str) -> None:
    assert decoded(ends.join(["one", "", "two", ""]).encode()) == "one\n\ntwo\n"


def test_mixed_line_ends_are_counted_each_for_itself() -> None:
    assert decoded(b"a\r\rb\n\rc\r\n") == "a\n\nb\n\nc\n"


@pytest.mark.parametrize(
    ("data", "expected"), [(b"plain", True), (b"a\0b", False), (b"\xff\xfea\0", True), (b"", True), (b"%PDF-\0", False)]
)
def test_zeros_tell_what_is_no_text(data: bytes, expected: bool) -> None:
    assert is_text(data) is expected


# ---------------------------------------------------------------- what the marker takes out


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        # Markdown: in a paragraph
        pytest.param(f"one\n\ntwo {SKIP}\n\nthree", "one\n\n\nthree", id="at the end of a paragraph"),
        pytest.param(f"one\n\n{SKIP} two\n\nthree", "one\n\n\nthree", id="at the beginning of a paragraph"),
        pytest.param(f"one\n\na\nb {SKIP} c\nd\n\nthree", "one\n\n\nthree", id="in the middle of its lines"),
        pytest.param(f"one {SKIP}", "", id="in the only paragraph"),
        pytest.param(f"one\n\ntwo {SKIP}\nthree {SKIP}\n\nfour", "one\n\n\nfour", id="twice in a paragraph"),
        pytest.param(f"a {SKIP}\n\nb {SKIP}\n\nc", "\n\nc", id="two paragraphs, one after the other"),
        pytest.param(f"a\n \t\nb {SKIP}\n \t\nc", "a\n \t\n \t\nc", id="blanks alone part paragraphs too"),
        pytest.param(f"a\n\n- one {SKIP}\n- two\n\nb", "a\n\n\nb", id="a list is a paragraph"),
        # Markdown: on a line of its own
        pytest.param(f"one\n\n{SKIP}\n\ntwo\n\nthree\n", "one\n", id="all that follows, unterminated"),
        pytest.param(f"{SKIP}\nall of it\n", "", id="the whole file"),
        pytest.param(f"a\n\n{SKIP}\nb\n\n{RESUME}\nc\n", "a\n\nc\n", id="up to the end mark"),
        pytest.param(f"# A\n{SKIP}\nb\n\n# C\nd", "# A\n# C\nd", id="up to the next heading"),
        pytest.param(f"# A\n{SKIP}\nb\n###### C\nd", "# A\n###### C\nd", id="a heading of any level"),
        pytest.param(f"# A\n{SKIP}\n#hashtag\n####### seven\nd", "# A", id="a hashtag is no heading"),
        pytest.param(f"{SKIP}\na\n{SKIP}\nb\n{RESUME}\nc", "c", id="begun twice, ended once"),
        pytest.param(f"{SKIP}\na\n{RESUME}\nb\n{RESUME}\nc", f"b\n{RESUME}\nc", id="begun once, ended twice"),
        pytest.param(f"a\n{SKIP}\nb {SKIP}\n\nc\n{RESUME}\nd", "a\nd", id="a paragraph's marker in what is out"),
        pytest.param(f"{SKIP}\na\n# {SKIP}\nb\n{RESUME}\nc", "c", id="begun anew by a heading's sign"),
        pytest.param(f"   {SKIP}   \nb\n{RESUME}\nc", "c", id="indented, and with blanks after it"),
        pytest.param(f"// {SKIP}\nb\n// {RESUME}\nc", "c", id="as a comment of code"),
        pytest.param(f"{SKIP}\na {RESUME} b\nc", "c", id="what shares a line with the end mark stays out"),
        # captions
        pytest.param(
            f"WEBVTT\n\n1\n00:01.000 --> 00:02.000\nAnn: a\nb {SKIP}\nc\n\n2\n00:03.000 --> 00:04.000\nd\n",
            "WEBVTT\n\n\n2\n00:03.000 --> 00:04.000\nd\n",
            id="a cue, with its number and times",
        ),
        pytest.param(
            f"WEBVTT\n\nNOTE {SKIP}\n\n00:01.000 --> 00:02.000\na\n\nNOTE {RESUME}\n\n00:03.000 --> 00:04.000\nb\n",
            "WEBVTT\n\n\n00:03.000 --> 00:04.000\nb\n",
            id="cues between notes",
        ),
        pytest.param(
            f"WEBVTT\n\nNOTE {SKIP}\n\n00:01.000 --> 00:02.000\na\n",
            "WEBVTT\n",
            id="cues up to the end",
        ),
        # plain transcripts and chats
        pytest.param(
            "Ann  0:01\none\n\nBo  0:02\ntwo " + SKIP + "\n\nCy  0:03\nthree",
            "Ann  0:01\none\n\n\nCy  0:03\nthree",
            id="a turn between empty lines",
        ),
        pytest.param(
            f"18:00 From Ann\n{SKIP}\n18:01 From Bo\n{RESUME}\n18:02 From Cy",
            "18:00 From Ann\n18:02 From Cy",
            id="messages between marks",
        ),
    ],
)
def test_what_is_marked_is_left_out(text: str, kept: str) -> None:
    assert without_skipped(text) == kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        pytest.param(
            f"18:03:22 From Ann to Everyone: one\n18:04:00 From Bo to Everyone: secret {SKIP}\n"
            "18:05:00 From Cy to Everyone: three\n",
            "18:03:22 From Ann to Everyone: one\n18:05:00 From Cy to Everyone: three\n",
            id="chat",
        ),
        pytest.param(
            f"[00:00:01] Ann: one\n[00:00:02] Bo: secret {SKIP}\n[00:00:03] Cy: three\n",
            "[00:00:01] Ann: one\n[00:00:03] Cy: three\n",
            id="transcript",
        ),
    ],
)
def test_in_files_without_empty_lines_a_marked_message_goes_and_the_others_stay(
    text: str, kept: str, tmp_path: Path
) -> None:
    (tmp_path / "marked.txt").write_text(text, encoding="utf-8")
    (tmp_path / "kept.txt").write_text(kept, encoding="utf-8")
    assert read(tmp_path / "marked.txt", "m.txt").text == read(tmp_path / "kept.txt", "k.txt").text


@pytest.mark.parametrize(
    "marker",
    [
        "<!--kindsearch:skip-->",
        "<!-- kindsearch: skip →",  # from here on as editors spoil it
        "<!-- kindsearch: skip –>",
        "‹!– kindsearch: skip –›",
        "<!— kindsearch: skip —>",
        "«!-- kindsearch: skip -→",
        "&lt;!-- kindsearch: skip --&gt;",
        "<!-- kindsearch:skip -->",
        "<!--\tkindsearch: \t skip\t-->",
        "<!-- KindSearch: Skip -->",
        "<!-- KINDSEARCH: SKIP -->",
        "<!-- kindsearch : skip -->",
        "<!--\N{NO-BREAK SPACE}kindsearch:\N{NO-BREAK SPACE}skip\N{NO-BREAK SPACE}-->",
        "<!--" + " " * 12 + "kindsearch: skip -->",
    ],
)
def test_the_marker_may_be_spaced_and_written_oddly(marker: str) -> None:
    assert without_skipped(f"a\n\nsecret {marker}\n\nb") == "a\n\n\nb"
    assert without_skipped(f"a\n{marker}\nsecret\n{RESUME}\nb") == "a\nb"


@pytest.mark.parametrize("marker", ["<!-- KINDSEARCH:RESUME-->", "// <!--kindsearch: resume -->", "NOTE " + RESUME])
def test_so_may_the_end_mark(marker: str) -> None:
    assert without_skipped(f"a\n{SKIP}\nsecret\n{marker}\nb") == "a\nb"


@pytest.mark.parametrize(
    "text",
    [
        "kindsearch: skip",
        "<!-- skip -->",
        "<!- kindsearch: skip ->",
        "<!-- kindsearch: skip",
        "-- kindsearch: skip →",
        "<!-- kindsearch: skipping -->",
        "<!-- other: skip -->",
        "We skip <!-- a comment --> this.",
        f"only an end mark\n{RESUME}\nhere",
    ],
)
def test_other_words_and_comments_are_no_markers(text: str) -> None:
    text = f"\n a\n\n{text}\n\nb\t\n"
    assert without_skipped(text) == text


def test_what_stands_before_a_part_that_is_out_does_not_go_with_a_paragraph_after_it() -> None:
    assert without_skipped(f"one\n{SKIP}\nx\n\n{RESUME}\ntwo {SKIP}\n\nthree") == "one\n\nthree"
    assert without_skipped(f"one\n{SKIP}\nx\n\n# B\ntwo {SKIP}\n\nthree").startswith("one\n")


# ---------------------------------------------------------------- and nothing else

WORDS = st.text(alphabet="ab #\t.:<>-!\u2028\x0b\x0c\x85é", max_size=12)
LINES = st.lists(WORDS, max_size=12)


@given(LINES)
def test_without_a_marker_nothing_changes(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert without_skipped(text) == text


@given(LINES, LINES, LINES)
def test_between_marks_everything_goes_but_what_a_heading_begins_and_nothing_else(
    before: list[str], out: list[str], after: list[str]
) -> None:
    secret = [line.replace("#", "a") for line in out]
    text = "\n".join([*before, SKIP, *secret, RESUME, *after])
    assert without_skipped(text) == "\n".join([*before, *after])


@given(
    st.lists(st.text(alphabet="ab .:", min_size=1, max_size=8).filter(str.strip), min_size=1, max_size=6), LINES, LINES
)
def test_of_a_marked_paragraph_nothing_stays_and_all_others_do(
    paragraph: list[str], before: list[str], after: list[str]
) -> None:
    for marked in range(len(paragraph)):
        lines = [*paragraph[:marked], f"x {paragraph[marked]} {SKIP}", *paragraph[marked + 1 :]]
        text = "\n".join([*before, "", *lines, "", *after])
        assert without_skipped(text) == "\n".join([*before, "", "", *after])


@given(
    st.lists(
        st.sampled_from(["a", "", " ", SKIP, RESUME, f"a {SKIP}", f"{SKIP} a", "# A", f"NOTE {SKIP}", "b"]), max_size=14
    )
)
def test_whatever_the_order_of_marks_the_lines_that_stay_keep_their_order_and_hold_no_marker(lines: list[str]) -> None:
    numbered = [f"{line}{n}" if line in {"a", "b", "# A"} else line for n, line in enumerate(lines)]
    kept = without_skipped("\n".join(numbered)).split("\n")
    rest = iter(numbered)
    assert kept == [""] or all(line in rest for line in kept)  # a subsequence
    assert not any("skip" in line for line in kept)


# ---------------------------------------------------------------- through the readers

VTT = (
    "WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.000\nAnn: one two three\n\n2\n00:00:03.000 --> 00:00:04.000\n"
    f"Bo: hidden words\nmore hidden {SKIP}\n\n3\n00:00:05.000 --> 00:00:06.000\nAnn: four five\n"
)


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r", "\r\r\n"], ids=["LF", "CRLF", "CR", "CRCRLF"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_marked_cue_is_read_by_nobody_whatever_the_line_ends(encoding: str, ends: str, tmp_path: Path) -> None:
    (tmp_path / "talk.vtt").write_bytes(VTT.replace("\n", ends).encode(encoding))
    text = read(tmp_path / "talk.vtt", "talk.vtt").text
    assert "one two three" in text
    assert "four five" in text
    assert "hidden" not in text
    assert "kindsearch" not in text
