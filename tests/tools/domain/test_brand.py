"""The brand file is read generously, and whatever could cost money is refused instead of guessed."""

from __future__ import annotations

import contextlib
import time
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tools.domain.brand import Amount, Brand, BrandError
from tools.domain.brand_layers import (
    KEYS,
    MAX_BYTES,
    LoadedBrand,
    argument_layer,
    default_layer,
    environment_layer,
    file_layer,
    load_brand,
)
from tools.domain.money import CURRENCIES, Money

SHIPPED = Path(__file__).parents[3] / "workspace" / "brand" / "stack.md"

VALUES = {
    "ad_account": st.integers(1, 10**15).map(lambda n: f"act_{n}"),
    "page_id": st.integers(1, 10**17).map(str),
    "currency": st.sampled_from(sorted(CURRENCIES)),
    "timezone": st.sampled_from(["Europe/Berlin", "America/New_York", "UTC"]),
    "default_link": st.sampled_from(["https://shop.example/a?b=c#d", "http://x.example"]),
    "conversion_event": st.sampled_from(["purchase", "offsite_conversion.custom.123"]),
    "target_cpa": st.decimals("0.01", "99999", places=2).map(str),
    "max_daily_budget": st.decimals("0", "99999", places=2).map(lambda d: f"{d} EUR"),
    "min_ctr": st.decimals("0.01", "99", places=2).map(lambda d: f"{d} %"),
    "max_pauses_per_day": st.integers(0, 999).map(str),
    "model": st.sampled_from(["offline", "qwen3:8b"]),
    "graph_version": st.sampled_from(["v25.0", "v26.0"]),
}
settings = st.fixed_dictionaries({}, optional=VALUES)
words = st.text("abcXYZ012 *?[](),:.-_", min_size=1, max_size=20).filter(lambda t: t.strip(" *?[](),:.-_"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("brand")


def load(folder: Path, text: str | bytes) -> LoadedBrand:
    path = folder / "stack.md"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_brand([file_layer(path)])


def refusal(folder: Path, text: str | bytes) -> list[str]:
    with pytest.raises(BrandError) as refused:
        load(folder, text)
    return str(refused.value).splitlines()


# --- the shipped file ---


def test_the_shipped_file_loads_without_a_word() -> None:
    """A fresh workspace has no errors, no warnings, and the guardrails of the built-in defaults."""
    loaded = load_brand([file_layer(SHIPPED)])
    assert loaded.warnings == ()
    assert loaded.brand == Brand(protect=("*evergreen*", "*do not touch*"))


def test_the_shipped_file_offers_every_key_with_an_example() -> None:
    """Every key stands at the beginning of one line; single values show an example that is valid."""
    lines = SHIPPED.read_text(encoding="utf-8").splitlines()
    for key in KEYS:
        (line,) = [line for line in lines if line.startswith(f"{key}:")]
        if key != "protect":
            example = line.split("Example: ")[1].split(",")[0]
            assert getattr(load_brand([default_layer({key: example}, "x")]).brand, key) is not None


# --- notations ---


@given(settings)
def test_all_notations_mean_the_same(folder: Path, chosen: dict[str, str]) -> None:
    """Plain lines, bullets, bold, code, spaced keys and front matter give one and the same brand."""
    expected = load_brand([default_layer(chosen, "x")]).brand
    notations = (
        "{key}: {value}",
        "- {key}: {value}  # why",
        "* **{key}**: {value}",
        "**{key}:** {value}",
        "1. `{key}`: {value}",
        "  {key} : '{value}'",
        '\t{key}:\t"{value}" # why',
    )
    for notation in notations:
        text = "\n".join(notation.format(key=key, value=value) for key, value in chosen.items())
        assert load(folder, text).brand == expected
        assert load(folder, f"---\n# goals\n{text}\n---\nProse.").brand == expected
    spaced = "\n".join(f"{key.replace('_', ' ').capitalize()}: {value}" for key, value in chosen.items())
    assert load(folder, spaced.replace("\n", "\r\n").encode("utf-8-sig")).brand == expected


@given(st.lists(words.map(str.strip), min_size=1, max_size=5))
def test_quoted_lists_keep_every_name(folder: Path, names: list[str]) -> None:
    """Quoted names survive every list notation, commas, colons and brackets included."""
    quoted = [f'"{name}"' for name in names]
    for text in (
        "protect:\n" + "\n".join(f"- {name}" for name in quoted),
        "protect:\n\n" + "\n\n".join(f"  * {name} # why" for name in quoted),
        "- **protect**: " + ", ".join(quoted),
        f"protect: [{', '.join(quoted)}]  # [why]",
        "## Protect\n\n" + "\n".join(f"1. {name}" for name in quoted),
    ):
        assert load(folder, text).brand.protect == tuple(names)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("protect: *evergreen*, [BRAND] DE", ("*evergreen*", "[BRAND] DE")),
        ("protect: [*a*, b]", ("*a*", "b")),
        ("protect:\n- Summer, winter\n- Sale: 50%\n", ("Summer, winter", "Sale: 50%")),
        ("protect: a\n- b\n\n- c\n\nProse.\n\n- d", ("a", "b", "c")),
        ("protect:\n  - a\n  # note\n  - b", ("a", "b")),
        ("protect:\n- \u201cEvergreen\u201d\n\u2022 x", ("Evergreen", "x")),
        ("protect:\n- \\*x\\*\n- y\t# why", ("*x*", "y")),
        ('protect:\n- "Ad #3"', ("Ad #3",)),
        ("protect:\n- a\n<!-- - b -->\n- c", ("a", "c")),
        ("protect:\n- Maxi_cpc: 1\n- taget_cpa: 5", ("Maxi_cpc: 1", "taget_cpa: 5")),
        ("- protect:\n  - taget_cpa: 5", ("taget_cpa: 5",)),
        ("---\nprotect:\n# note\n- a\n---\n", ("a",)),
        ("protect:\n\nThese stay as they are.\n\n- a", ("a",)),
        ("protect:", ()),
        ("protect: # nothing yet\n\n## Notes\n- a note", ()),
    ],
)
def test_people_write_lists_in_these_ways(folder: Path, text: str, expected: tuple[str, ...]) -> None:
    """Bullets, commas and brackets make a list; it ends with the next paragraph, key or heading."""
    assert load(folder, text).brand.protect == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "target_cpa:",
        "target_cpa:   # not decided yet",
        "Note: call me\nProject: Summer\nMax Mustermann: CEO\nhttps://x.example: y\n10:30 call",
        "```\ntarget_cpa: 5\nmax_daily_budget: 1\n```",
        "~~~yaml\ntarget_cpa: 5\n~~~",
        "<!-- target_cpa: 5 -->\n<!--\nprotect: x\n-->",
        "# target_cpa: 5\n## Goals",
        "The target_cpa is what we pay.",
    ],
)
def test_prose_is_ignored(folder: Path, text: str) -> None:
    """Prose, code blocks, comments, headings and empty values set nothing and warn of nothing."""
    loaded = load(folder, text)
    assert (loaded.brand, loaded.warnings) == (Brand(), ())


