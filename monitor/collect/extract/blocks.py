"""See which blocks of a page its extracted text is made of; add what was left out, drop what stands outside. Pure.

Extractors stop at the first container of an article that comes in several, miss the standfirst above it, and take
along boxes below it. The paragraphs of one article look alike and share an ancestor: that decides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass

from lxml.etree import XPath
from lxml.html import HtmlElement

from monitor.collect.extract.lines import is_dressing, is_notice, key
from monitor.collect.extract.markers import STANDFIRST

#: Text that sits directly in an element; shorter pieces are menus and labels.
_LONG_TEXTS = XPath("//body//text()[string-length(normalize-space(.)) > 25]")
_BLOCK_TAGS = frozenset(
    ("article", "blockquote", "body", "dd", "div", "figcaption", "h1", "h2", "h3", "h4", "header", "li", "p", "section")
)
_ASIDE = frozenset(("aside", "button", "dialog", "figcaption", "figure", "footer", "form", "label", "nav", "table"))
#: A paragraph; shorter ones may be labels of the same look.
_PARAGRAPH_CHARS = 60
_STANDFIRST_CHARS = range(40, 800)
_MOST_LINKED = 0.5
#: A look is the article's own if it carries this share of the extracted text.
_OWN_SHARE = 0.25
#: The region of the text holds this share of it.
_REGION_SHARE = 0.9

Look = tuple[object, object, str]


@dataclass(frozen=True, kw_only=True, eq=False)
class Block:
    """One element with text of its own."""

    text: str
    key: str
    #: Its tag, and tag and class of its parent: what the paragraphs of one article share.
    look: Look
    #: From the root to the element.
    path: tuple[HtmlElement, ...]
    #: Share of its characters that are link text.
    linked: float
    #: Stands in a figure, form, table or the like.
    is_aside: bool
    #: Class names of it and its nearest ancestors.
    names: str
    is_after_headline: bool


def complete(text: str, tree: HtmlElement, description: str, titles: Sequence[str]) -> str:
    """The text with its standfirst and the paragraphs that look like the extracted ones, without the boxes below."""
    blocks = read_blocks(tree)
    whole = key(text)
    known = [block for block in blocks if block.key in whole]
    if not known:
        return text
    own_looks = _own_looks(known)
    region = _region([block for block in known if block.look in own_looks] or known)
    article = next((one for one in (region, *region.iterancestors()) if one.tag == "article"), known[0].path[0])
    before = blocks[: blocks.index(known[0])]
    after = blocks[len(before) :]
    title_keys = {own for title in titles if (own := key(title))}
    lead = [
        block.text
        for block in before
        if not any(title in block.key for title in title_keys) and _is_standfirst(block, description)
    ]
    lines = _without_tail(text.splitlines(), known, region)
    left_out = {
        block
        for block in after
        if block.key not in whole and block.look in own_looks and article in block.path and _is_paragraph(block)
    }
    return "\n".join(lead + _merged(lines, after, left_out))


def _merged(lines: Sequence[str], blocks: Sequence[Block], left_out: Set[Block]) -> list[str]:
    """The lines with the blocks that were left out at their places, instead of what pieces of them there are."""
    keys = [key(line) for line in lines]
    places = {own: index for index, own in enumerate(keys)}
    merged: list[str] = []
    done = 0
    for block in blocks:
        if block in left_out:
            while done < len(lines) and keys[done] in block.key:
                done += 1
            merged.append(block.text)
        elif (place := places.get(block.key, -1)) >= done:
            merged += lines[done : place + 1]
            done = place + 1
    return merged + list(lines[done:])


def read_blocks(tree: HtmlElement) -> list[Block]:
    """The blocks of a page in document order."""
    found: list[Block] = []
    seen: set[HtmlElement] = set()
    is_after = tree.find(".//h1") is None
    for piece in _LONG_TEXTS(tree):
        element = piece.getparent()
        if piece.is_tail:
            element = element.getparent()
        while element.tag not in _BLOCK_TAGS and element.getparent() is not None:
            element = element.getparent()
        if element not in seen:
            seen.add(element)
            if element.tag == "h1":
                is_after = True
            else:
                found.append(_block(element, is_after))
    return found


def _block(element: HtmlElement, is_after_headline: bool) -> Block:
    text = " ".join(element.text_content().split())
    path = (element, *element.iterancestors())
    tags = {one.tag for one in path}
    links = sum(len(link.text_content()) for link in element.iter("a"))
    parent = path[1]
    return Block(
        text=text,
        key=key(text),
        look=(element.tag, parent.tag, parent.get("class") or ""),
        path=path[::-1],
        linked=1.0 if "a" in tags else links / max(1, len(text)),
        is_aside=not tags.isdisjoint(_ASIDE),
        names=" ".join(f"{one.get('class') or ''} {one.get('itemprop') or ''}" for one in path[:3]),
        is_after_headline=is_after_headline,
    )


def _own_looks(extracted: Sequence[Block]) -> set[Look]:
    weights: Counter[Look] = Counter()
    numbers: Counter[Look] = Counter()
    for block in extracted:
        weights[block.look] += len(block.text)
        numbers[block.look] += 1
    return {look for look, weight in weights.items() if weight >= _OWN_SHARE * weights.total() and numbers[look] > 1}


def _region(blocks: Sequence[Block]) -> HtmlElement:
    """The deepest element that holds nearly all of these blocks' text."""
    weights: Counter[HtmlElement] = Counter()
    for block in blocks:
        for element in block.path[:-1]:
            weights[element] += len(block.text)
    total = sum(len(block.text) for block in blocks)
    region = blocks[0].path[0]
    depth = -1
    for block in blocks:
        for level, element in enumerate(block.path[:-1]):
            if level > depth and weights[element] >= _REGION_SHARE * total:
                region, depth = element, level
    return region


def _without_tail(lines: list[str], extracted: Sequence[Block], region: HtmlElement) -> list[str]:
    """Cut what follows the region's last line, if something of it is known to stand outside."""
    inside = {block.key for block in extracted if region in block.path}
    outside = {block.key for block in extracted} - inside
    keys = [key(line) for line in lines]
    last = max((index for index, one in enumerate(keys) if one in inside), default=len(lines) - 1)
    return lines[: last + 1] if any(one in outside for one in keys[last + 1 :]) else lines


def _is_paragraph(block: Block) -> bool:
    return (
        len(block.text) >= _PARAGRAPH_CHARS
        and block.linked < _MOST_LINKED
        and not block.is_aside
        and not is_notice(block.text)
    )


def _is_standfirst(block: Block, description: str) -> bool:
    if len(block.text) not in _STANDFIRST_CHARS or block.linked > _MOST_LINKED or block.is_aside:
        return False
    if is_notice(block.text) or is_dressing(block.text, set()):
        return False
    stated = key(description)[:50]
    if len(stated) > 30 and block.key.startswith(stated):
        return True
    return block.is_after_headline and bool(STANDFIRST.search(block.names))
