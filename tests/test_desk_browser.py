"""The desk in a real Chromium: the keyboard, the width of a phone, what is announced, and that nothing is ever run."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from monitor.app import App
from monitor.desk import desk_beside
from monitor.desk.tongue import translations
from monitor.model import ArticleFilter, Outcome, VerdictKind
from monitor.report.shelf import keep_stories
from monitor.settings import init_config, load_config
from monitor.workbench import Workbench
from tests.conftest import lacking
from tests.ports import free_port
from tests.store_material import NOW, a_card, an_article

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.chromium

PAGES = [
    "/",
    "/?state=all&order=best",
    "/today",
    "/?language=tr&day=today&score_from=30",
    "/stories?size=all",
    "/actors",
    "/actor/@russia",
    "/digests",
    "/sources",
    "/tuning?match=80&rule=%2Bnone&phrase=Putin",
    "/nowhere",
]
PHONE = {"width": 390, "height": 800}
PAYLOAD = '<img src=x onerror="window.ran=1">\'"><script>window.ran=1</script>'
#: What axe-core calls WCAG 2.2 A and AA, and its own good practice.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Ends with this module: while it runs, nothing else in its thread can run an event loop."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        lacking("chromium", "there is no Chromium (Debian: apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield launched
        launched.close()


@dataclass
class Seat:
    """An analyst at the desk."""

    browser: Browser
    base: str
    app: App
    complaints: list[str] = field(default_factory=list)

    def sit(self, **settings: Any) -> Page:
        page = self.browser.new_context(base_url=self.base, **settings).new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on(
            "console", lambda said: self.complaints.append(said.text) if said.type in ("error", "warning") else None
        )
        return page

    @property
    def watch(self) -> str:
        return self.app.config.watches[0].id

    def pages(self) -> list[str]:
        """Every page, with an article and a story that are there."""
        wanted = ArticleFilter(watch=self.watch, outcomes=frozenset({Outcome.MATCH}), limit=1)
        return [*PAGES, f"/article/{self.app.store.reports(wanted)[0].article.id}", "/story/1"]

    def verdicts(self, *wanted: int) -> dict[int, VerdictKind]:
        """The last verdicts; on some articles, for what is judged with its copies."""
        given = {verdict.article_id: verdict.kind for verdict in self.app.store.verdicts(self.watch)}
        return {article: kind for article, kind in given.items() if not wanted or article in wanted}


@pytest.fixture
def seat(browser: Browser, demo_folder: Path, tmp_path: Path) -> Iterator[Seat]:
    with seated(browser, demo_folder, tmp_path, None) as taken:
        yield taken


@pytest.fixture
def tuned(browser: Browser, demo_folder: Path, tmp_path: Path) -> Iterator[Seat]:
    """With a configuration that may be changed."""
    init_config(tmp_path / "config")
    with seated(browser, demo_folder, tmp_path, tmp_path / "config") as taken:
        yield taken


@contextmanager
def seated(browser: Browser, demo_folder: Path, tmp_path: Path, config: Path | None) -> Iterator[Seat]:
    environ = {"WIDERHALL_DATA_DIR": str(shutil.copytree(demo_folder, tmp_path / "data"))}
    app = App(load_config(config, environ), clock=lambda: NOW, environ=environ)
    keep_stories(app.store, app.config.watches[0], app.reader.analyser, app.background, now=NOW)
    port = free_port()
    with desk_beside(Workbench(app).desk(author="ada"), host="127.0.0.1", port=port):
        taken = Seat(browser, f"http://127.0.0.1:{port}", app)
        yield taken
        for context in browser.contexts:
            context.close()
    app.close()


def shown(page: Page) -> list[int]:
    return [int(number) for number in page.locator("[data-article]").evaluate_all("c => c.map(a => a.dataset.article)")]


def complaints_of_axe(page: Page, rules: Sequence[str] = RULES) -> list[tuple[str, list[str]]]:
    """What axe-core finds on a page that lets it in (`bypass_csp`)."""
    page.evaluate(resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8"))
    told = page.evaluate("rules => axe.run({runOnly: rules})", rules)
    return [(each["id"], [node["html"][:120] for node in each["nodes"][:3]]) for each in told["violations"]]


def judge(page: Page, keys: str) -> None:
    """Press keys that each give a verdict, and wait until each is stored."""
    for key in keys:
        with page.expect_response("**/verdicts"):
            page.keyboard.press(key)


# --- the keyboard ---------------------------------------------------------------------------------------------------


def test_a_list_is_judged_by_keyboard_and_stays_judged(seat: Seat) -> None:
    page = seat.sit()
    page.goto("/")
    first, second, third, fourth = shown(page)[:4]
    page.keyboard.press("j")
    judge(page, "ynu")  # each verdict goes on to the next article
    assert page.locator(".at").get_attribute("data-article") == str(fourth)
    kinds = [VerdictKind.RELEVANT, VerdictKind.IRRELEVANT, VerdictKind.UNSURE]
    assert seat.verdicts(first, second, third) == dict(zip([first, second, third], kinds, strict=True))
    page.reload()
    assert {third, fourth} <= set(shown(page))
    assert not {first, second} & set(shown(page))
    pressed = page.locator(f"#a-{third} [aria-pressed=true]")
    assert pressed.get_attribute("value") == "unsure"
    assert seat.complaints == []


def test_verdicts_are_taken_back_one_by_one(seat: Seat) -> None:
    page = seat.sit()
    page.goto("/?state=all")
    first, second = shown(page)[:2]
    page.keyboard.press("j")
    judge(page, "yn")
    page.keyboard.press("k")
    page.keyboard.press("k")
    judge(page, "n")
    assert seat.verdicts(first, second) == {first: VerdictKind.IRRELEVANT, second: VerdictKind.IRRELEVANT}
    judge(page, "zz")
    assert seat.verdicts(first, second) == {first: VerdictKind.RELEVANT, second: VerdictKind.UNSURE}
    judge(page, "z")
    page.get_by_text(f"a-{first}: unsure").wait_for()
    page.keyboard.press("z")
    assert page.get_by_role("status").inner_text() == "nothing to take back"


def test_an_article_is_opened_judged_and_left_by_keyboard(seat: Seat) -> None:
    page = seat.sit()
    page.goto("/")
    first = shown(page)[0]
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url(f"**/article/{first}")
    judge(page, "n")
    assert seat.verdicts(first) == {first: VerdictKind.IRRELEVANT}
    assert seat.complaints == []


def test_a_verdict_that_was_not_stored_is_not_shown(seat: Seat) -> None:
    page = seat.sit()
    page.goto("/")
    first = shown(page)[0]
    page.route("**/verdicts", lambda route: route.abort())
    page.keyboard.press("j")
    page.keyboard.press("y")
    page.get_by_text("was not stored").first.wait_for()
    assert page.locator("[aria-pressed=true]").count() == 0
    assert page.locator(".at").get_attribute("data-article") == str(first)
    assert seat.verdicts() == {}
    page.unroute("**/verdicts")
    with page.expect_response("**/verdicts"):
        page.get_by_role("button", name="Try again").click()
    assert seat.verdicts(first) == {first: VerdictKind.RELEVANT}


def test_many_are_chosen_judged_and_taken_back_at_once(seat: Seat) -> None:
    page = seat.sit()
    page.goto("/")
    first, _, third = shown(page)[:3]
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert page.get_by_text("2 chosen").is_visible()
    page.keyboard.press("r")
    page.keyboard.type("only gas")
    page.keyboard.press("Enter")
    judge(page, "n")
    assert seat.verdicts(first, third) == {first: VerdictKind.IRRELEVANT, third: VerdictKind.IRRELEVANT}
    assert {verdict.reason for verdict in seat.app.store.verdicts(seat.watch)} == {"only gas"}
    judge(page, "z")
    assert seat.verdicts(first, third) == {first: VerdictKind.UNSURE, third: VerdictKind.UNSURE}
    assert seat.complaints == []


def test_a_reason_is_written_before_the_verdict(seat: Seat) -> None:
    page = seat.sit()
    page.goto("/")
    first = shown(page)[0]
    page.keyboard.press("j")
    page.keyboard.press("r")
    page.keyboard.type("yes, no")  # letters in a field judge nothing
    page.keyboard.press("Enter")
    assert seat.verdicts() == {}
    judge(page, "y")
    (verdict,) = seat.app.store.verdicts(seat.watch, article_id=first)
    assert (verdict.article_id, verdict.kind, verdict.reason) == (first, VerdictKind.RELEVANT, "yes, no")


def test_who_judged_meanwhile_is_shown_and_asked_about(seat: Seat) -> None:
    page = seat.sit()
    page.goto("/")
    first = shown(page)[0]
    seat.app.store.give_verdict(
        first, seat.watch, VerdictKind.IRRELEVANT, reason=PAYLOAD, note="", author="ben", now=NOW
    )
    page.keyboard.press("j")
    judge(page, "y")
    trouble = page.locator(f"#a-{first} .trouble")
    trouble.get_by_text("was judged meanwhile").wait_for()
    assert "ben: irrelevant" in trouble.inner_text()
    assert seat.verdicts(first) == {first: VerdictKind.IRRELEVANT}
    with page.expect_response("**/verdicts"):
        trouble.get_by_role("button", name="Judge all the same").click()
    assert seat.verdicts(first) == {first: VerdictKind.RELEVANT}
    assert page.evaluate("window.ran") is None


def test_the_keys_are_told_in_a_dialog(seat: Seat) -> None:
    page = seat.sit()
    page.goto("/")
    page.keyboard.press("?")
    assert page.get_by_role("dialog", name="Keys").is_visible()
    page.keyboard.press("y")
    page.keyboard.press("Escape")
    assert not page.get_by_role("dialog").is_visible()
    assert seat.verdicts() == {}


def test_a_view_is_kept_under_a_name(seat: Seat) -> None:
    page = seat.sit()
    page.goto("/?language=tr")
    page.get_by_label("Keep this view as").fill("Turkish")
    page.get_by_role("button", name="Keep").click()
    page.goto("/")
    page.get_by_role("link", name="Turkish").click()
    page.wait_for_url("**language=tr**")
    page.get_by_role("button", name="Let go of").click()
    assert page.get_by_role("link", name="Turkish", exact=True).count() == 0


def test_what_is_typed_into_the_search_judges_nothing(seat: Seat) -> None:
    page = seat.sit()
    page.goto("/?state=all")
    page.keyboard.press("j")
    page.keyboard.press("/")
    page.keyboard.type("title:mektup")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=title%3Amektup**")
    assert page.locator("[data-article] h2[lang=tr]").count() == len(shown(page)) == 1
    assert seat.verdicts() == {}


def test_a_filter_is_asked_for_at_once(seat: Seat) -> None:
    page = seat.sit()
    page.goto("/")
    page.get_by_text("More filters").click()
    page.get_by_role("combobox", name="Language").select_option("ru")
    page.wait_for_url("**language=ru**")
    assert set(page.locator("[data-article] h2").evaluate_all("all => all.map(h => h.lang)")) == {"ru"}


def test_without_javascript_verdicts_are_given_all_the_same(seat: Seat) -> None:
    page = seat.sit(java_script_enabled=False)
    page.goto("/?order=best")
    first = page.locator("[data-article]").first
    number = int(first.get_attribute("data-article") or 0)
    first.get_by_role("button", name="irrelevant").click()
    assert page.url.endswith("/?order=best")
    assert seat.verdicts(number) == {number: VerdictKind.IRRELEVANT}


# --- tuning ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("de", "dark")])
def test_a_change_is_tried_as_one_types_then_saved_and_taken_back(
    tuned: Seat, tmp_path: Path, language: str, scheme: Any
) -> None:
    said = translations(language).gettext
    file = tmp_path / "config" / "watches" / f"{tuned.watch}.yaml"
    page = tuned.sit(locale=language, color_scheme=scheme, viewport=PHONE, bypass_csp=True)
    page.goto("/tuning")
    page.get_by_label(said("A match needs"), exact=True).fill("42")
    page.get_by_role("heading", name=said("What it would have done")).wait_for()
    assert page.url.endswith("match=42")  # what is asked stands in the address
    assert re.search(r"- +match: 50[^\n]*\n\+ +match: 42", page.locator("pre.diff").inner_text())
    assert (complaints_of_axe(page), page.evaluate("document.scrollingElement.scrollWidth")) == ([], PHONE["width"])
    assert "match: 50" in file.read_text("utf-8")
    page.get_by_label(said("Why"), exact=True).fill("too few")
    page.get_by_role("button", name=said("Save this change")).click()
    page.locator("#history summary").filter(has_text="too few").click()
    assert "match: 42" in file.read_text("utf-8")
    page.get_by_role("link", name=said("What would it do to go back to before this?")).click()
    page.get_by_role("button", name=said("Save this change")).click()
    page.locator("#history summary").nth(1).wait_for()
    assert "match: 50" in file.read_text("utf-8")
    assert tuned.complaints == []


# --- every page -----------------------------------------------------------------------------------------------------


def test_no_page_complains(seat: Seat) -> None:
    page = seat.sit()
    for path in seat.pages():
        page.goto(path)
        assert page.get_by_role("main").is_visible(), path
    assert [said for said in seat.complaints if "404" not in said] == []


def test_no_page_is_wider_than_a_phone(seat: Seat) -> None:
    page = seat.sit(viewport=PHONE)
    wide = {}
    for path in seat.pages():
        page.goto(path)
        if (width := page.evaluate("document.scrollingElement.scrollWidth")) > PHONE["width"]:
            wide[path] = width
    assert wide == {}


@pytest.mark.slow
def test_axe_finds_nothing(seat: Seat) -> None:
    """In the dark, too, which changes nothing but colours."""
    page = seat.sit(color_scheme="light", bypass_csp=True)
    found = {}
    for path in seat.pages():
        page.goto(path)
        in_the_light = complaints_of_axe(page)
        page.emulate_media(color_scheme="dark")
        in_the_dark = complaints_of_axe(page, ["color-contrast"])
        page.emulate_media(color_scheme="light")
        if in_the_light or in_the_dark:
            found[path] = [*in_the_light, *in_the_dark]
    assert found == {}


def test_nothing_from_a_page_ever_runs(seat: Seat) -> None:
    article = an_article(
        f"{PAYLOAD} and more",
        title=PAYLOAD,
        authors=(PAYLOAD,),
        url="javascript:window.ran=1",
        scores=(a_card(95.0, watch=seat.watch),),
    )
    article_id = seat.app.store.record_article(article, now=NOW)
    seat.app.store.give_verdict(
        article_id, seat.watch, VerdictKind.UNSURE, reason=PAYLOAD, note=PAYLOAD, author=PAYLOAD, now=NOW
    )
    page = seat.sit(bypass_csp=True)  # the policy is the second lock: what is tested is the first
    for path in (
        f"/article/{article_id}",
        "/?state=all&order=best",
        f"/?q={quote(PAYLOAD)}",
        "/stories?size=all",
        "/today",
    ):
        page.goto(path)
        assert page.evaluate("window.ran") is None, path
        assert page.locator("img").count() == 0, path
    assert seat.complaints == []
