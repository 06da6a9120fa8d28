"""The words by which walls, paywalls, tickers and a page's own remarks are known, one line or more a language. Data.

General ways of speaking only: a phrase that one site uses has no place here.
"""

from __future__ import annotations

import re


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


def _line(*patterns: str) -> re.Pattern[str]:
    """One of these and nothing else."""
    return re.compile("(?:" + "|".join(patterns) + ")$", re.IGNORECASE)


# --- pages ---------------------------------------------------------------------------------------------------------

#: How a page's title begins that wants to know whether we are human.
CHALLENGE_TITLE = _any(
    r"just a moment|attention required|access (?:to this page has been )?denied|are you a robot|security check",
    r"checking your browser|verify(?:ing)? (?:that )?you are (?:a )?human|human verification|please wait",
    r"pardon our interruption|ddos-guard",
    r"einen moment|bist du ein mensch|sind sie ein (?:mensch|roboter)|sicherheitsüberprüfung",
    r"bir dakika|güvenlik kontrolü",
    r"один момент|проверка (?:браузера|безопасности)",
    r"un momento|un instant|vérification",
)

#: What it says.
CHALLENGE_TEXT = _any(
    r"captcha|(?:verify|confirm|prove) (?:that )?you(?:['’]re| are) (?:a )?human|unusual traffic|ray id",
    r"(?:kein|keine) (?:ro)?bot|ungewöhnlichen (?:datenverkehr|traffic)|robot olmadığınızı|не робот",
    r"pas un robot|no (?:eres|es) un robot",
)

#: What stands as a page's title or headline where its article is no more.
MISSING_TITLE = _any(
    r"^404\W*$|\b404\W+(?:error|not found|page|seite|sayfa|страница)|(?:error|fehler|hata|ошибка|erreur)\W+404\b",
    r"^not found\b|(?:page|article|story) (?:was |could )?(?:not (?:be )?found|does(?: not|n['’]t) exist)",
    r"(?:seite|artikel) (?:wurde |konnte |existiert )?(?:leider )?nicht (?:gefunden|mehr|verfügbar)",
    r"sayfa bulunamadı|страница не (?:найдена|существует)|page (?:introuvable|non trouvée)|página no encontrada",
    r"pagina non trovata|الصفحة غير موجودة",
)

#: A whole title, with at most a site's name behind it, where the site itself is not there just now, or no more.
AWAY_TITLE = _any(
    r"^(?:(?:50[0234]\W+)?(?:internal server error|bad gateway|service (?:temporarily )?unavailable|gateway time-?out)"
    r"|(?:(?:site|we are|we['’]re) )?(?:down for|under|scheduled) maintenance|maintenance(?: mode)?"
    r"|wartungsarbeiten|wartung(?:smodus)?|bakım (?:çalışması|modu)|технические работы|site en maintenance"
    r"|sitio en mantenimiento|sito in manutenzione|(?:this domain|[\w-]+(?:\.[\w-]+)+) (?:is|may be) for sale)"
    r"\W*(?:\s[-–—|·:]\s.{1,60})?$",
)

#: How the title of a page begins where one logs in.
LOGIN_TITLE = _any(
    r"(?:log|sign)[- ]?in\b|(?:jetzt )?(?:anmelden|einloggen)\b|anmeldung\b|(?:üye )?giriş[i ]|oturum aç",
    r"вход\b|войти\b|авторизация\b|connexion\b|se connecter\b|iniciar sesión|accedi\b|تسجيل الدخول",
)

#: How the addresses of consent pages are written.
CONSENT_URL = re.compile(
    r"(?://|[./])(?:consent|cookie-?wall|zustimmung|einwilligung|privacy-?(?:gate|wall))[./?]", re.I
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
    r"devamını (?:okumak|görmek) için|abone\w* özel|üye girişi yap",
    r"только (?:для )?подписчик|оформите подписку|подпишитесь,? чтобы|доступ\w* по подписке",
    r"réservé aux abonnés|pour lire la suite|abonnez-vous|déjà abonné",
    r"solo para suscriptores|suscríbete para|para seguir leyendo|ya eres suscriptor",
    r"riservato agli abbonati|para continuar lendo|exclusivo para assinantes",
    r"للمشتركين فقط|اشترك لقراءة",
)

#: How running reports are called in titles and addresses.
TICKER_NAME = _any(
    r"live-?\s?blog|live-?\s?ticker|news-?blog|newsticker|minute[- ]by[- ]minute|live[- ]updates|/live/",
    r"canl[iı][- ](?:anlat[iı]m|blog|yay[iı]n)|онлайн|en[- ]direct|en[- ]vivo|minuto a minuto",
)

#: How series of pictures are called in titles and addresses.
GALLERY_NAME = _any(
    r"photo[- ]?galler|picture[- ]?galler|^in pictures|bilder-?(?:galerie|strecke)|foto-?(?:strecke|galerie)",
    r"foto-?galeri|фото(?:галере|репортаж|лент)|diaporama|galer[ií]a[- ]de[- ](?:fotos|imágenes)",
)

#: «14:05», «14.05 Uhr», «2:05 pm» at the beginning of a line.
LINE_TIME = re.compile(
    r"^(?:\+\+\+ )?(?:[01]?\d|2[0-3])[:.h][0-5]\d(?:\s?(?:uhr|am|pm|a\.m\.|p\.m\.|cet|gmt|est|bst|et)\b|\b)",
    re.IGNORECASE | re.MULTILINE,
)

# --- boxes ---------------------------------------------------------------------------------------------------------

