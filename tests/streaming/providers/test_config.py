"""Providers from the environment and from one TOML file; complaints in one sentence."""

import pytest

from streaming.providers.config import ConfigError, ProviderConfig, Timeouts, load_providers
from tests import ROOT

NAGA = """
[[provider]]
name = "Naga"
format = "responses"
base_url = "https://api.naga.ac/v1/"
api_key_env = "NAGA_API_KEY"
models = ["gpt-4.1-mini"]
resume = "instruct"
resume_for = { "mistral-large" = "prefill_echo" }
timeouts = { first_byte = 30 }
"""


def one(toml: str, **environ: str) -> ProviderConfig:
    (config,) = load_providers(environ, toml_text=toml, toml_path="providers.toml")
    return config


def test_a_gateways_models_may_leave_out_a_service_that_is_configured() -> None:
    toml = f'[[provider]]\n{GATEWAY}models=["gemini"]\noptions={{service_name="google"}}'
    assert one(toml).models == ("gemini",)
    assert one(f'[[provider]]\n{GATEWAY}models=["google/gemini"]').models == ("google/gemini",)


def test_nothing_configured_is_no_provider() -> None:
    assert load_providers({}) == ()


def test_a_table_of_the_file_becomes_a_provider() -> None:
    config = one(NAGA, NAGA_API_KEY="secret-1")
    assert (config.slug, config.name, config.format) == ("naga", "Naga", "responses")
    assert config.base_url == "https://api.naga.ac/v1"
    assert config.api_key == "secret-1"
    assert config.models == ("gpt-4.1-mini",)
    assert config.resume == "instruct"
    assert config.resume_for == {"mistral-large": "prefill_echo"}
    assert config.timeouts == Timeouts(first_byte=30)


def test_the_key_stays_out_of_the_representation() -> None:
    assert "secret-1" not in repr(one(NAGA, NAGA_API_KEY="secret-1"))


def test_an_openai_key_alone_is_enough() -> None:
    (config,) = load_providers({"OPENAI_API_KEY": "k"})
    assert (config.slug, config.name, config.format) == ("openai", "OpenAI", "chat")
    assert config.base_url == "https://api.openai.com/v1"


def test_an_openai_base_url_needs_no_key() -> None:
    (config,) = load_providers({"OPENAI_BASE_URL": "http://127.0.0.1:8080/v1/"})
    assert (config.name, config.api_key) == ("127.0.0.1:8080", "")
    assert config.base_url == "http://127.0.0.1:8080/v1"


def test_an_anthropic_key_alone_is_enough() -> None:
    (config,) = load_providers({"ANTHROPIC_API_KEY": "k"})
    assert (config.slug, config.format) == ("anthropic", "messages")


def test_the_demo_upstream_is_marked_as_a_demo() -> None:
    (config,) = load_providers({"DEMO_UPSTREAM_URL": "http://127.0.0.1:9"})
    assert config.demo
    assert (config.slug, config.base_url) == ("demo", "http://127.0.0.1:9/v1")


def test_the_demo_upstream_can_be_had_in_every_format() -> None:
    found = load_providers({"DEMO_UPSTREAM_URL": "http://127.0.0.1:9", "DEMO_FORMATS": "all"})
    slugs = ["demo", "demo-responses", "demo-messages", "demo-gateway", "demo-pawa"]
    assert [config.slug for config in found] == slugs
    assert all(config.demo for config in found)


def test_the_file_comes_before_the_environment_and_wins() -> None:
    toml = NAGA + '[[provider]]\nname="OpenAI"\nformat="chat"\nbase_url="http://h/v1"\n'
    found = load_providers({"NAGA_API_KEY": "k", "OPENAI_API_KEY": "k"}, toml_text=toml)
    assert [config.slug for config in found] == ["naga", "openai"]
    assert found[1].base_url == "http://h/v1"


SOUND = 'name="N"\nformat="chat"\nbase_url="http://h/v1"\n'
GATEWAY = 'name="N"\nformat="gateway"\nbase_url="http://h"\n'


@pytest.mark.parametrize(
    ("toml", "complaint"),
    [
        ("[[provider]\n", "providers.toml is not valid TOML: .*line 1"),
        ("provider = 3", "double brackets"),
        ("[provider]\nname='N'", "double brackets"),
        ("[[providers]]\nname='N'", "unknown entry “providers”"),
        ("[[provider]]\nformat='chat'", "needs a name"),
        ("[[provider]]\nname='N'\nbase_url='http://h'", "provider “N” needs format"),
        ("[[provider]]\nname='N'\nformat='chat'", "needs base_url"),
        ("[[provider]]\nname='N'\nformat='chta'\nbase_url='http://h'", "“chta” is unknown"),
        (f"[[provider]]\n{SOUND}api_key_env='NONE'", "NONE, which is not set"),
        (f"[[provider]]\n{SOUND}api_key='sk-1'", "name into api_key_env"),
        (f"[[provider]]\n{SOUND}modles=[]", "unknown entry “modles”"),
        (f"[[provider]]\n{SOUND}models='gpt'", "models must be a list"),
        (f"[[provider]]\n{SOUND}models=[1]", "models must be a list"),
        (f"[[provider]]\n{SOUND}resume='hope'", "resume “hope” is unknown"),
        (f"[[provider]]\n{SOUND}resume_for={{m='hope'}}", "resume_for of “m”"),
        (f"[[provider]]\n{SOUND}extra_body='x'", "extra_body must be a table"),
        (f"[[provider]]\n{SOUND}extra_body={{day=2026-11-20}}", "only what JSON can"),
        (f"[[provider]]\n{SOUND}extra_body={{x=nan}}", "only what JSON can"),
        (f"[[provider]]\n{SOUND}timeouts={{slience=1}}", "unknown timeout “slience”"),
        (f'[[provider]]\n{GATEWAY}models=["gemini"]', "write model “gemini” as service/model"),
        (f"[[provider]]\n{SOUND}timeouts={{silence=0}}", "seconds above 0"),
        (f"[[provider]]\n{SOUND}timeouts={{silence=true}}", "seconds above 0"),
        (f"[[provider]]\n{SOUND}[[provider]]\n{SOUND}", "two providers called “n”"),
    ],
)
def test_a_faulty_file_is_one_clear_sentence(toml: str, complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint) as caught:
        one(toml)
    assert "\n" not in str(caught.value).strip()


@pytest.mark.parametrize(
    "url",
    [
        "api.example.com/v1",
        "ftp://h/v1",
        "http://",
        "http://h:port/v1",
        "http://h:99999/v1",
        "http://[::1/v1",
        "http://u:p@h/v1",
        "http://h/v1?key=1",
        "http://h/v1#x",
        "http://h/ v1",
        "http://h/" + "a" * 2048,
    ],
)
def test_a_bad_address_is_refused_by_the_name_of_its_variable(url: str) -> None:
    with pytest.raises(ConfigError, match="OPENAI_BASE_URL"):
        load_providers({"OPENAI_BASE_URL": url})


@pytest.mark.parametrize("key", ["two words", "líne", "a\nb"])
def test_a_key_that_no_header_can_carry_is_refused_without_showing_it(key: str) -> None:
    with pytest.raises(ConfigError, match="OPENAI_API_KEY") as caught:
        load_providers({"OPENAI_API_KEY": key})
    assert key not in str(caught.value)


def test_the_example_in_the_documentation_is_sound() -> None:
    page = (ROOT / "docs" / "providers.md").read_text("utf-8")
    example = page.split("```toml\n")[1].split("```")[0]
    assert one(example, NAGA_API_KEY="k").format == "responses"
