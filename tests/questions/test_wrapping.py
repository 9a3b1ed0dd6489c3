from __future__ import annotations

import pytest

from kindsearch.questions.wrapping import unwrapped

NAMES = frozenset({"bob", "ann", "professor", "project", "manager"})


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Summarise the discussion about night shifts.", "night shifts"),
        ("Summarize the group's opinions on tea", "tea"),
        ("What did the group think of kindness?", "kindness"),
        ("What was said about tea?", "tea"),
        ("what has been discussed about tea so far?", "tea"),
        ("Can you tell me what people said on staff well-being?", "staff well-being"),
        ("Could you please summarise the views on rest, please?", "rest"),
        ("Tell me more about role models", "role models"),
        ("Give me an overview of measuring kindness", "measuring kindness"),
        ("I'd like to know how we measure kindness", "how we measure kindness"),
        ("What were the main views of the group on night shifts?", "night shifts"),
        ("What was the decision on tea?", "tea"),
        ("what are members' views on kindness?", "kindness"),
        ("how did the team discuss tea?", "tea"),
        ("why did people think that tea helps?", "tea helps"),
        ("has anyone mentioned flooding?", "flooding"),
        ("was there any discussion of parking?", "parking"),
        ("is there anything about visiting hours in the archive?", "visiting hours"),
        ("what do we know about tea?", "tea"),
        ("what about tea?", "tea"),
        ("who talked about tea?", "tea"),
        ("who said that kindness can be measured?", "kindness can be measured"),
        ("which sessions dealt with tea?", "tea"),
        ("in which meetings did we discuss tea?", "tea"),
        ("when was tea first discussed?", "tea"),
        ("how often has tea been mentioned in this community?", "tea"),
        ("What did Bob say about tea?", "Bob tea"),
        ("what Bob thinks of tea", "Bob tea"),
        ("How did Ann and Bob discuss tea?", "Ann and Bob tea"),
        ("Why did Ann think that tea helps?", "Ann tea helps"),
        ("What did the Project Manager say about the price?", "the Project Manager the price"),
        ("What did Professor D respond to whether tea helps?", "Professor D tea helps"),
        ("Bob's view of kindness", "Bob kindness"),
        ("what was Bob’s opinion on tea?", "Bob tea"),
        ("What did Bob say?", "Bob"),
    ],
)
def test_the_wrapping_comes_off(text: str, topic: str) -> None:
    assert unwrapped(text, NAMES) == topic


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?",
        "how do we measure kindness?",
        "what is kindness?",
        "What do nurses think about night shifts?",
        "How should we respond to unkind behaviour?",
        "How do we talk about dying with families?",
        "Well-being at work",
        "So-called kindness",
        "What did Napoleon say about tea?",
        "How did Bob raise money?",
        "how do I speak to a grieving mother?",
        "what did the group discuss?",
        "what was said?",
        "Was wurde über Freundlichkeit gesagt?",
        "¿Qué se dijo sobre la amabilidad?",
        "Qu'a-t-on dit de la gentillesse ?",
    ],
)
def test_what_is_no_wrapping_stays(text: str) -> None:
    assert unwrapped(text, NAMES) == text
