"""Options of a synthetic study as they are typed."""

from __future__ import annotations

import pytest
from pydicom import uid

from domain.errors import BadInputError
from domain.geometry import ImageSize
from imaging.codec.encoders import encodable_syntaxes
from phantom.studies.options import SYNTAXES, DemoOptions, parse_options


def test_every_syntax_that_can_be_written_has_a_name() -> None:
    assert sorted(SYNTAXES.values()) == sorted(encodable_syntaxes())


@pytest.mark.parametrize("text", ["foo", "ge,foo", "12", "1x1", "99999x99999", "1024*832", "-"])
def test_an_unknown_option_is_named_with_the_known_ones(text: str) -> None:
    with pytest.raises(BadInputError) as caught:
        parse_options(text)
    assert text.rsplit(",", maxsplit=1)[-1] in str(caught.value)
    assert "1024x832" in str(caught.value)


@pytest.mark.parametrize("text", ["ge,hologic", "128x128,128x129"])
def test_contradicting_options_are_refused(text: str) -> None:
    with pytest.raises(BadInputError, match="more than one"):
        parse_options(text)


def test_options_are_read_in_any_order_and_case() -> None:
    assert parse_options(" Prior , HOLOGIC,,1024x832,J2K") == DemoOptions(
        unit="hologic", size=ImageSize(1024, 832), prior=True, syntaxes=(str(uid.JPEG2000Lossless),)
    )
    assert parse_options("") == DemoOptions()
