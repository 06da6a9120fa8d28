"""The words for what one actor does to another, in the languages that are read in full. Tables; see `relations`."""

#: Plain deeds between two actors; an asterisk takes any ending, an underscore is a space.
DEEDS = {
    "de": {
        "meets": "traf trifft trafen treffen getroffen telefonier* empfing empfängt empfangen besucht* sprach_mit",
        "criticises": "kritisier* verurteil* wirft warf vorgeworfen beschuldig* bezichtig* warnt* gewarnt",
        "attacks": "angegriffen griff* bombardier* beschoss* beschießt abgeschossen schoss* bekämpf* vertrieb*",
        "agrees": "einig* vereinbar* versöhn* kooperier* unterzeichn* zusammenarbeit* zusammengearbeitet",
        "supports": "unterstütz* stellte_sich_hinter verteidig* beliefer*",
        "punishes": "sanktionier* sanktionen_gegen strafmaßnahmen_gegen",
    },
    "en": {
        "meets": "met meets meet meeting_with talks_with spoke_with spoke_to telephoned phoned hosted visited visits",
        "criticises": "criticis* criticiz* condemn* accuse accuses accused accusing blame* denounc* slam* warned warns "
        "lashed_out",
        "attacks": "attacked attacks attacking bombed bombs bombing struck shot_down shoot_down shooting_down shelled "
        "fired_on killed to_fight fights fighting fought",
        "agrees": "agree agrees agreed agreeing reconcil* signed cooperat* coordinat* deal_with normalis* normaliz*",
        "supports": "supports supported supporting support_for backs backed defends defended allied_with",
        "punishes": "sanctioned sanctions_on sanctions_against punish* expel*",
    },
    "tr": {
        "meets": "görüştü* görüşme* görüşecek* görüşüyor* görüşen bir_araya_gel* buluş* ziyaret* ağırla* kabul_etti",
        "criticises": "eleştir* suçla* kına* tepki* uyar*",
        "attacks": "saldır* bombala* vurdu* vuran* vurul* düşür* ateş_aç* öldür*",
        "agrees": "anlaş* uzlaş* imzala* işbirliği_yap* iş_birliği_yap*",
        "supports": "destekle* destek_ver* destek* savundu savunuyor",
        "punishes": "yaptırım* ambargo*",
    },
    "ru": {
        "meets": "встрет* встреч* провёл_переговоры провел_переговоры переговоры_с беседова* посети* принял*",
        "criticises": "критик* раскритик* осуди* осужда* обвини* обвиня* предупре*",
        "attacks": "атак* удар* бомб* сбил* сбит* обстрел* уничтож* ликвидир* напал*",
        "agrees": "договори* согласова* согласи* подписа* сотруднич* нормализ*",
        "supports": "поддержал* поддержива* помога* защища* вооружил* вооружа*",
        "punishes": "санкци*",
    },
}
#: Between a deed and a name they say where it is done, not to whom.
PLACES_OF_DEEDS = {
    "de": "in im aus bei beim nach über während durch",
    "en": "in at from near inside across into over by than after before",
    "tr": "",
    "ru": "в во из над под после через для вблизи около близ",
}
#: Between two names they turn the deed round: «X was shot down by Y».
PASSIVES = {
    "de": r"\b(?:wurde|wurden|wird|werden)\b.*\b(?:von|durch)\b",
    "en": r"\b(?:was|were|been|is|are|being)\b.*\bby\b",
    "tr": r"\btarafından\b",
    "ru": r"(?!)",
}
