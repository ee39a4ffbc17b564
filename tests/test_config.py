import pytest

from newscrawler.config import Config, load, parse_config
from newscrawler.errors import ConfigError


def test_defaults_without_a_file(tmp_path):
    assert load(tmp_path) == Config()


def test_a_file(tmp_path):
    (tmp_path / "newscrawler.toml").write_text(
        'archive = "news"\ncatalogues = ["mine.toml"]\ncontact = "desk@example.org"\ndelay = 2\nallow_networks = ["10.0.0.0/8"]\n'
    )
    config = load(tmp_path)
    assert (config.archive, config.catalogues, config.delay, config.allow_networks) == (
        "news",
        ("mine.toml",),
        2,
        ("10.0.0.0/8",),
    )
    assert "(+desk@example.org)" in config.user_agent


@pytest.mark.parametrize(
    ("toml", "complaint"),
    [
        ("archiv = 1", "unknown key 'archiv'; known are archive"),
        ("archive = 1", "archive = 1 is not a folder's name"),
        ('delay = "fast"', "delay = 'fast' is not a number of seconds"),
        ("delay = -1", "delay = -1 is not a number of seconds"),
        ("delay = true", "delay = True is not a number of seconds"),
        ("workers = 0", "workers = 0 is not a whole number from 1 to 64"),
        ("concurrency = 1.5", "concurrency = 1.5 is not a whole number"),
        ('catalogues = "mine.toml"', "catalogues = 'mine.toml' is not a list of files"),
        ('shipped_catalogue = "no"', "is not true or false"),
        ('allow_networks = ["home"]', "allow_networks = ['home'] is not a list of networks"),
        ('contact = "a\\nb"', "is not an e-mail address"),
        ("= 1", "not valid TOML"),
    ],
)
def test_errors_name_file_and_key(toml, complaint):
    with pytest.raises(ConfigError) as error:
        parse_config(toml)
    assert str(error.value).startswith("newscrawler.toml: ")
    assert complaint in str(error.value)