@given(st.one_of(st.text(), st.text("protecmax_:=|-*#[]\"'`<!> \n\r\t0"), st.binary()))
def test_any_file_loads_or_is_refused(folder: Path, content: str | bytes) -> None:
    """Whatever a file holds, it is a brand or a BrandError."""
    data = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    with contextlib.suppress(BrandError):
        assert isinstance(load(folder, data).brand, Brand)


@given(st.sampled_from(KEYS), st.text())
def test_any_value_is_read_or_refused(key: str, value: str) -> None:
    """Whatever is given for a key, it is a value or a one-line BrandError that names key and origin."""
    try:
        loaded = load_brand([default_layer({key: value}, "test")])
    except BrandError as refused:
        message = str(refused)
    else:
        message = f"test: {key}: {loaded.origin[key]}"
    assert message.startswith(f"test: {key}: ")
    assert "\n" not in message


@pytest.mark.parametrize(
    "line", ["max_" * 60_000, " " * 240_000, "- " * 120_000, "#" * 240_000, "a: b\n" * 50_000]
)
def test_long_texts_are_read_quickly(folder: Path, line: str) -> None:
    """Size alone never makes reading slow."""
    start = time.process_time()
    assert load(folder, line).brand == Brand()
    assert time.process_time() - start < 5


