"""The sample sets every key, and every key says what it is for."""

from pathlib import Path

from config.sample import sample
from config.sections import SECTIONS, Settings, keys_of
from config.settings import load_settings


def test_the_sample_sets_every_key_to_its_default(file: Path) -> None:
    file.write_text(sample(), "utf-8")
    settings = load_settings(file)
    assert all(getattr(settings, section) == described() for section, described in SECTIONS.items())
    assert set(settings.origins) == {f"{section}.{key}" for section in SECTIONS for key in keys_of(section)}


def test_every_key_says_what_it_is_for_and_every_section_is_a_field_of_the_settings() -> None:
    assert [f"{section}.{key.name}" for section in SECTIONS for key in keys_of(section).values() if not key.about] == []
    assert all(type(getattr(Settings(), section)) is described for section, described in SECTIONS.items())
