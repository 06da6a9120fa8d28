"""The four formats: nothing from a page becomes markup, nothing says more than the document, and it can be read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import monitor.report
import monitor.report.words as words_module
from monitor.errors import UsageError
from monitor.model import Digest
from monitor.report.digest import DayMaterial, compose_digest
from monitor.report.markdown import md
from monitor.report.render import FORMATS, render_digest
from monitor.report.terminal import columns, wrap
from monitor.report.words import Words, catalogue, languages
from tests import digest_material as made

CSS = (Path(monitor.report.__file__).parent / "templates" / "digest.css").read_text(encoding="utf-8")


def digest(material: DayMaterial = made.MATERIAL, **changes: Any) -> Digest:
    return compose_digest(made.WATCH, made.DAY, replace(material, **changes), now=made.AFTER)


HOSTILE = "<script>alert(1)</script> & [x](javascript:y) `z` \x1b[31m\u202e **b** &amp;"


def hostile() -> Digest:
    """A digest in which everything that outsiders write is hostile."""
    feed = replace(made.FEEDS[0], title=HOSTILE, publisher=HOSTILE)
    roles = tuple(replace(role, name=HOSTILE) for role in made.GERMAN.roles)
    bad = made.report(1, HOSTILE, HOSTILE, 60.0, source=feed, url='https://x.example/"onload="x', roles=roles)
    poll = replace(made.MATERIAL.polls[-1], feed_id=feed.id, message=HOSTILE)
    return digest(matches=(bad,), feeds=(feed,), polls=(poll,))


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("language", languages())
def test_every_format_names_every_match(format: str, language: str) -> None:
    shown = render_digest(digest(), format, language=language)
    for match in ("m-11", "m-12", "m-13", "m-14", "m-15"):
        assert match in shown
    assert "تركيا تقترح على روسيا عمليات مشتركة ضد داعش" in shown


@pytest.mark.parametrize("format", FORMATS)
def test_rendering_again_gives_the_same_bytes(format: str) -> None:
    later = replace(digest(), created_at=made.AFTER + timedelta(days=1))
    assert render_digest(digest(), format) == render_digest(later, format)


def test_json_is_the_document() -> None:
    assert json.loads(render_digest(digest(), "json")) == digest().content


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(UsageError, match="text, html, md, json, mail"):
        render_digest(digest(), "pdf")


# what the words say


@pytest.mark.parametrize(
    ("material", "says"),
    [
        ({"polls": (), "counts": {}}, "No feed was polled; most likely"),
        ({"polls": made.MATERIAL.polls[-1:], "counts": {}}, "Nothing was fetched: none of 6 feeds answered"),
        ({"counts": {}}, "Nothing new came in: 5 of 6 feeds answered"),
        ({"counts": {"entries": 2}}, "Nothing could be read: 2 new entries came from 5 of 6 feeds"),
        ({"counts": {"outcomes": {"below": 1204}}}, "Nothing matched of 1,204 articles from 5 of 6 feeds"),
        ({"polls": (), "counts": {"outcomes": {"below": 3}}}, "Nothing matched of 3 articles. No feed was polled"),
    ],
)
def test_empty_days_never_look_alike(material: dict[str, Any], says: str) -> None:
    empty = {"matches": (), "near_misses": (), "held_by_rule": (), "suggestions": ()}
    assert says in " ".join(render_digest(digest(**empty | material), "text").split())


def test_an_empty_day_tells_how_far_the_nearest_fell_short() -> None:
    text = " ".join(render_digest(digest(matches=()), "text").split())
    assert "Nothing matched of 16 articles from 5 of 6 feeds. The nearest fell 3.1 points short" in text


def test_german_is_german() -> None:
    text = render_digest(digest(), "text", language="de")
    assert "4 Treffer aus 4 Medien in 4 Ländern und 4 Sprachen." in text
    assert "Donnerstag, 11. August 2016" in text
    assert "62,4  Ankara" in text


def test_catalogues_say_the_same_things() -> None:
    def shape(language: str) -> dict[tuple[str, str], set[str]]:
        return {
            (group, key): set(re.findall(r"\{(\w+)\}", " ".join(text.values()) if isinstance(text, dict) else text))
            for group, messages in catalogue(language).items()
            for key, text in messages.items()
        }

    for language in languages():
        assert shape(language) == shape("en"), language


def test_a_message_that_is_missing_is_said_in_english() -> None:
    words = Words("xx", "UTC")
    assert (words.language, words("section.matches")) == ("en", "Matches")


RUSSIAN = """
[headline]
matches = { one = "{n} совпадение", few = "{n} совпадения", many = "{n} совпадений", other = "{n} совпадения" }
matches_from = "{matches} из {outlets}, {where}."
[section]
stories = "Сюжеты"
"""


@pytest.fixture
def half_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Somebody begins a catalogue: its name is a language from then on."""
    (tmp_path / "en.toml").write_bytes((words_module.CATALOGUES / "en.toml").read_bytes())
    (tmp_path / "ru.toml").write_text(RUSSIAN, encoding="utf-8")
    monkeypatch.setattr(words_module, "CATALOGUES", tmp_path)
    catalogue.cache_clear()
    yield "ru"
    catalogue.cache_clear()