# --- values ---


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("ad_account", "123", "act_123"),
        ("ad_account", "act_123", "act_123"),
        ("target_cpa", "25.00", Amount(Decimal("25.00"))),
        ("target_cpa", "25.00 eur", Amount(Decimal(25), "EUR")),
        ("max_daily_budget", "0", Amount(Decimal(0))),
        ("min_ctr", "1.0 %", Decimal(1)),
        ("max_budget_step_pct", "0", Decimal(0)),
        ("max_budget_step_pct", "12.5", Decimal("12.5")),
        ("max_pauses_per_day", "0", 0),
        ("currency", "eur", "EUR"),
        ("default_link", "<https://x.example/a#b>", "https://x.example/a#b"),
    ],
)
def test_values_become_their_types(folder: Path, key: str, text: str, value: object) -> None:
    """Each key has one exact type, whatever way its value is written."""
    assert getattr(load(folder, f"{key}: {text}").brand, key) == value


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("ad_account: act_12x", "act_123456789"),
        ("page_id: my page", "digits only"),
        ("page_id: \u0661\u0662", "digits only"),
        ("default_link: ftp://x.example", "https://"),
        ("default_link: https://", "https://"),
        ("default_link: https://[x", "https://"),
        ("default_link: https://me:secret@x.example", "https://"),
        ("target_cpa: 25,00", "a point before the decimals"),
        ("target_cpa: 1.000", "two decimals"),
        ("target_cpa: 0", "above 0"),
        ("max_cpc: -1", "no sign"),
        ("max_daily_budget: unlimited", "write 50.00"),
        ("target_cpa: -5", "no sign: write 5.00"),
        ("target_cpa: -5 JPY", "no sign: write 5 JPY"),
        ("max_daily_budget: 50 XXX", "'XXX'"),
        ("max_daily_budget:\n- 50", "found a list"),
        ("target_roas: 0", "above 0"),
        ("max_frequency: nan", "above 0"),
        ("min_ctr: 101", "percentage"),
        ("max_budget_step_pct: 1001", "0 to 1000"),
        ("max_pauses_per_day: 2.5", "whole number"),
        ("max_new_ads_per_day: 9999999", "whole number"),
        ("conversion_event: a purchase", "purchase or lead"),
        ("currency: Euro", "EUR, USD"),
        ("timezone: Berlin", "Europe/Berlin"),
        ("timezone: ../../etc/passwd", "Europe/Berlin"),
        ("graph_version: 26.0", "v26.0"),
        ("model: two words", "without spaces"),
        ("protect: |", "pattern"),
    ],
)
def test_bad_values_are_refused_in_one_line(folder: Path, line: str, said: str) -> None:
    """A bad value stops everything; the one line names file, line, key, finding and remedy."""
    (message,) = refusal(folder, f"Prose.\n{line}")
    assert message.startswith(f"stack.md line 2: {line.partition(':')[0]}: found ")
    assert said in message


def test_all_bad_values_are_named_at_once(folder: Path) -> None:
    """Several mistakes need one round of mending, not several."""
    lines = refusal(folder, "page_id: x\ntarget_cpa: 5\nmax_cpc: y\nmax_cpx: 3")
    assert [line.split(":")[0] for line in lines] == [f"stack.md line {n}" for n in (4, 1, 3)]


def test_secrets_are_not_repeated() -> None:
    """A token pasted into the wrong variable does not reach the message."""
    with pytest.raises(BrandError) as refused:
        load_brand([environment_layer({"META_AD_ACCOUNT": "EAABsbCS1ihIBO"})])
    assert "EAAB" not in str(refused.value)


@pytest.mark.parametrize("value", [True, 2.5, -1, None])
def test_counts_are_whole_numbers(value: object) -> None:
    """The typed brand is as strict as the file: no bools, floats or missing limits."""
    with pytest.raises(ValidationError):
        Brand.model_validate({"max_pauses_per_day": value})


