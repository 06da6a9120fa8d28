"""The words by which walls, paywalls and tickers are known, by language. Data; used by kinds.py alone."""

from __future__ import annotations

import re


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


#: How a page's title begins that wants to know whether we are human.
CHALLENGE_TITLE = re.compile(
    "(?:"
    "just a moment|attention required|access (?:to this page has been )?denied|are you a robot|security check"
    "|checking your browser|verify(?:ing)? (?:that )?you are (?:a )?human|please wait|pardon our interruption"
    "|human verification|einen moment|bist du ein mensch|bir dakika|один момент|проверка|un momento|un instant"
    "|ddos-guard)",
    re.IGNORECASE,
)

#: What a wall before the content talks about.
CONSENT = _any(
    r"cookie|consent|tracking|privacy|\bgdpr\b|\btcf\b|advertising partners|your choices",
    r"einwillig|zustimm|datenschutz|werbepartner|\bdsgvo\b|werbefrei",
    r"çerez|kişisel ver|gizlilik|\bkvkk\b",
    r"куки|персональн\w+ данн|конфиденциальн",
    r"confidentialité|consentement|privacidad|consentimiento|informativa",
)

#: What stands where a paywalled text breaks off.
PAYWALL = _any(
    r"subscribe (?:now )?to (?:continue|read|unlock|keep)|(?:continue|keep) reading (?:with|by|for)",
    r"to (?:continue|keep) reading|sign in to (?:continue|read)|start your free trial|unlock this article",
    r"(?:article|story|content) is (?:for|available to|reserved for|exclusive to) (?:\w+ )?(?:subscrib|memb)",
    r"already a (?:subscriber|member)",
    r"(?:jetzt|hier) weiterlesen|weiterlesen mit|um weiterzulesen|artikel freischalten",
    r"(?:sie|du) (?:haben|hast) bereits ein (?:abo|konto)|(?:exklusiv )?für abonnent|nur (?:für|mit) (?:abo|plus)",
    r"jetzt (?:kostenlos |gratis )?testen",
    r"devamını (?:okumak|görmek) için|abone(?:lik|ler| ol)\w* (?:için|özel)|abone olun|üye girişi yap",
    r"только (?:для )?подписчик|оформите подписку|подпишитесь,? чтобы|доступ\w* по подписке",
    r"réservé aux abonnés|pour lire la suite|abonnez-vous|déjà abonné",
    r"solo para suscriptores|suscríbete para|para seguir leyendo|ya eres suscriptor",
    r"riservato agli abbonati|para continuar lendo|exclusivo para assinantes",
    r"للمشتركين فقط|اشترك لقراءة",
)

#: How addresses of running reports are written.
TICKER_URL = _any(
    r"live-?blog|live-?ticker|news-?blog|newsticker|minute-by-minute|live-updates|/live/",
    r"canli-(?:anlatim|blog|yayin)|onlayn|en-direct|en-vivo",
)

#: «14:05», «14.05 Uhr», «2:05 pm» at the beginning of a line.
LINE_TIME = re.compile(
    r"^(?:\+\+\+ )?(?:[01]?\d|2[0-3])[:.h][0-5]\d(?:\s?(?:uhr|am|pm|a\.m\.|p\.m\.|cet|gmt|est|bst|et)\b|\b)",
    re.IGNORECASE | re.MULTILINE,
)
