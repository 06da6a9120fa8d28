"""A keyword added in an address, as the edit of the watch file that it would be. Asks; writes nothing."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.config_edit import GROUPS, Edit, add_phrase, add_rule
from monitor.errors import ConfigError, WiderhallError
from monitor.model import Watch
from monitor.seeds import PROFILE
from monitor.settings import read_config

if TYPE_CHECKING:
    from monitor.desk.web import Desk

#: A phrase is cut here, and what names a new rule.
PHRASE_CHARS, NAME_CHARS = 200, 40


@dataclass(frozen=True, kw_only=True)
class Change:
    """A phrase for a rule, and what came of asking for it."""

    rule: str = ""
    language: str = ""
    phrase: str = ""
    #: The watch with it, what would change in its file, and the option that writes it.
    watch: Watch
    diff: str = ""
    option: str = ""
    #: Why it cannot be.
    refused: str = ""


def read_change(desk: Desk, watch: Watch, query: Mapping[str, str]) -> Change:
    """The change an address asks for; `rule` is a rule's name, or «+none», «+any», «+all» for a new one."""
    phrase = query.get("phrase", "").strip()[:PHRASE_CHARS]
    rule, language = query.get("rule", "")[:PHRASE_CHARS], query.get("phrase_language", "").strip()[:8]
    if not phrase:
        return Change(watch=watch)
    group = rule.removeprefix("+") if rule.startswith("+") else ""
    try:
        config = desk.config()
        path = config.directory / "watches" / f"{watch.id}.yaml"
        text = path.read_text(encoding="utf-8")
        if group in GROUPS:
            name = phrase[:NAME_CHARS]
            edit = Edit(path=path, before=text, after=add_rule(text, name, group, [phrase]))
            option = f"--add-rule {shlex.quote(f'{name}={group}:{phrase}')}"
        else:
            edit = Edit(path=path, before=text, after=add_phrase(text, rule, phrase, language=language))
            said = f"{rule}/{language}={phrase}" if language else f"{rule}={phrase}"
            option = f"--add-keyword {shlex.quote(said)}"
        changed, problems = read_config(
            config.directory, os.environ, seeds=list(desk.store.documents(PROFILE)), replaced={path: edit.after}
        )
        if changed is None:
            raise ConfigError([problem for problem in problems if not problem.is_warning])
    except (OSError, WiderhallError) as error:
        return Change(rule=rule, language=language, phrase=phrase, watch=watch, refused=str(error))
    after = next((each for each in changed.watches if each.id == watch.id), watch)
    diff = "".join(line for line in edit.diff.splitlines(keepends=True) if not line.startswith(("---", "+++")))
    return Change(rule=rule, language=language, phrase=phrase, watch=after, diff=diff, option=option)
