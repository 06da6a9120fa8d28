"""The full-screen session of `review`: a list, an article, a key for each decision. The only module that knows textual.

Decides nothing: `review_list` does, and stores every verdict before the screen goes on.
"""

from __future__ import annotations

from collections.abc import Callable

from textual import on
from textual.app import App as Screenful
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Label, OptionList, Static
from textual.widgets.option_list import Option

from monitor.cli.review_list import ReviewList
from monitor.cli.review_text import article_text, row_text
from monitor.model import ActorFindings, VerdictKind

#: From so many columns on, the article stands beside the list, not below.
WIDE = 110
KEYS = """\
 j, k     down, up                 y  relevant
 space, b down, up in the text     n  irrelevant
 /        search everything        u  unsure
 Escape   what waits again         Y, N, U  the same, with a reason and a note
 a        show judged ones too     z  take the last verdict back
 ?        this help                q  end

 Each verdict is stored at once. Copies that are folded under an article get its verdict.
 ● match   ◐ near miss   ◌ held by a rule   ? suggestion   · below
 Any key closes this."""
HINT = "y relevant  n irrelevant  u unsure  z undo  / search  ? help  q end"
WORDS = {"y": VerdictKind.RELEVANT, "n": VerdictKind.IRRELEVANT, "u": VerdictKind.UNSURE}


class Help(ModalScreen[None]):
    """What the keys do."""

    def compose(self) -> ComposeResult:
        yield Static(KEYS, id="help")

    def on_key(self) -> None:
        self.dismiss()


class Reason(ModalScreen[tuple[str, str] | None]):
    """Why, and what else; None when somebody thought better of it."""

    BINDINGS = [Binding("escape", "dismiss(None)", "back")]  # noqa: RUF012 - textual's own form

    AUTO_FOCUS = "#why"

    def __init__(self, kind: VerdictKind) -> None:
        super().__init__()
        self._kind = kind

    def compose(self) -> ComposeResult:
        with Vertical(id="reason"):
            yield Label(f"{self._kind.value}, because … (Enter stores, Escape does not)")
            yield Input(placeholder="reason: only in passing, gas deal …", id="why")
            yield Input(placeholder="note, for yourself or a colleague", id="note")

    @on(Input.Submitted)
    def store(self) -> None:
        self.dismiss((self.query_one("#why", Input).value.strip(), self.query_one("#note", Input).value.strip()))


