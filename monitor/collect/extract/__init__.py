"""Make an article of a page: its text without menus, its title, date and authors, and a judgement of what text it is.

The only package that knows trafilatura. `extract_page` is pure and may hang or eat memory on a hostile page: call it
through ProcessExtractor, which gives each page a process that can be killed. What a page lacks, the feed may say.
"""

from monitor.collect.extract.fallback import FEED_METHOD, fallback_extraction, is_told_whole
from monitor.collect.extract.fast import FIRST, fast_text, first_extraction
from monitor.collect.extract.page import extract_page
from monitor.collect.extract.process import ProcessExtractor
from monitor.collect.extract.refresh import refresh_target

__all__ = [
    "FEED_METHOD",
    "FIRST",
    "ProcessExtractor",
    "extract_page",
    "fallback_extraction",
    "fast_text",
    "first_extraction",
    "is_told_whole",
    "refresh_target",
]
