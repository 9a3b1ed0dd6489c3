"""The page for speakers as it is sent: what stands in it, and the files to take along."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from html import unescape
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

import docx
import httpx
import pytest
from fastapi.testclient import TestClient

from kindsearch import KindSearch
from kindsearch.interfaces.web import create_app
from kindsearch.interfaces.web.prepare import file_name
from kindsearch.interfaces.web.timeline import plotted
from kindsearch.types import Citation, PartialDate, Passage, Session, Touched

TOPIC = "listening to patients"
CHECK_IN, LISTENING = "2024-06-time-for-a-check-in", "2023-06-listening-to-patients"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(scope="module")
def client(archive: KindSearch) -> Iterator[TestClient]:
    with TestClient(create_app(archive), base_url="http://127.0.0.1") as made:
        yield made


def brief_at(client: TestClient, **parameters: object) -> httpx.Response:
    return client.get("/prepare", params=parameters)


def text_of(page: httpx.Response) -> str:
    """The words of a page, white space made one."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


# ---------------------------------------------------------------- what stands in it


def test_every_chip_leads_to_its_reference_and_to_the_words_themselves(client: TestClient, archive: KindSearch) -> None:
    page = brief_at(client, topic=TOPIC).text
    body, references = page.split('aria-labelledby="references"')
    chips = re.findall(r'data-passage="(\w+)" data-quote="(\d+)-(\d+)"[^>]*><span class="ks-number">(\d+)<', body)
    cited = dict(re.findall(r'<li id="reference-(\d+)" value="\d+" data-passage="(\w+)"', references))
    brief = archive.brief(TOPIC)
    assert [int(number) for *_, number in chips] == [citation.number for citation in brief.citations]
    assert sorted(map(int, cited)) == [citation.number for citation in brief.references]
    by_number = {citation.number: citation for citation in brief.references}
    for passage_id, start, end, number in chips:
        assert cited[number] == passage_id
        passage = archive.passage(passage_id)
        assert passage is not None
        assert passage.quote(int(start), int(end)) == by_number[int(number)].quote


def test_every_quote_and_every_number_of_the_brief_is_on_the_page(client: TestClient, archive: KindSearch) -> None:
    text = text_of(brief_at(client, topic=TOPIC))
    brief = archive.brief(TOPIC)
    for citation in brief.citations:
        assert " ".join(citation.quote.split()) in text
    for touched in brief.timeline:
        assert touched.session.title in text
    assert f"{sum(touched.passages for touched in brief.timeline)} passages in {len(brief.timeline)} sessions" in text
    assert all(session.title in text for session in brief.untouched)