class ReviewScreen(Screenful[None]):
    """One sitting over a list."""

    ENABLE_COMMAND_PALETTE = False
    AUTO_FOCUS = ""  # keys are the session's, until the search asks for words
    CSS = """
    #head, #said { height: 1; padding: 0 1; }
    #head { text-style: bold; }
    #said { color: $text-muted; }
    #both { height: 1fr; }
    #list { height: 40%; border: none; padding: 0; background: transparent; }
    #list { text-wrap: nowrap; text-overflow: ellipsis; }
    #pane { height: 60%; border-top: solid $panel; padding: 0 1; }
    .wide #both { layout: horizontal; }
    .wide #list { height: 100%; width: 45%; }
    .wide #pane { height: 100%; width: 55%; border-top: none; border-left: solid $panel; }
    #search { display: none; border: none; height: 1; padding: 0 1; }
    #search.asked { display: block; }
    Help, Reason { align: center middle; }
    #help, #reason { width: 80; max-width: 100%; height: auto; padding: 1 1; background: $panel; }
    """
    BINDINGS = [  # noqa: RUF012 - textual's own form
        Binding("j,down", "move(1)", "down"),
        Binding("k,up", "move(-1)", "up"),
        *(Binding(key, f"judge('{key}')", kind.value) for key, kind in WORDS.items()),
        *(Binding(key.upper(), f"reason('{key}')", f"{kind.value}, why") for key, kind in WORDS.items()),
        Binding("z", "take_back", "undo"),
        Binding("slash", "search", "search"),
        Binding("escape", "waiting", "what waits"),
        Binding("a", "all", "all"),
        Binding("space,pagedown", "scroll(1)", "on"),
        Binding("b,pageup", "scroll(-1)", "back"),
        Binding("question_mark", "help", "help"),
        Binding("q", "quit", "end"),
    ]

    def __init__(
        self, title: str, listed: ReviewList, findings: Callable[[int], ActorFindings], outlet: Callable[[str], str]
    ) -> None:
        super().__init__()
        self._name = title
        self._listed = listed
        self._findings = findings
        self._outlet = outlet
        self._at = 0

    def compose(self) -> ComposeResult:
        yield Static(id="head", markup=False)
        with Vertical(id="both"):
            listing = OptionList(id="list")
            listing.can_focus = False  # keys are the session's own
            yield listing
            with VerticalScroll(id="pane", can_focus=False):
                yield Static(id="article", markup=False)
        yield Input(placeholder="words, “phrases”, -without, begin*, title:word", id="search")
        yield Static(HINT, id="said", markup=False)

    def on_mount(self) -> None:
        self.on_resize()
        self._listed.load()
        self._show_list()

    def on_resize(self) -> None:
        self.screen.set_class(self.size.width >= WIDE, "wide")

    # --- showing ----------------------------------------------------------------------------------------------

    def _show_list(self) -> None:
        listing = self.query_one("#list", OptionList)
        listing.clear_options()
        listing.add_options([Option(row_text(row)) for row in self._listed.rows])
        self._go(0)

    def _go(self, to: int) -> None:
        rows = self._listed.rows
        self._at = min(max(to, 0), max(len(rows) - 1, 0))
        judged = sum(row.kind in (VerdictKind.RELEVANT, VerdictKind.IRRELEVANT) for row in rows)
        what = f"«{self._listed.search}»" if self._listed.search else "all" if self._listed.is_all else "waiting"
        self.query_one("#head", Static).update(f"{self._name} · {what}: {len(rows)}, of them judged: {judged}")
        article = self.query_one("#article", Static)
        if not rows:
            article.update("Nothing is found." if self._listed.search else "Nothing waits for a verdict.")
            return
        self.query_one("#list", OptionList).highlighted = self._at
        row = rows[self._at]
        number = row.report.article.id
        article.update(article_text(row, self._findings(number), self._outlet(row.report.article.feed_id)))
        self.query_one("#pane", VerticalScroll).scroll_home(animate=False)

    def _redraw(self, place: int) -> None:
        self.query_one("#list", OptionList).replace_option_prompt_at_index(place, row_text(self._listed.rows[place]))

    def _say(self, words: str) -> None:
        self.query_one("#said", Static).update(words or HINT)

    # --- keys -------------------------------------------------------------------------------------------------

    def action_move(self, by: int) -> None:
        self._say("")
        self._go(self._at + by)

    def action_scroll(self, by: int) -> None:
        pane = self.query_one("#pane", VerticalScroll)
        (pane.scroll_page_down if by > 0 else pane.scroll_page_up)(animate=False)

    def action_judge(self, key: str) -> None:
        self._judge(WORDS[key], "", "")

    def action_reason(self, key: str) -> None:
        def store(said: tuple[str, str] | None) -> None:
            if said is not None:
                self._judge(WORDS[key], *said)

        if self._listed.rows:
            self.push_screen(Reason(WORDS[key]), store)

    def _judge(self, kind: VerdictKind, reason: str, note: str) -> None:
        if not self._listed.rows:
            return
        place = self._at
        refused = self._listed.judge(place, kind, reason=reason, note=note)
        self._redraw(place)
        row = self._listed.rows[place]
        copies = f", with {len(row.copies)} of its copies" if row.copies else ""
        self._go(place if refused else place + 1)
        self._say(refused or f"a-{row.report.article.id}: {kind.value}{copies}")

    def action_take_back(self) -> None:
        place = self._listed.take_back()
        if place is None:
            self._say("nothing to take back")
            return
        self._redraw(place)
        self._go(place)
        self._say(f"a-{self._listed.rows[place].report.article.id}: taken back")

    def action_search(self) -> None:
        field = self.query_one("#search", Input)
        field.add_class("asked")
        field.value = self._listed.search
        field.focus()

    @on(Input.Submitted, "#search")
    def look_for(self, event: Input.Submitted) -> None:
        self._close_search()
        self._listed.filtered(search=event.value)
        self._show_list()

    def action_waiting(self) -> None:
        was_open = self.query_one("#search", Input).has_class("asked")
        self._close_search()
        if self._listed.search and not was_open:
            self._listed.filtered(search="")
            self._show_list()

    def _close_search(self) -> None:
        self.query_one("#search", Input).remove_class("asked")
        self.set_focus(None)

    def action_all(self) -> None:
        self._listed.filtered(is_all=not self._listed.is_all)
        self._show_list()

    def action_help(self) -> None:
        self.push_screen(Help())
