"""Results of failed formulas must not be in an SMS; hashtags may."""

import pytest

from campaign.domain.cells import is_formula_error
from campaign.domain.message.template import Template
from campaign.errors import UnusableCell
from tests.conftest import raises_code


@pytest.mark.parametrize(
    "word", ["#N/A", "#Н/Д", " #ссылка! ", "#REF!", "#DIV/0!", "########", "Err:502", "Ошибка:508"]
)
def test_the_word_of_a_failed_formula_is_known(word: str) -> None:
    assert is_formula_error(word)


@pytest.mark.parametrize("word", ["", "#", "##", "#скидка!", "#N/A и Ко", "Err", "Ольга", "N/A"])
def test_other_words_are_left_alone(word: str) -> None:
    """`N/A` may be a name; `#скидка!` is a hashtag."""
    assert not is_formula_error(word)


def test_a_default_does_not_stand_in_for_a_failed_formula() -> None:
    """The value may well be known; only the formula could not find it."""
    bound = Template.parse("{name|friend}, hello", ["name"])

    with raises_code(UnusableCell, "cell_error") as caught:
        bound.render(["#N/A"])

    assert caught.value.details == {"column": "name", "value": "#N/A"}
