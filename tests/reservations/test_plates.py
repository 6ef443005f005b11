"""Number plates, as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reservations import Invalid
from reservations.plates import key, masked, written

plates = st.text("ABCXYZ0189ĞÖ", min_size=1, max_size=15)


class TestWriting:
    @pytest.mark.parametrize(
        ("typed", "kept"),
        [
            ("34 kz 1978", "34 KZ 1978"),
            ("  34   KZ-1978 ", "34 KZ-1978"),
            ("\uff13\uff14\uff2b\uff3a\uff11\uff19\uff17\uff18", "34KZ1978"),  # from a wide keyboard
            ("b-ab 123", "B-AB 123"),
            ("", ""),
            ("   ", ""),
        ],
    )
    def test_is_upper_case_with_single_spaces(self, typed, kept):
        assert written(typed) == kept

    @pytest.mark.parametrize(
        "typed", ["34;KZ", "<b>", "-", "A" * 16, "A" + " - " * 12, "34\x00KZ", "34\u202eKZ", None, 34]
    )
    def test_refuses_what_no_plate_has(self, typed):
        with pytest.raises(Invalid) as caught:
            written(typed)

        assert list(caught.value.field_errors) == ["plate"]

    @given(plates)
    def test_twice_is_once(self, plate):
        assert written(written(plate)) == written(plate)


@pytest.mark.parametrize("typed", ["34 KZ 1978", "34kz1978", "34-KZ-1978", "34.kz 1978"])
def test_one_plate_has_one_key(typed):
    assert key(written(typed)) == "34KZ1978"


@pytest.mark.parametrize(
    ("plate", "shown"),
    [("34 KZ 1978", "34 ••• 78"), ("AB-123C", "AB ••• 3C"), ("AB 12", "•••"), ("", "")],
)
def test_a_masked_plate_tells_its_owner_and_nobody_else(plate, shown):
    assert masked(plate) == shown