#: Accessible names of boxes that are not part of the article.
LABEL = _any(
    r"newsletter|advert|related|recommend|share|comment|cookie|consent|breadcrumb|social|promo",
    r"anzeige|werbung|empfehl|mehr zum thema|teilen|kommentar|weitere (?:artikel|themen)",
    r"reklam|ilgili|реклам|publicit|lire aussi|publicidad|también te",
)

#: Class names of the sentences between headline and text.
STANDFIRST = _any(
    r"stand-?first|sub-?(?:title|headline|line|head)|lead-?(?:text|in)|intro|excerpt|summary|abstract|description|synopsis",
    r"(?<![a-z])(?:lead|dec?k|spot)(?![a-z])|vorspann|teaser-?text|anrei(?:ss|ß)er|chapo|bajada|sumario",
)

# --- lines ---------------------------------------------------------------------------------------------------------

#: How a line begins that only leads to another article.
POINTER = _any(
    r"read (?:more|also|next|full story)|also read|more\s?:|related(?: (?:articles?|stories|content|coverage))?\s?[:|]",
    r"see (?:also|more)|recommended|you may (?:also )?like|don['’]t miss|watch:|listen:|click here|explore further",
    r"lesen sie (?:auch|dazu|hier|mehr)|lesen:|mehr (?:zum thema|dazu|lesen)|auch interessant|zum artikel|siehe auch",
    r"weiterlesen|das könnte (?:sie|dich) (?:auch )?interessieren|passend dazu|mehr themen|weiterführende links",
    r"ayrıca (?:bakın|okuyun)|ilgili haber|bunlar da ilginizi|devamı için",
    r"читайте также|читать также|также по теме",
    r"lire aussi|à lire|voir aussi|lee también|leer más|le puede interesar|más información|leggi anche",
    r"leia (?:também|mais)|اقرأ أيضا|اقرأ المزيد",
)

#: A picture's credit standing alone.
CREDIT = _any(
    r"^(?:photos?|photographs?|images?|pictures?|credits?|fotos?|bild(?:er)?|quellen?|фото|fotoğraf|crédit)"
    r"\s*(?:by|von)?\s*[:©|(\[]",
    r"^©|(?:via |/)\s?(?:getty images?|reuters|afp|dpa|ap|imago|epa|picture alliance)\)?$",
)

#: What stands for something that is not shown.
NOTICE = _any(
    r"^(?:advertisement|ad|anzeige|werbung|reklam|реклама|publicité|publicidad|pubblicità)$",
    r"(?:story|article) continues (?:below|after)|enable javascript|javascript is disabled|browser does not support",
    r"this (?:video|content) (?:is not available|cannot be)|allow (?:all )?cookies to (?:view|see)",
    r"extern\w* inhalt|empfohlener (?:redaktioneller |externer )?inhalt|privatsphäre-einstellungen",
    r"datenschutzeinstellungen|javascript deaktiviert",
)

#: How a page signs off below its article.
SIGN_OFF = _any(
    r"newsletter|sign up (?:for|to)|subscribe (?:to|now)|follow (?:us|\S+|[\w .]{2,40}) on|in your inbox",
    r"download (?:the|our) .{0,30}app|breaking news,? (?:exclusive|alerts)|get in touch|tell us what you think|send us",
    r"(?:got|have) a (?:news )?(?:story|tip)|you may also like|with (?:reporting|files) (?:by|from)|read (?:more|next)",
    r"additional reporting|contributed to this (?:report|story|article)|(?:editing|reporting) by|all rights reserved",
    r"(?:first|originally) (?:published|appeared)|copyright|^©|^\(c\)|republished? with permission|^comments?$",
    r"zuerst (?:bei|in|auf) .{1,40}erschienen|maschinelle übersetzung|alle rechte vorbehalten|^kommentare?$",
    r"folgen sie (?:uns|der|dem)|abonnieren sie|jetzt anmelden|mehr zum thema|whatsapp[- ](?:kanal|channel)",
    r"mehr (?:themen|nachrichten|meldungen|artikel) (?:auf|aus|zu|finden)|finden sie (?:jederzeit )?(?:in|auf) unserem",
    r"^(?:sources?|quellen?|redaktion|kaynak|источник|fuente|fonte|via)\s?:",
    r"\babone(?:lere|lik| olun)|bizi takip edin|whatsapp kanalı",
    r"подпис(?:ыва|ат|ывай)\w* на|наш\w* телеграм|telegram[- ](?:канал|channel)",
)

#: A line that is only a date, a time, a reading time or an address.
DATE_LINE = _line(
    r"(?:(?:update[d]?|published|posted|stand|veröffentlicht|aktualisiert|publié(?: le)?|güncelle\w+|опубликовано"
    r"|am|on|le|el)[\s:]*)*"
    r"[\d\s.,:/|·–-]*(?:(?:mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so)\w{0,8}\.?,?\s*)?(?:[a-z]{2,4}t,?\s+)?"
    r"(?:\d{1,2}\.?\s*\w{3,10}\.?,?\s*\d{4}|\w{3,10}\.?\s+\d{1,2},?\s*\d{4}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}"
    r"|\d{1,2}:\d{2})"
    r"[\d\s.,:/|·–()-]*(?:(?:uhr|am|pm|a\.m\.|p\.m\.|[a-z]{2,4}t|gmt|utc|min(?:uten)?|et)\.?,?\s*)*[\d\s.,:/|·–()-]*",
    r".{0,25}\b\d{1,2}\s?(?:min(?:\.|uten|utes?|utos?)?|мин\w*|dk)(?: (?:read|lesezeit|de lecture))?",
    r"https?://\S+",
)

#: How a byline begins.
BYLINE = _any(r"(?:by|von|par|por|di|yazan|text|автор|interview|от)(?:\s|:)\s*")
