"""Win the text of the article from a page's tree. The only module that calls trafilatura."""

from __future__ import annotations

from functools import cache
from typing import Any

from lxml.etree import ElementDefaultClassLookup, ParserError, XPath
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from monitor.collect.extract.markers import LABEL

_DROPPED = ("script", "style", "noscript", "template", "svg", "iframe", "nav", "footer", "button", "select", "aside")
_LIST_LINK_SHARE = 0.8
_HEADING_LINK_SHARE = 0.95
#: A link's text up to here may be a name.
_LABEL_CHARS = 25
#: So many teasers make a listing, if so much of the lines are their links; the rest are their texts.
_FEWEST_TEASERS, _TEASER_LINES = 10, 0.4
#: The largest of 239 captured pages has 1,318 blocks. Beyond these trafilatura's last resort, which compares each with
#: all others, is left out: a table of 8,000 rows takes it a minute.
_MOST_BLOCKS = 4000
_BLOCKS = ("p", "td", "th", "li", "div", "dd", "dt", "h2", "h3", "h4", "pre", "blockquote", "section", "option")
_LABELLED = XPath("//section[@aria-label]|//div[@aria-label]")
_PARSER = HTMLParser(encoding="utf-8", collect_ids=False, default_doctype=False, remove_comments=True, remove_pis=True)
#: lxml would ask Python for the class of each of 3,000 elements a page, to tell forms and their fields apart.
_PARSER.set_element_class_lookup(ElementDefaultClassLookup(element=HtmlElement))


def parse(text: str) -> HtmlElement | None:
    """The page's tree; None when there is nothing in it."""
    data = text.encode("utf-8", "surrogatepass")
    if not data.strip():
        return None
    try:
        return document_fromstring(data, parser=_PARSER)
    except (ParserError, ValueError):  # nothing but comments
        return None


def prune(tree: HtmlElement) -> int:
    """Take out what is no article anywhere: code, navigation, lists of links, teasers; return how many teasers."""
    for element in [*tree.iter(*_DROPPED)]:
        _drop(element)
    for element in [*tree.iter("ul", "ol")]:
        if _is_linked_throughout(element, _LIST_LINK_SHARE):
            _drop(element)
    headings = [*tree.iter("h2", "h3", "h4", "h5", "h6")]
    teasers = [heading for heading in headings if _is_teaser(heading)]
    for element in teasers:
        _drop(element)
    for element in _LABELLED(tree):
        if LABEL.search(element.get("aria-label") or ""):
            _drop(element)
    return len(teasers)


def _is_teaser(heading: HtmlElement) -> bool:
    """A heading that is a link elsewhere, or stands in one."""
    if next(heading.iterancestors("a"), None) is not None:
        return True
    link = next(heading.iter("a"), None)
    is_own_anchor = link is not None and (link.get("href") or "#").startswith("#")
    return not is_own_anchor and _is_linked_throughout(heading, _HEADING_LINK_SHARE)


def _is_linked_throughout(element: HtmlElement, share: float) -> bool:
    """Whether nearly all of its text is link text."""
    length = len(element.text_content().strip())
    return length > 0 and sum(len(link.text_content().strip()) for link in element.iter("a")) >= share * length


def is_of_links(text: str, tree: HtmlElement) -> bool:
    """Whether the text is made of teasers: lines that begin with the text of a link."""
    links = tuple(link for one in tree.iter("a") if len(link := " ".join(one.text_content().split())) > _LABEL_CHARS)
    lines = text.splitlines()
    linked = sum(line.lstrip("- ").startswith(links) for line in lines)
    return linked >= max(_FEWEST_TEASERS, _TEASER_LINES * len(lines))


def _drop(element: HtmlElement) -> None:
    if element.getparent() is not None:
        element.drop_tree()


def main_text(tree: HtmlElement) -> str:
    """The article's text, a line for each paragraph. Leaves the tree as it was."""
    from trafilatura import bare_extraction

    is_vast = sum(1 for _ in tree.iter(*_BLOCKS)) > _MOST_BLOCKS
    document = bare_extraction(tree, options=_options(is_fast=is_vast))
    return str(getattr(document, "text", "") or "")


@cache
def _options(*, is_fast: bool) -> Any:
    """Comments off: .957 token F1 alone, .947 with them. Precision, recall and fast measure lower before and after
    our own cleaning; metadata stays off, head.py reads it in a tenth of the time."""
    from trafilatura.settings import Extractor

    return Extractor(output_format="python", comments=False, fast=is_fast)