def test_headings_are_in_order_and_parts_are_named_by_them(client: TestClient) -> None:
    page = brief_at(client, topic=TOPIC).text
    levels = [int(level) for level in re.findall(r"<h(\d)", page)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    for labelled in re.findall(r'aria-labelledby="([\w-]+)"', page):
        assert f'<h2 id="{labelled}"' in page


def test_the_page_without_a_topic_says_what_a_brief_is_and_offers_topics_that_have_one(client: TestClient) -> None:
    page = brief_at(client)
    assert "A brief to be read in five minutes" in page.text
    offered = re.findall(r'<li><a href="(/prepare\?topic=[^"]+)"', page.text)
    assert len(offered) == 3
    for address in offered:
        assert "Key points" in client.get(unescape(address)).text


def test_nothing_on_a_topic_is_said_with_what_comes_nearest(client: TestClient) -> None:
    page = brief_at(client, topic="blockchain")
    assert page.status_code == 200
    text = text_of(page)
    assert "Nothing was said on this topic 8 sessions looked through. Try other words" in text
    assert "Nearest passages, which may be about something else" in text
    assert page.text.count('<article class="ks-card"') == 3
    narrowed = text_of(brief_at(client, topic="blockchain", since="2024"))
    assert "5 sessions looked through. Look through the whole archive" in narrowed


def test_an_empty_archive_says_what_to_do(tmp_path_factory: pytest.TempPathFactory, archive: KindSearch) -> None:
    empty = KindSearch.open(tmp_path_factory.mktemp("empty"), create=True, encoder=archive._encoder)
    with TestClient(create_app(empty), base_url="http://127.0.0.1") as client:
        assert "kindsearch ingest" in brief_at(client).text
        assert brief_at(client, topic=TOPIC).status_code == 200


# ---------------------------------------------------------------- what is chosen


def test_what_is_chosen_is_said_with_a_way_to_take_each_back(client: TestClient) -> None:
    page = brief_at(client, topic="students", without_session=CHECK_IN, person="Aoife", since="2023")
    (chosen,) = re.findall(r'<section class="ks-chosen".*?</section>', page.text, re.DOTALL)
    links = dict(re.findall(r'<a href="([^"]+)"><span class="ks-hidden">Take back: </span>([^<]+)<', chosen))
    by_words = {words: parse_qs(urlsplit(unescape(href)).query) for href, words in links.items()}
    everything = {"topic": ["students"], "without_session": [CHECK_IN], "person": ["Aoife"], "since": ["2023"]}
    for words, field in (
        ("Without Time for a check-in", "without_session"), ("Only what Aoife said", "person"),
        ("From 2023 on", "since"),
    ):  # fmt: skip
        assert by_words[words] == {name: value for name, value in everything.items() if name != field}


def test_a_time_in_the_topic_is_shown_as_read_there(client: TestClient) -> None:
    text = text_of(brief_at(client, topic="kindness in 2024"))
    assert "From 2024 on, as the topic says" in text


def test_the_form_keeps_what_was_chosen(client: TestClient) -> None:
    page = brief_at(client, topic="students", without_session=CHECK_IN, person="Bob", until="2024").text
    assert f'name="without_session" value="{CHECK_IN}" checked' in page
    assert 'name="person" value="Bob" checked' in page
    assert '<option value="2024" selected>' in page
    assert page.count(" checked") == 2


def test_fields_left_empty_choose_nothing(client: TestClient) -> None:
    plain = brief_at(client, topic=TOPIC)
    sent = brief_at(client, topic=f" {TOPIC} ", person="", without_person=" ", since="", until="")
    assert sent.text == plain.text


def test_people_of_one_name_are_told_apart(client: TestClient) -> None:
    text = text_of(brief_at(client, topic="students", person="Aoife"))
    assert "Aoife in Kindness in Education" in text
    assert "Aoife in Follow Your Compassion" in text


@pytest.mark.parametrize(
    ("parameters", "status", "sentence"),
    [
        ({"person": "Nobody At All"}, 404, "There is no person “Nobody At All” in this archive (any more)."),
        ({"without_person": "Nobody At All"}, 404, "There is no person “Nobody At All” in this archive (any more)."),
        ({"session": "2030-tea"}, 404, "There is no session “2030-tea” in this archive (any more)."),
        ({"without_session": "2030-tea"}, 404, "There is no session “2030-tea” in this archive (any more)."),
        ({"since": "soon"}, 400, "From: not a date: 'soon'"),
        ({"until": "2024-13"}, 400, "To: no such date"),
        ({"since": "2024", "until": "2023"}, 400, "Years: “from” (2024) lies after “to” (2023): swap them."),
        ({"topic": "x" * 3000}, 400, "longer than 2,000 characters"),
        ({"person": [f"p{n}" for n in range(101)]}, 400, "more than 100 are too many"),
    ],
)
@pytest.mark.parametrize("path", ["/prepare", "/prepare/brief.docx"])
def test_what_makes_no_sense_is_answered_with_a_sentence_and_a_way_on(
    client: TestClient, path: str, parameters: dict[str, object], status: int, sentence: str
) -> None:
    page = client.get(path, params={"topic": TOPIC, **parameters})
    assert page.status_code == status
    assert page.headers["content-type"].startswith("text/html")
    assert sentence in text_of(page)
    (way,) = re.findall(r'<a class="ks-button" href="([^"]+)"', page.text)
    assert client.get(unescape(way)).status_code == 200


def test_words_of_an_address_stay_words(client: TestClient) -> None:
    harm = "<script>window.harmed = 1</script>\"'><img src=x onerror=alert(1)>"
    for page in (brief_at(client, topic=harm), brief_at(client, topic=TOPIC, person=harm)):
        assert "<script>window" not in page.text
        assert "<img" not in page.text


# ---------------------------------------------------------------- the files


def test_a_brief_is_taken_along_as_a_file(client: TestClient) -> None:
    began = {"md": b"# Brief: listening", "docx": b"PK", "pdf": b"%PDF-"}
    for format, beginning in began.items():
        file = client.get(f"/prepare/brief.{format}", params={"topic": TOPIC, "without_session": CHECK_IN})
        assert file.status_code == 200
        assert file.content.startswith(beginning)
        assert file.headers["content-disposition"] == f'attachment; filename="brief-listening-to-patients.{format}"'
        assert file.headers["cache-control"] == "no-store"
    assert (
        b"Time for a check-in"
        not in client.get("/prepare/brief.md", params={"topic": TOPIC, "session": LISTENING}).content.split(
            b"Sessions that did not touch it"
        )[0]
    )


@pytest.mark.parametrize(("path", "status"), [("/prepare/brief.exe", 404), ("/prepare/brief.md", 400)])
def test_no_file_is_made_of_nothing(client: TestClient, path: str, status: int) -> None:
    page = client.get(path)
    assert page.status_code == status
    assert page.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize(
    ("topic", "name"),
    [
        ("measuring kindness", "brief-measuring-kindness"), ('../../etc/passwd"\r\nX: y', "brief-etc-passwd-x-y"),
        ("Göran's Tee", "brief-goran-s-tee"), ("茶", "brief"), ("con", "brief-con"),
    ],
)  # fmt: skip
def test_the_name_of_a_file_is_safe(topic: str, name: str) -> None:
    assert file_name(topic) == name


def test_the_name_of_a_file_is_short() -> None:
    assert len(file_name("kindness " * 200)) <= 60


def citations_in(file: bytes) -> tuple[dict[int, str], list[int]]:
    """The references of a DOCX by number, and the numbers that its text refers to."""
    body = docx.Document(io.BytesIO(file)).element.body
    marked = {}
    for paragraph in body.iter(f"{W}p"):
        mark = paragraph.find(f"{W}bookmarkStart")
        if mark is not None:
            number = int(str(mark.get(f"{W}name")).removeprefix("reference-"))
            marked[number] = "".join(text.text or "" for text in paragraph.iter(f"{W}t"))
    anchors = [link.get(f"{W}anchor") for link in body.iter(f"{W}hyperlink")]
    return marked, [int(anchor.removeprefix("reference-")) for anchor in anchors if anchor]


def check_docx(archive: KindSearch, client: TestClient, topic: str) -> None:
    """Every number of the file leads to a reference, and that to a passage that holds the quote word for word."""
    file = client.get("/prepare/brief.docx", params={"topic": topic}).content
    references, referred = citations_in(file)
    by_number = {citation.number: citation for citation in archive.brief(topic).references}
    assert set(referred) == set(references) == set(by_number)
    whole = "".join("".join(t.text or "" for t in docx.Document(io.BytesIO(file)).element.body.iter(f"{W}t")).split())
    for number, reference in references.items():
        citation = by_number[number]
        passage = archive.passage(citation.passage.id)
        assert passage is not None
        assert citation.quote in passage.text
        assert reference.startswith(f"{number}. {passage.session.title}")
        assert passage.source in reference
        assert "".join(citation.quote.replace("\n", " • ").strip("“”").split()) in whole


@pytest.mark.parametrize("topic", [TOPIC, "students", "stories"])
def test_every_citation_of_a_word_file_resolves(client: TestClient, archive: KindSearch, topic: str) -> None:
    check_docx(archive, client, topic)


@pytest.mark.parametrize("topic", ["students", "measuring kindness", "empathy", "stories"])
def test_briefs_of_the_real_packs_resolve(seed_archive: KindSearch, topic: str) -> None:
    with TestClient(create_app(seed_archive), base_url="http://127.0.0.1") as client:
        check_docx(seed_archive, client, topic)
        text = text_of(brief_at(client, topic=topic))
        for citation in seed_archive.brief(topic).citations:
            assert " ".join(citation.quote.split()) in text


# ---------------------------------------------------------------- the picture


def on(date: str | None, share: float = 0.1) -> Touched:
    session = Session(f"{date}-tea", "Tea", PartialDate.parse(date) if date else None)
    passage = Passage("p", "d", "tea.md", session, 0, 4, "Tea.", None, "", ())  # type: ignore[arg-type]
    return Touched(session, 1, share, Citation(1, "Tea.", passage, 0, 4))


def test_bars_stand_in_the_order_of_time_and_are_as_high_as_their_share() -> None:
    plot = plotted([on("2023-01", 0.1), on("2024-01", 0.4), on("2025-01", 0.2)], [on("2022-01").session])
    assert plot is not None
    assert [bar.height for bar in plot.bars] == [25.0, 100.0, 50.0]
    assert plot.most == 0.4
    gaps = [after.left - before.left for before, after in pairwise(plot.bars)]
    assert gaps == [pytest.approx(gaps[0], abs=0.2)] * 2
    assert 0 <= plot.dots[0] < plot.bars[0].left
    assert plot.bars[-1].left + plot.width <= 100
    assert [tick.year for tick in plot.ticks] == [2023, 2024, 2025]


def test_a_session_without_a_date_is_in_no_picture() -> None:
    plot = plotted([on("2023-01"), on(None)], [on("2024-01").session, on(None).session])
    assert plot is not None
    assert [bar.number for bar in plot.bars] == [1]
    assert len(plot.dots) == 1


def test_there_is_no_picture_of_one_session() -> None:
    assert plotted([on("2023-01")], []) is None
    assert plotted([on(None)], [on("2023-01").session, on("2024-01").session]) is None


def test_decades_are_not_crowded_with_years() -> None:
    plot = plotted([on("1980"), on("2024")], [])
    assert plot is not None
    assert len(plot.ticks) <= 12
    assert all(0 <= tick.left <= 100 for tick in plot.ticks)
