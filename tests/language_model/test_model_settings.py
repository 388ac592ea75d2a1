"""How an operator says which language model is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from medpath.errors import SetupError
from medpath.language_model.settings import ModelSettings, model_state, read_model_settings
from medpath.project import Project, find_project

LOCAL = {"MEDPATH_LLM_URL": "http://127.0.0.1:11434/v1", "MEDPATH_LLM_MODEL": "some-model"}


def test_without_an_address_no_model_is_asked() -> None:
    """Off is how Medpath comes."""
    assert read_model_settings(find_project(), {}) is None
    assert "No language model is asked" in model_state(None)


def test_the_environment_turns_it_on() -> None:
    """An address and the name of a model are enough."""
    settings = read_model_settings(find_project(), LOCAL)
    assert settings == ModelSettings("http://127.0.0.1:11434/v1", "some-model")


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({"MEDPATH_LLM_MODEL": ""}, "MEDPATH_LLM_MODEL"),
        ({"MEDPATH_LLM_URL": "ollama:11434"}, "MEDPATH_LLM_URL"),
        ({"MEDPATH_LLM_URL": "ftp://127.0.0.1/v1"}, "MEDPATH_LLM_URL"),
        ({"MEDPATH_LLM_URL": "http://user:pw@127.0.0.1/v1"}, "MEDPATH_LLM_URL"),
        ({"MEDPATH_LLM_URL": "http://127.0.0.1:99999/v1"}, "MEDPATH_LLM_URL"),
        ({"MEDPATH_LLM_URL": "http://models.example.com/v1"}, "Use https"),
        ({"MEDPATH_LLM_URL": "http://8.8.8.8/v1"}, "Use https"),
        ({"MEDPATH_LLM_URL": "http://134744072/v1"}, "Use https"),
        ({"MEDPATH_LLM_KEY": "a key"}, "MEDPATH_LLM_KEY"),
        ({"MEDPATH_LLM_KEY": "kéy"}, "MEDPATH_LLM_KEY"),
        ({"MEDPATH_LLM_SECONDS": "soon"}, "MEDPATH_LLM_SECONDS"),
        ({"MEDPATH_LLM_SECONDS": "600"}, "MEDPATH_LLM_SECONDS"),
        ({"MEDPATH_LLM_SECONDS": "nan"}, "MEDPATH_LLM_SECONDS"),
        ({"MEDPATH_LLM_TURNS_PER_MINUTE": "0"}, "MEDPATH_LLM_TURNS_PER_MINUTE"),
        ({"MEDPATH_LLM_SECOND": "3"}, "MEDPATH_LLM_SECOND is no setting"),
        ({"MEDPATH_LLM_KEY_FILE": "/nowhere/key"}, "/nowhere/key"),
    ],
)
def test_what_cannot_work_is_named(more: dict[str, str], named: str) -> None:
    """The message names the variable and what to do."""
    with pytest.raises(SetupError, match=named):
        read_model_settings(find_project(), {**LOCAL, **more})


@pytest.mark.parametrize(
    "url",
    ["http://ollama:11434/v1", "http://10.1.2.3/v1", "http://llm.hospital.internal/v1", "https://api.example.com/v1"],
)
def test_own_networks_may_go_without_tls(url: str) -> None:
    """A name without a public ending, a private address or a private zone is the operator's own network."""
    settings = read_model_settings(find_project(), {**LOCAL, "MEDPATH_LLM_URL": url + "/"})
    assert settings is not None
    assert settings.url == url


def test_the_file_does_as_well_and_the_environment_goes_first(tmp_path: Path) -> None:
    """The part language_model of endpoints.yml, with a key out of a file of its own."""
    (tmp_path / "key").write_text("secret\n")
    lines = [
        "language_model:",
        "  url: https://a.example/v1",
        "  model: a",
        "  seconds: 2",
        f"  key_file: {tmp_path}/key",
    ]
    (tmp_path / "endpoints.yml").write_text("\n".join(lines))
    settings = read_model_settings(Project(tmp_path), {"MEDPATH_LLM_MODEL": "b"})
    assert settings == ModelSettings("https://a.example/v1", "b", "secret", 2.0)


@pytest.mark.parametrize("line", ["key: secret", "urls: x"])
def test_the_file_takes_no_key_and_nothing_unknown(tmp_path: Path, line: str) -> None:
    """A key in a file of the project would be shared with it."""
    (tmp_path / "endpoints.yml").write_text(f"language_model:\n  {line}\n")
    with pytest.raises(SetupError, match=line.split(":")[0]):
        read_model_settings(Project(tmp_path), {})


@pytest.mark.parametrize(
    "url", ["http://user:s3cret@127.0.0.1/v1", "https://:s3cret@a.example/v1", "https://a.example/v1?api-key=s3cret"]
)
def test_a_secret_in_an_address_is_refused_and_not_repeated(url: str) -> None:
    """Terminals and logs keep what is printed at the start."""
    with pytest.raises(SetupError, match="cannot be used") as refused:
        read_model_settings(find_project(), {**LOCAL, "MEDPATH_LLM_URL": url})
    assert "s3cret" not in str(refused.value)


def test_a_key_goes_to_no_other_address(tmp_path: Path) -> None:
    """The key beside the address in the file is not for one that the environment names."""
    (tmp_path / "key").write_text("secret\n")
    lines = ["language_model:", "  url: https://a.example/v1", "  model: a", f"  key_file: {tmp_path}/key"]
    (tmp_path / "endpoints.yml").write_text("\n".join(lines))
    settings = read_model_settings(Project(tmp_path), {"MEDPATH_LLM_URL": "https://b.example/v1"})
    assert settings == ModelSettings("https://b.example/v1", "a")


def test_the_key_is_never_shown() -> None:
    """Neither in what is printed at the start nor where settings are logged."""
    settings = read_model_settings(find_project(), {**LOCAL, "MEDPATH_LLM_KEY": "s3cret"})
    assert "s3cret" not in f"{settings!r}{model_state(settings)}"
