"""The delivery section: read with its secrets, and refused with line and advice."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from monitor.model import AlertSettings, DeliverySettings
from monitor.settings import check_config, load_config
from monitor.settings.delivery import DeliveryChannels, FolderChannel, MailChannel, Smtp, WebhookChannel, secret_key
from tests.config_material import WATCH, shown, write_config

SECRET = "whsec_" + "QUJD" * 8
CONTACT = "network: {contact: us@example.org}\n"
CHANNELS = """\
data_dir: data
network: {contact: us@example.org}
delivery:
  smtp:
    host: smtp.example.org
    user: desk
    password: ${SMTP_PASSWORD}
    sender: Widerhall <widerhall@example.org>
  mail:
    team: {to: [ada@example.org, emre@example.org]}
  folders:
    archive: {path: outbox, formats: html}
  webhooks:
    ours: {url: "https://example.org/${TOKEN}", secret: "${file:SECRETFILE}"}
"""


def test_channels_with_their_secrets(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(SECRET + "\n")
    text = CHANNELS.replace("SECRETFILE", str(tmp_path / "secret"))
    folder = write_config(tmp_path / "c", {"widerhall.yaml": text})
    config = load_config(folder, {"SMTP_PASSWORD": "p:w d", "TOKEN": "t"})
    assert config.daemon.delivery == DeliveryChannels(
        smtp=Smtp(host="smtp.example.org", user="desk", password="p:w d", sender="Widerhall <widerhall@example.org>"),
        mail={"team": MailChannel(to=("ada@example.org", "emre@example.org"))},
        folders={"archive": FolderChannel(path=folder / "data" / "outbox", formats=("html",))},
        webhooks={"ours": WebhookChannel(url="https://example.org/t", secret=SECRET)},
    )
    assert config.daemon.delivery.names == ("team", "archive", "ours")
    assert config.daemon.delivery.receivers("team") == ("ada@example.org", "emre@example.org")
    assert config.daemon.delivery.receivers("archive") == ("",)
    assert config.daemon.delivery.receivers("gone") == ()
    assert "p:w d" not in repr(config.daemon)
    assert SECRET not in repr(config.daemon)


def test_what_a_watch_says_of_delivery(tmp_path: Path) -> None:
    said = """\
delivery:
  digests: team
  resends: true
  alerts: {to: [team], score: 75, facets: [turkey], every_minutes: 10, story_again_hours: 2}
"""
    channels = CHANNELS.partition("  folders")[0]
    folder = write_config(tmp_path, {"widerhall.yaml": channels, "watches/w.yaml": WATCH + said})
    (watch,) = load_config(folder, {"SMTP_PASSWORD": "p"}).watches
    assert watch.delivery == DeliverySettings(
        digests=("team",),
        resends=True,
        alerts=AlertSettings(
            to=("team",),
            score=75,
            facets=("turkey",),
            every=timedelta(minutes=10),
            story_again=timedelta(hours=2),
        ),
    )


@pytest.mark.parametrize(
    ("section", "problem"),
    [
        ("  mial: {team: {to: a@b.org}}", "3:3: delivery.mial: unknown key «mial» (did you mean «mail»?)"),
        (
            "  smtp: {host: h, sender: W <w@b.org>}\n  mail: {team: {to: [ada]}}",
            "4:22: delivery.mail.team.to[0]: «ada» is no mail address; expected one such as desk@example.org",
        ),
        (
            "  smtp: {host: h}\n  mail: {team: {to: a@b.org}}",
            "3:9: delivery.smtp.sender: there are mail channels, and smtp.sender is not set"
            " (sender: Widerhall <widerhall@example.org>)",
        ),
        (
            "  folders: {x: {path: a}}\n  apprise: {x: {url: '${PHONE}'}}",
            "4:13: delivery.apprise.x: there is a channel «x» in folders too",
        ),
        ("  folders: {all: {path: a}}", "3:13: delivery.folders.all: «all» is no channel name; expected small letters"),
        ("  smtp: {host: h, password: '${NONE}'}", "3:29: delivery.smtp.password: the environment has no «NONE»"),
        (
            "  smtp: {host: h, password: '${file:/nowhere/x}'}",
            "3:29: delivery.smtp.password: «/nowhere/x» cannot be read: No such file or directory",
        ),
        (
            "  webhooks: {w: {url: 'https://x.org', secret: '${PHONE}'}}",
            "3:48: delivery.webhooks.w.secret: expected 24 to 64 random bytes in base64 (openssl rand -base64 32)",
        ),
        (
            "  webhooks: {w: {url: 'http://x.org', secret: '${SECRET}'}}",
            "3:23: delivery.webhooks.w.url: expected https://; http:// only to an address within"
            " network.allowed_networks",
        ),
        ("  smtp: {sender: nobody}", "3:18: delivery.smtp.sender: «nobody» is no sender; expected Widerhall <"),
        ("  excerpt_chars: 500", "3:18: delivery.excerpt_chars: expected at most 200, found the number 500"),
    ],
)
def test_mistakes_are_placed(tmp_path: Path, section: str, problem: str) -> None:
    folder = write_config(tmp_path, {"widerhall.yaml": f"data_dir: data\ndelivery:\n{section}\n"})
    found = shown(folder, check_config(folder, {"PHONE": "x", "SECRET": SECRET}))
    assert any(line.startswith(f"widerhall.yaml:{problem}") for line in found), found


def test_http_is_fine_within_ones_own_networks(tmp_path: Path) -> None:
    text = """\