@pytest.mark.parametrize("value", [True, 2.5, "2,5", Decimal("NaN"), Decimal(-1), Decimal(0)])
def test_ratios_are_exact(value: object) -> None:
    """Ratios are Decimals above 0, never floats."""
    with pytest.raises(ValidationError):
        Brand.model_validate({"target_roas": value})


# --- what would get lost ---


@pytest.mark.parametrize(
    ("line", "closest"),
    [
        ("protected: x", "protect"),
        ("protect campaigns: x", "protect"),
        ("max_pause_per_run: 3", "max_pauses_per_day"),
        ("Daily budget: 50", "max_daily_budget"),
        ("max_budget: 50", "max_daily_budget"),
        ("- **max_dayly_budget**: 50", "max_daily_budget"),
    ],
)
def test_a_misspelt_guardrail_is_refused(folder: Path, line: str, closest: str) -> None:
    """A limit that would silently not apply stops the run, even without a bad value."""
    (message,) = refusal(folder, line)
    assert f"did you mean `{closest}`" in message


@pytest.mark.parametrize(
    ("line", "written", "closest"),
    [
        ("taget_cpa: 5", "taget_cpa", "target_cpa"),
        ("* Time zone: Europe/Berlin", "Time zone", "timezone"),
        ("Account: act_1", "Account", "ad_account"),
        ("- protect:\n- taget_cpa: 5", "taget_cpa", "target_cpa"),
    ],
)
def test_a_misspelt_key_is_a_warning(folder: Path, line: str, written: str, closest: str) -> None:
    """Other near misses are ignored and said so, with the line."""
    loaded = load(folder, f"\n{line}")
    expected = f"stack.md line {2 + line.count(chr(10))}: `{written}` is not a key; did you mean `{closest}`? It was ignored."
    assert (loaded.warnings, loaded.brand) == ((expected,), Brand())


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("| max_daily_budget | 50 |", 1, "line of its own"),
        ("> max_daily_budget: 50", 1, "line of its own"),
        ("max_daily_budget = 50", 1, "line of its own"),
        ("protect = x", 1, "line of its own"),
        ("protect:\n- a\n- max_cpc = 5", 3, "line of its own"),
        ("protect:\n*evergreen*", 2, "begin it with `- `"),
        ("protect:\n- a\n  went on\n", 3, "begin it with `- `"),
        ("protect:\n\n- a\nwent on\n", 4, "begin it with `- `"),
        ("protect:\n- a\n<!-- note -->\nb", 4, "begin it with `- `"),
        ("protect: [a, b", 1, "bracket"),
        ('protect:\n- "a', 2, "never closed"),
        ('protect:\n- "a" b', 2, "behind the closing quote"),
        ("protect:\n- Ad #3", 2, "quotes"),
        ("page_id: 'x", 1, "never closed"),
        ("\n```\nmax_cpc: 1", 2, "code block that starts here"),
        ("a <!-- b\nmax_cpc: 1", 1, "comment that starts here"),
    ],
)
def test_what_would_get_lost_is_refused(folder: Path, text: str, line: int, said: str) -> None:
    """A limit or list that a reader believes in, but that is not readable, is an error."""
    message = refusal(folder, text)[0]
    assert message.startswith(f"stack.md line {line}: ")
    assert said in message


def test_contradicting_lines_are_refused(folder: Path) -> None:
    """Of two different values for a key none is chosen; both lines are named."""
    (message,) = refusal(folder, "max_cpc: 1.50\n\nmax_cpc: 2")
    assert message.startswith("stack.md line 3: max_cpc: found '2', but stack.md line 1 ")
    assert load(folder, "max_cpc: 1.5\nmax_cpc: 1.50\nmax_cpc:").brand.max_cpc == Amount(Decimal("1.5"))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"target_cpa: 5\nName: caf\xe9", "line 2: this is not UTF-8"),
        ("target_cpa: 5".encode("utf-16"), "not UTF-8"),
        (b"x" * (MAX_BYTES + 1), "larger than 256 KB"),
    ],
)
def test_unreadable_texts_are_refused(folder: Path, data: bytes, said: str) -> None:
    """Other encodings and absurd sizes are refused in words."""
    (message,) = refusal(folder, data)
    assert said in message


