"""Which language a message is in."""

from __future__ import annotations

import pytest

from medpath.language.tongues import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("¿Cuántos años dura la residencia en Estados Unidos?", "es"),
        ("je voudrais faire ma résidence aux États-Unis", "fr"),
        ("我不想活了", "zh"),
        ("मैं मरना चाहता हूँ", "hi"),
        ("كم سنة مدة الإقامة؟", "ar"),
        ("как получить визу для резидентуры", "ru"),
        ("레지던트 기간이 얼마나 되나요", "ko"),
    ],
)
def test_languages_are_told_apart(text: str, language: str) -> None:
    """Whole sentences in another language are known by it."""
    assert language_of(text) == language


@pytest.mark.parametrize("text", ["I want to die", "i want to kill myself", "kms", "DO vs MD", "", "?!", "123"])
def test_what_may_be_english_is_english(text: str) -> None:
    """Short English, abbreviations and no words at all are never answered in another language."""
    assert language_of(text) == "en"