network: {contact: us@example.org, allowed_networks: [127.0.0.0/8]}
delivery:
  webhooks:
    one: {url: "http://127.0.0.1:8000/x", secret: "${SECRET}"}
    two: {url: "http://localhost:8000/x", secret: "${SECRET}"}
"""
    folder = write_config(tmp_path, {"widerhall.yaml": text})
    assert check_config(folder, {"SECRET": SECRET}) == []


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("digests: [taem]", "16:13: delivery.digests[0]: widerhall.yaml has no channel «taem» (did you mean «team»?)"),
        (
            "alerts: {to: team, facets: [turky]}",
            "16:31: delivery.alerts.facets[0]: this watch has no facet «turky» (did you mean «turkey»?)",
        ),
        (
            "alerts: {to: team}",
            "16:16: delivery.alerts.to: nothing raises an alert (score: 70, or facets: […] that must all be touched)",
        ),
    ],
)
def test_what_a_watch_cites_is_there(tmp_path: Path, said: str, problem: str) -> None:
    watch = f"{WATCH}delivery:\n  {said}\n"
    channels = CHANNELS.partition("  folders")[0]
    folder = write_config(tmp_path, {"widerhall.yaml": channels, "watches/w.yaml": watch})
    assert shown(folder, check_config(folder, {"SMTP_PASSWORD": "p"})) == [f"watches/w.yaml:{problem}"]


def test_a_missing_library_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.settings.delivery_check.find_spec", lambda name: None)
    folder = write_config(
        tmp_path, {"widerhall.yaml": f"{CONTACT}delivery:\n  apprise: {{phone: {{url: '${{PHONE}}'}}}}\n"}
    )
    assert shown(folder, check_config(folder, {"PHONE": "json://x"})) == [
        "widerhall.yaml:3:3: delivery.apprise: apprise is not installed: nothing goes to these channels"
        " (pip install 'widerhall[apprise]')"
    ]
    assert load_config(folder, {"PHONE": "json://x"}).daemon.delivery.names == ("phone",)


def test_secrets_in_the_file_are_warned_of(tmp_path: Path) -> None:
    text = f"{CONTACT}delivery:\n  webhooks: {{w: {{url: 'https://x.org', secret: {SECRET}}}}}\n"
    (problem,) = check_config(write_config(tmp_path, {"widerhall.yaml": text}), {})
    assert problem.is_warning
    assert "a secret stands in the file" in str(problem)
    assert SECRET not in str(problem)


@pytest.mark.parametrize("secret", ["", "short", "whsec_c2hvcnQ=", "not base64 at all, really", "A" * 200])
def test_bad_secrets_sign_nothing(secret: str) -> None:
    assert secret_key(secret) is None


def test_a_secret_with_and_without_its_prefix() -> None:
    assert secret_key(SECRET) == secret_key(SECRET.removeprefix("whsec_")) == b"ABC" * 8
