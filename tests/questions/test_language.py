from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kindsearch.questions import is_english


@pytest.mark.parametrize(
    "text",
    [
        "how do we measure kindness?",
        "tea",
        "Göran Öst",
        "what about Médecins Sans Frontières?",
        "what did Ludwig van der Berg say of tea?",
        "why do people die alone?",
        "kindness COVID wards",
        "",
        "?",
        "🫖",
        "2024",
    ],
)
def test_these_are_in_english(text: str) -> None:
    assert is_english(text)


@pytest.mark.parametrize(
    "text",
    [
        "Wie misst man Freundlichkeit?",
        "Comment mesurer la gentillesse ?",
        "¿Cómo se mide la amabilidad?",
        "Como se mede a bondade dos enfermeiros?",
        "Come si misura la gentilezza?",
        "Wat zeggen zij over de afdeling?",
        "Hur mäter vi vänlighet?",
        "Hvordan måler vi venlighed?",
        "如何衡量善良？",
        "Как измерить доброту?",
        "كيف نقيس اللطف؟",
    ],
)
def test_these_are_not(text: str) -> None:
    assert not is_english(text)


@given(st.text(max_size=200))
def test_of_any_text_it_can_be_told(text: str) -> None:
    assert is_english(text) in {True, False}