def test_missing_files_are_empty_and_folders_refused(tmp_path: Path) -> None:
    """No file is no settings; a folder in its place is an error."""
    assert load_brand([file_layer(tmp_path / "none.md")]).brand == Brand()
    with pytest.raises(BrandError, match="is not a file"):
        file_layer(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(BrandError, match="cannot be read"):
        file_layer(tmp_path / "file" / "stack.md")


# --- layers ---


@given(st.lists(settings, max_size=4))
def test_the_highest_layer_wins_key_by_key(layers: list[dict[str, str]]) -> None:
    """Each key comes from the first layer that sets it, and its origin says so."""
    loaded = load_brand([default_layer(values, f"layer {n}") for n, values in enumerate(layers)])
    for key in KEYS:
        first = next((n for n, values in enumerate(layers) if key in values), None)
        if first is None:
            assert loaded.origin[key] in {"not set", "built-in default"}
            assert getattr(loaded.brand, key) == getattr(Brand(), key)
        else:
            alone = load_brand([default_layer(layers[first], "x")]).brand
            assert loaded.origin[key] == f"layer {first}"
            assert getattr(loaded.brand, key) == getattr(alone, key)


def test_origins_read_like_places(folder: Path) -> None:
    """Every key says in words where its value came from."""
    (folder / "stack.md").write_text("page_id: 7\nad_account: 3\ngraph_version: v24.0\n")
    loaded = load_brand(
        [
            argument_layer({"ad_account": "1", "model": None, "graph_version": ""}),
            environment_layer(
                {"META_AD_ACCOUNT": "2", "ADSTEWARD_MODEL": " offline ", "META_GRAPH_VERSION": ""}
            ),
            file_layer(folder / "stack.md"),
            default_layer({"page_id": "8", "pixel_id": "9"}, "sandbox default"),
        ]
    )
    expected = {
        "ad_account": "argument --account",
        "model": "environment ADSTEWARD_MODEL",
        "page_id": "stack.md line 1",
        "graph_version": "stack.md line 3",
        "pixel_id": "sandbox default",
        "max_daily_budget": "built-in default",
        "max_pauses_per_day": "built-in default",
        "target_cpa": "not set",
    }
    assert {key: loaded.origin[key] for key in expected} == expected
    assert set(loaded.origin) == set(KEYS)
    assert (loaded.brand.ad_account, loaded.brand.model, loaded.brand.page_id) == ("act_1", "offline", "7")


def test_hidden_values_must_be_good_too(folder: Path) -> None:
    """A bad line is reported even while an argument hides it."""
    (folder / "stack.md").write_text("ad_account: x\n")
    with pytest.raises(BrandError, match="ad_account: found 'x'"):
        load_brand([argument_layer({"ad_account": "1"}), file_layer(folder / "stack.md")])


def test_arguments_have_known_keys() -> None:
    """A key nobody knows is refused from every layer that is not prose."""
    with pytest.raises(BrandError, match="argument --colour: colour: this is not a key"):
        load_brand([argument_layer({"colour": "red"})])


# --- guardrails ---


def test_guardrails_are_never_unlimited() -> None:
    """With nothing set at all every guardrail is a small number."""
    brand = load_brand([]).brand
    assert (brand.max_pauses_per_day, brand.max_new_ads_per_day, brand.max_budget_step_pct) == (
        10,
        10,
        Decimal(20),
    )
    assert brand.daily_budget_ceiling("EUR") == Money(10_000, "EUR")
    assert brand.daily_budget_ceiling("JPY") == Money(10_000, "JPY")


@pytest.mark.parametrize(
    ("text", "currency", "ceiling"),
    [
        ("50.00 EUR", "EUR", Money(5000, "EUR")),
        ("50", "USD", Money(5000, "USD")),
        ("5000.00", "JPY", Money(5000, "JPY")),
        ("0", "EUR", Money(0, "EUR")),
    ],
)
def test_the_ceiling_is_what_the_file_says(folder: Path, text: str, currency: str, ceiling: Money) -> None:
    """A stated limit holds exactly, zero included."""
    assert load(folder, f"max_daily_budget: {text}").brand.daily_budget_ceiling(currency) == ceiling


@pytest.mark.parametrize(("text", "currency"), [("50 EUR", "USD"), ("50.50", "JPY")])
def test_a_ceiling_in_another_currency_is_refused(folder: Path, text: str, currency: str) -> None:
    """A limit that does not fit the account's currency is never converted or dropped."""
    brand = load(folder, f"max_daily_budget: {text}").brand
    with pytest.raises(BrandError, match="max_daily_budget"):
        brand.daily_budget_ceiling(currency)


def test_check_currency_names_every_key(folder: Path) -> None:
    """All settings in a wrong currency are named, with what to do; the right one passes."""
    brand = load(folder, "currency: EUR\ntarget_cpa: 5 EUR\nmax_cpc: 1\nmax_daily_budget: 9 USD").brand
    with pytest.raises(BrandError) as refused:
        brand.check_currency("USD")
    assert [line.split(":")[0] for line in str(refused.value).splitlines()] == ["currency", "target_cpa"]
    assert "write USD" in str(refused.value)
    load(folder, "currency: EUR\nmax_cpc: 1").brand.check_currency("EUR")


@pytest.mark.parametrize(
    ("entry", "names", "protected"),
    [
        ("*evergreen*", ("1", "DE | Evergreen | 2026"), True),
        ("*evergreen*", ("1", "Ever green"), False),
        ("Brand DE", ("1", "brand de"), True),
        ("Brand DE", ("1", "Brand DE 2"), False),
        ("23847000000001", ("23847000000001", "x"), True),
        ("23847000000001", ("238470000000012", "x"), False),
        ("[EVERGREEN]*", ("1", "[Evergreen] Brand"), True),
        ("[EVERGREEN]*", ("1", "Eve"), False),
        ("Ad ?", ("1", "ad 7"), True),
        ("stra\u00dfe", ("1", "STRASSE"), True),
        ("Caf\u00e9\u00a0DE", ("1", "Cafe\u0301 DE"), True),
        ("Brand", ("1", "Bra\u200bnd "), True),
        ("*evergreen*", ("1", "Ever\u2065green\U000e0080 \U0001d159", "x"), True),
    ],
)
def test_protection_matches_as_people_read_names(
    entry: str, names: tuple[str, ...], *, protected: bool
) -> None:
    """Ids and whole names match exactly, patterns with wildcards; look-alike characters do not open a gap."""
    assert Brand(protect=("other", entry)).is_protected(*names) == (entry if protected else None)


@given(words)
def test_a_name_protects_itself(name: str) -> None:
    """Whatever a campaign is called, its own name as an entry protects it."""
    assert Brand(protect=(name,)).is_protected("1", name.upper()) == name


@pytest.mark.parametrize(
    ("old", "new"),
    [("max_pauses_per_run", "max_pauses_per_day"), ("max_new_ads_per_run", "max_new_ads_per_day")],
)
def test_the_words_of_older_files_are_read_as_what_they_are_called_now(
    folder: Path, old: str, new: str
) -> None:
    """A limit of an older file holds, and two words for one limit that differ are a mistake."""
    loaded = load(folder, f"{old}: 3")
    assert (getattr(loaded.brand, new), loaded.origin[new]) == (3, "stack.md line 1")
    (message,) = refusal(folder, f"{old}: 3\n{new}: 4")
    assert "keep one of them" in message


def test_limits_that_follow_from_others() -> None:
    """Three objects for each new ad, and budgets fall by as much as they may rise, unless the file says other numbers."""
    brand = Brand.model_validate({"max_new_ads_per_day": 4, "max_daily_budget": "70.00"})
    assert (brand.new_objects_limit, str(brand.lowering_limit("USD"))) == (12, "70.00 USD")
    brand = Brand.model_validate({"max_new_objects_per_day": 0, "max_lowering_per_day": "0"})
    assert (brand.new_objects_limit, brand.lowering_limit("USD").minor) == (0, 0)
