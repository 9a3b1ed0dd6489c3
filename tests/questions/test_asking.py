from __future__ import annotations

import pytest

from kindsearch.questions.asking import asks_for


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("which sessions talked about rest?", "sessions"),
        ("In which meetings was tea discussed?", "sessions"),
        ("what sessions cover rest?", "sessions"),
        ("list all sessions about rest", "sessions"),
        ("Can you show me the meetings on rest?", "sessions"),
        ("when did we talk about rest?", "sessions"),
        ("when was tea first discussed?", "sessions"),
        ("when did Bob talk about tea?", "sessions"),
        ("when was the session on tea?", "sessions"),
        ("who talked about night shifts?", "people"),
        ("who has spoken about rest?", "people"),
        ("who mentioned tea?", "people"),
        ("who said kindness can be measured?", "people"),
        ("who spoke?", "people"),
        ("which speakers work in a hospice?", "people"),
        ("which members talked of tea?", "people"),
        ("how often was tea mentioned?", "count"),
        ("how often did people talk about tea?", "count"),
        ("how many sessions were there?", "count"),
        ("how many people spoke about tea?", "count"),
        ("how many times was tea mentioned?", "count"),
        ("", None),
        ("what did people say about tea?", None),
        ("can you tell me what people said on tea?", None),
        ("who is the Queen?", None),
        ("who was the first nurse?", None),
        ("who founded the movement?", None),
        ("who covered the night shift?", None),
        ("who talked to the patient?", None),
        ("when did Caroline go to Sweden?", None),
        ("when did Napoleon talk about tea?", None),  # nobody of the archive
        ("when is the next meeting?", None),
        ("when was the hospital built?", None),
        ("how often should I wash my hands?", None),
        ("how many people joined in June 2024?", None),
        ("how many sessions of physiotherapy do I need?", None),
        ("how many times has John hurt his ankle?", None),
        ("how do we measure kindness?", None),
        ("what was the meeting about?", None),
    ],
)
def test_what_a_question_wants_listed(text: str, wanted: str | None) -> None:
    assert asks_for(text, frozenset({"bob"})) == wanted