def test_a_language_is_added_by_a_file(half_done: str) -> None:
    words = Words(half_done, "UTC")
    said = [words("headline.matches", n=n) for n in (1, 3, 5, 21)]
    assert said == ["1 совпадение", "3 совпадения", "5 совпадений", "21 совпадение"]
    text = render_digest(digest(), "text", language=half_done)
    assert "четверг, 11 августа 2016 г." in text  # from CLDR
    assert "4 совпадения из 4 outlets" in text  # what is missing, in English
    assert all(render_digest(digest(), form, language=half_done) for form in FORMATS)


# text


@pytest.mark.parametrize("width", [40, 60, 78, 100])
@pytest.mark.parametrize("language", languages())
def test_no_line_is_wider_than_asked(width: int, language: str) -> None:
    lines = render_digest(digest(), "text", width=width, language=language).splitlines()
    assert [line for line in lines if columns(line) > width and "://" not in line] == []


def test_no_control_character_reaches_the_terminal() -> None:
    text = render_digest(hostile(), "text")
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)


def test_long_words_are_cut_and_addresses_are_not() -> None:
    assert wrap("aaaaaaaaaaaa bb", 8, first="- ", rest="  ") == ["- aaaaaa", "  aaaaaa", "  bb"]
    assert wrap("https://a.example/long", 8) == ["https://a.example/long"]


def test_wide_letters_count_twice() -> None:
    assert wrap("漢字漢字漢字", 8) == ["漢字漢字", "漢字"]


# Markdown


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("*a* _b_ [c](d) <e> `f` #g |h", r"\*a\* \_b\_ \[c\](d) \<e\> \`f\` \#g \|h"),
        ("- a", r"\- a"),
        ("+ a", r"\+ a"),
        ("1. a", r"1\. a"),
        ("2016 was", "2016 was"),
        ("a - b", "a - b"),
    ],
)
def test_markdown_shows_text_as_it_stands(text: str, escaped: str) -> None:
    assert md(text) == escaped


# HTML


class Page(HTMLParser):
    """What a page is made of: tags with attributes, text outside of style, and whether tags close."""

    VOID = frozenset({"meta", "br", "hr", "img", "link"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data

    def named(self, tag: str) -> Iterator[dict[str, str]]:
        return (attributes for name, attributes in self.tags if name == tag)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("format", ["html", "mail"])
def test_html_is_well_formed_and_whole_in_itself(format: str, language: str) -> None:
    page = Page(render_digest(digest(), format, language=language))
    assert page.open == []
    assert not list(page.named("script")) and not list(page.named("link")) and not list(page.named("img"))
    assert "url(" not in CSS and "@import" not in CSS
    assert next(page.named("html"))["lang"] == language


def test_html_shows_hostile_text_as_text() -> None:
    page = Page(render_digest(hostile(), "html"))
    assert not list(page.named("script"))
    assert "<script>alert(1)</script> & [x](javascript:y) `z` [31m **b** &amp;" in page.text
    assert all("onload" not in attributes for _, attributes in page.tags)
    assert [link["href"] for link in page.named("a") if not link["href"].startswith("#")] == [
        "https://x.example/%22onload=%22x",
        *[f"https://{name}.example/{n}" for name, n in (("demovestnik", 6), ("demogazette", 7), ("democourrier", 8))],
    ]


def test_mail_brings_its_styles_along_and_shows_hostile_text_as_text() -> None:
    page = Page(render_digest(hostile(), "mail"))
    assert not list(page.named("style")) and not list(page.named("script")) and not list(page.named("svg"))
    assert all("class" not in attributes and "onload" not in attributes for _, attributes in page.tags)
    assert all("style" in attributes for tag, attributes in page.tags if tag in ("h1", "h2", "h3", "p", "td"))
    assert "<script>alert(1)</script>" in page.text


def test_html_can_be_walked_by_ear() -> None:
    page = Page(render_digest(digest(), "html"))
    assert [len(list(page.named(tag))) for tag in ("h1", "main", "header", "footer", "nav")] == [1, 1, 1, 1, 1]
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in page.tags:
        assert attributes.get("aria-labelledby", ids[0]) in ids
    for link in page.named("a"):
        assert not link["href"].startswith("#") or link["href"][1:] in ids
    assert all(svg.get("aria-hidden") == "true" or svg.get("role") == "img" for svg in page.named("svg"))
    assert {title["lang"] for title in page.named("h3")} == {"de", "tr", "ar", "en", "ru", "fr"}


def luminance(colour: str) -> float:
    def linear(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    pairs = [colour[i : i + 2] if len(colour) == 7 else colour[i // 2 + 1] * 2 for i in (1, 3, 5)]
    red, green, blue = (linear(int(pair, 16) / 255) for pair in pairs)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("number", range(3), ids=["light", "dark", "print"])
def test_colours_have_contrast(number: int) -> None:
    palettes = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)
    colours = dict(re.findall(r"--(\w+): (#\w+);", palettes[number]))
    for name in ("ink", "soft", "accent", "warn"):
        assert contrast(colours[name], colours["paper"]) >= 4.5, name
    assert contrast(colours["bar"], colours["track"]) >= 3
    assert contrast(colours["ink"], colours["bar"]) >= 2, "the threshold's mark on the bar"
