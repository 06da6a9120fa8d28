"""The words that show who acts: speech, places, deeds, in the languages that are read for them.

Tables only, folded as `names.fold` does. Nothing here is looked for by itself; `actors`, `discovery`, `quotes` and
`relations` say how. Languages without a table (Arabic, French) get their actors from the gazetteer alone.
"""

from monitor.analyse.name_words import forms as _forms
from monitor.analyse.name_words import words as _words

#: Before one of these «the Turkish military» is no body but whose thing it is.
MILITARY_THINGS = _words("""
    jet jets plane planes aircraft warplane warplanes helicopter helicopters operation operations base
    bases action actions intervention campaign presence personnel equipment hardware exercise exercises
    force forces offensive strike strikes aid adviser advisers advisors coup police convoy vehicle
    vehicles involvement build-up buildup support power assets activities activity outpost outposts
    hospital attache
""")

#: What is called after people, behind the name: «Ataturk Airport», «Atatürk-Flughafen», «Atatürk Havalimanı».
CALLED_AFTER = _words("""
    airport stadium square street avenue boulevard university hospital Flughafen Straße Platz Universität Stadion
    Havalimanı Havaalanı Stadı Stadyumu Caddesi Bulvarı Meydanı Köprüsü Barajı Üniversitesi Hastanesi Lisesi
""")  # fmt: skip
#: And before it: «аэропорт имени Ататюрка», «l'aéroport Atatürk», «مطار أتاتورك».
CALLED_BEFORE = _words("""
    Flughafen aéroport rue stade аэропорт аэропорта аэропорту аэропортом аэропорте университет университета
    университете улица улице улицы площадь площади مطار بمطار لمطار ومطار شارع ميدان جامعة ملعب
""")  # fmt: skip

#: A capital right after one of these is a place: «in Ankara», «из Москвы».
PLACE_PREPOSITIONS = {
    "de": _words("in nach aus bei über um durch innerhalb außerhalb nahe Raum Stadt Hauptstadt Großraum ab bis zu"),
    "en": _words("in at to from near outside inside around across toward towards visiting through via leaving of city"),
    "ru": _words("""
        в во из под через около близ столичный пригорода пригороде пригороды пригород окрестностях
        городе города столице столицы столицей
    """),
    "tr": _words("başkent başkenti"),
}
#: With one of these before it the preposition leads to a government after all: «allied to Ankara».
NOT_PLACE_BEFORE = _words("""
    allied loyal close message warning ultimatum aid support according opposed opposition hostile signal
    response letter appeal proposal linked ties thanks threat pressure deal
""")
#: With one of these before it «von» leads to a place: «50 Kilometer von Damaskus».
DISTANCES = _words(
    "Nähe Kilometer km Westlich Östlich Nördlich Südlich Unweit Vororte Vororten Stadtrand Vorort miles north "
    "south east west outskirts suburb suburbs streets mayor center centre heart"
)

#: A capital before one of these is a place: «Moscow airport», «Ankara Büyükelçisi».
PLACE_FOLLOWERS = _words("""
    airport region oblast street suburb suburbs university hospital stadium bombing bombings attack
    attacks metro time conference summit stock based province Flughafen Airport Büyükelçisi Büyükelçiliği
    Üniversitesi Havalimanı Belediyesi Büyükşehir Valisi Valiliği Emniyet Cumhuriyet Barosu Garı Caddesi
    saatiyle merkezli temsilcisi muhabiri Anlaşması Anlaşmaları Zirvesi Konferansı'nda Konferansı
    gerçekleşen Sanayi Ticaret
""")  # fmt: skip
#: Directly before a capital, with or without a comma.
CAPITAL_OF = (
    r"(?:\bcapital|Hauptstadt|столиц\w+|başkent\w*),? $"
    r"|\b(?:Alba|Hertha|Union|Real|Atl[eé]tico|Maccabi|Hapoel|Dynamo|Spartak) $"  # clubs
)
#: A capital in the Turkish dative before one of these is where somebody goes.
TURKISH_GOING = r"['’\x92]?y?[ae] (?:gel|git|gid|var|uç|ulaş|dön|düzenle|ziyaret|gönder|hareket)"
#: «Şam'ın Mezra semtinde»: a part of the city, not of what its government does.
TURKISH_PART = r"['’\x92]?n?[ıiuü]n (?:\w+ ){0,4}?(?:semt|mahalle|merkez|banliyö|kırsal|ilçe|sokak|cadde|kent)"
#: Turkish endings that make a capital a place: locative, ablative, and their -ki.
TURKISH_PLACE_SUFFIX = r"['’\x92]?n?[dt][ae](?:n|ki\w*)?\b|['’\x92]?l[ıiuü]\b"

#: Finite forms that report what somebody says or thinks.
SPEECH_VERBS = {
    "de": _forms("""
        sagte sagten sagt sagen erklärte erklärten erklärt betonte betonten betont teilte teilten
        mitteilte mitteilten kündigte kündigten fügte warnte warnten warnt forderte forderten fordert
        kritisierte kritisierten kritisiert bezeichnete bezeichneten bezeichnet äußerte äußerten
        äußert meinte meint schrieb schreibt schrieben berichtete berichteten berichtet berichten
        meldete meldeten meldet behauptete behaupteten behauptet bestätigte bestätigten bestätigt
        versicherte versicherten bekräftigte bekräftigten unterstrich unterstreicht erwiderte
        antwortete fragte lobte verurteilte verurteilten räumte stellte drohte verkündete verkündeten
        führte fuhr mahnte mahnten beschuldigte warf wirft verwies verweist dementierte wies beklagte
        beteuerte erläuterte hofft hoffte glaubt glaubte rief sprach nannte schildert erzählt erzählte
        kommentierte bezichtigt bestreitet weist weisen zuversichtlich überzeugt deutlich prangerte
        monierte zitierte klagte argumentierte sieht hieß heißt angab rechnet schätzt vermutet
        spekulierte plädierte resümierte konstatierte gab erklären betonen fordern warnen kritisieren
        melden meinen behaupten bestätigen vermuten glauben hoffen bemerkt bemerkte attestierte
        ergänzte ergänzt entgegnete konterte urteilte urteilt prognostiziert prognostizierte
        prophezeite erwartet erwartete verlautete kündigt kündigen mahnt klagt gestand signalisierte
        versprach verspricht appellierte appelliert befürchtet befürchtete fürchtet verlangt verlangte
        begründete fasste freute entschuldigte berichteten twitterte äußerten fügt analysiert
        analysierte moniert rügte schrieb verkündet erinnerte erinnert schlug bekannte gesteht beteuert
        argumentiert unterstreichen lautet lautete gaben werfen warfen beziffert bezifferte
    """),
    "en": _forms("""
        said says say told tells added adds stated states announced announces declared insisted
        insists argued argues claimed claims warned warns noted notes stressed stresses explained
        explains replied responded asked wrote writes tweeted acknowledged confirmed confirms denied
        denies vowed emphasized emphasised reiterated suggested suggests maintained maintains reported
        reports predicted urged urges demanded promised pledged hinted commented recalled believes
        believed thinks considers contends contended quipped remarked observed testified estimated
        estimate alleged charged cautioned complained lamented conceded admitted boasted called calls
        declaring declares asserted asserts concluded concludes continued disclosed reckons recounted retorted
        revealed reveals signaled signalled threatened proclaimed proclaims opined promising vowing
        confirming acknowledging explaining quoted elaborated
        accused saying stating adding telling writing arguing insisting claiming noting warning
        stressing asking describing described describes underlined underlines indicated indicates clarified
        clarifies answered joked countered repeated repeats vows pledges promises hoped expressed feared
        informed assured hailed underscored highlighted outlined declares
    """),
    "ru": _forms("""
        сказал сказала сказали заявил заявила заявили заявляет заявляют сообщил сообщила сообщили
        сообщает сообщают отметил отметила отметили отмечает подчеркнул подчеркнула подчеркнули
        подчёркивает добавил добавила добавили рассказал рассказала рассказали пояснил пояснила
        пояснили уточнил уточнила уточнили считает считают полагает полагают напомнил напомнила
        объявил объявила объявили назвал назвала назвали утверждает утверждают утверждал указал
        указала указывает призвал призвала призвали признал признала ответил ответила предупредил
        предупредила пообещал пообещала подтвердил подтвердила подтвердили опроверг опровергла
        предположил предположила написал написала пишет пишут констатировал говорит говорят говорил
        говорится заключил заключает резюмировал выразил выразила приводит цитирует объяснил объяснила
        обвинил обвинила прокомментировал высказал высказался высказалась уверен уверена убеждён
        парировал поделился поделилась продолжил продолжила заверил уверял уверяет добавляет добавляют
        напоминает напоминают напомнили заявлял заявляла отрицает отрицают рассказывает рассказывают
        уточняет уточняют подчеркивают поясняет поясняют объясняет объясняют настаивает настаивают
        опасается опасаются надеется признает признают отмечают считал считала убеждены уверены
        убежден уверена сообщается сообщалось отмечается говорится говорилось призывает призывают обвиняет
        обвинили предупреждает предупредили прогнозирует ожидает намекнул пожаловался заметил заметила
        ответили высказала доложил обещает пообещали замечает утверждала утверждали предположила счел
        сообщал сообщали докладывал информирует добавив подчеркнув отметив заявив указав пояснив
        уточнив напомнив сообщив предупредив подчеркивая отмечая указывая добавляя заявляя утверждая
        называет называют выразили высказались опровергли опровергает констатирует комментирует
        потребовал потребовала потребовали требует требуют
        допустил допустила допустили допускает допускают исключил исключила исключили исключает
        пригрозил пригрозила грозит угрожает раскритиковал раскритиковала раскритиковали осудил осудила осудили
        подтверждает подтверждают подтвердили указали указывают призвали призывают признали обещают надеются
        верит сомневается рассчитывает разъяснил разъяснила проинформировал проинформировали
        известил оценил оценила охарактеризовал пошутил спросил воскликнул настоял вспомнил сетует отверг отвергла
        подытожил посетовал возразил согласился уверяют полагал упомянул объявили назвав
    """),
    "tr": _forms("""
        dedi diyor demişti söyledi söylüyor söylemişti belirtti belirtiyor belirtmişti etti etmişti
        ediyor kullandı kullanmıştı kaydetti kaydetmişti açıkladı açıklamıştı bildirdi bildirmişti
        savundu vurguladı konuştu konuşmuştu duyurdu duyurmuştu aktardı ekledi hatırlattı
        hatırlatmıştı getirdi verdi uyardı bulundu bulunmuştu yineledi sürdü çizdi çekti yazdı
        söylemiş duyurmuştu dile anlattı eleştirdi yaptı diledi değindi savunuyor vurguluyor düşünüyor
        inanıyor kaydediyor bulunuyor açıklıyor bildiriyor önerdi öngördü yalanladı doğruladı anlatıyor
        aktarıyor uyarıyor kınadı
    """),
}  # fmt: skip

#: Nouns as well, where one of these stands before: «no reports», «news reports», «these claims».
NOUNS_TOO = _forms("reports claims calls states charges estimate")
BEFORE_NOUNS = _forms("""
    no the of some these those its his her their our news media witness press such any previous earlier many several
    and or to for from in on if with initial unconfirmed conflicting local european western arab gulf member other all
    after later early recent intelligence rejected dismissed denied amid
""")
#: The same in more words than one.
ENGLISH_PHRASES = r"\b(?:point(?:s|ed|ing) out|(?:shot|fired|hit) back|ma(?:de|kes?) clear|went on to say)\b"
#: The words that these begin with.
ENGLISH_PHRASE_OPENERS = _forms("point points pointed pointing shot fired hit made make makes went")

#: German papers «berichten» and «schreiben»; these only people do.
PERSONAL_VERBS = _forms("sagte sagt erklärte erklärt betonte betont meinte meint so")
#: Verbs that may be followed by whom they are addressed to or about, not by who speaks.
OBJECT_VERBS = _forms("""
    told tells called calls urged urges asked warned warns accused charged warf wirft beschuldigte
    bezichtigt kritisierte kritisierten forderte forderten fordert lobte bezeichnete bezeichneten
    bezeichnet werfen warfen versprach verspricht verurteilte verurteilten mahnt mahnte warnte warnt warnen
    rief nannte bestätigte bestätigten verlangte
    verlangt kritisiert kritisieren fordern attestierte befürchtet befürchtete fürchtet kündigte kündigt
    verkündete prognostiziert prognostizierte beklagte назвал назвала назвали
    призвал призвала обвинил обвинила
""")
#: Who speaks is who spoke, or acted, last.
OPEN_PRONOUNS = _forms("sie it they они")  # a body as well as a person
PRONOUNS = _forms("he she they it er sie он она они o kendisi его её")
#: A name behind one of these is not who speaks: «Putin, who met Erdoğan, said».
RELATIVE_PRONOUNS = _forms("who which whose whom where который которая которые которого которой где")
#: Whose the next one is: «his spokesman».
POSSESSIVES = _forms("his her their its sein seine ihr ihre его ее её их")
#: One of many, who stays unnamed: «a senior U.S. official».
INDEFINITE = _forms("a an another ein eine einer einem bir")
#: A person's post instead of the name, where the person was named before.
BARE_TITLES = {
    "de": _forms("""
        präsident präsidentin minister ministerin außenminister außenministerin verteidigungsminister
        kanzlerin kanzler regierungschef staatschef premier ministerpräsident premierminister experte
        expertin politiker politikerin analyst botschafter general vorsitzende kremlchef kremlsprecher
        senator autor bub
    """),
    "en": _forms("""
        president minister chancellor premier senator general spokesman spokeswoman expert ambassador secretary
        leader head
    """),
    "ru": _forms("""
        президент политик эксперт министр премьер лидер государства глава дипломат аналитик политолог
        депутат сенатор собеседник посол чиновник спикер канцлер генерал специалист правительства
        президента политика эксперта министра премьера лидера главы дипломата аналитика политолога депутата сенатора
        собеседника посла спикера канцлера генерала специалиста
    """),
    "tr": _forms("""
        komutan politikacı milletvekili bakan bakanı başbakan cumhurbaşkanı büyükelçi sözcü başkan diplomat
        uzman lider
    """),
}
#: «Generalsekretär», «Kremlchef», «Außenbeauftragte».
GERMAN_TITLE_ENDINGS = (
    "präsident", "präsidentin", "minister", "ministerin", "sekretär", "sekretärin", "chef", "chefin", "kanzler",
    "kanzlerin", "senator", "senatorin", "forscher", "forscherin", "loge", "anwalt", "anwältin", "historiker",
    "ökonom", "kommissar", "kommissarin", "direktor", "direktorin", "bürgermeister", "diplomat", "kommandeur",
    "beauftragte", "gesandte", "sprecher", "sprecherin", "politiker", "politikerin", "experte", "expertin", "leiter",
    "wissenschaftler", "wissenschaftlerin", "theoretiker", "philosoph", "journalist", "journalistin", "autor",
    "autorin", "reporter", "reporterin", "aktivist", "aktivistin", "ermittler", "prediger", "führer", "anführer",
)  # fmt: skip
#: A body's kind instead of its name, where the body was named before.
BARE_BODIES = _forms("""
    army military ministry group statement armee organisation hilfsorganisation partei militär ministerium miliz
    vorlage kommission behörde erklärung beobachtungsstelle generalstab militärs ministeriums
    ведомства министерства организации документа center centre observatory monitor watchdog council commission committee
    alliance bloc
    bank institute parliament brigade division ведомство ведомстве министерство документе bakanlık ordu örgüt
""")
#: Somebody speaks, and stays unnamed.
UNNAMED = {
    "de": _forms("""
        ein eine einer behörden experten beobachter aktivisten augenzeugen medien medienberichten
        bewohner kritiker kreise sicherheitskräfte diplomaten analysten polizei zeugen armeeangaben
        berichten
    """),
    "en": _forms("""
        a an another officials official sources source activists residents witnesses analysts experts
        critics observers reports media some many police authorities diplomats survivors russians turks kurds
        syrians iraqis iranians americans rebels militants
    """),
    "ru": _forms(
        "эксперты источник источники очевидцы жители власти сми телевидение специалисты аналитики наблюдатели"
    ),
    "tr": _forms("""
        yetkililer yetkilileri yetkili muhabiri sunucusu kaynaklar kaynakları
        kaynak uzmanlar görgü aktivistler yetkilisi basını medyası gazetesi
        ajansı yazıda haberde taraflar muhalifler tanıklar
    """),
}
#: Whose word is nobody's by name: «по мнению экспертов банка», «according to two Pentagon officials».
PEOPLE_OF_BODIES = _forms("""
    officials official sources source activists diplomats analysts experts media reports commanders commander
    experten aktivisten kreisen beamten diplomaten analysten medien
    экспертов аналитиков источников источника чиновников специалистов представителей представителя дипломатов сми
    военных наблюдателей
""")
#: After an adjective of a state: its government speaks. Its officials do not: they are people without a name.
GOVERNMENT_NOUNS = _words("""
    government authorities military ministry administration forces army Regierung Behörden Führung Seite Militär
    Präsidialverwaltung власти сторона правительство руководство hükümet hükümeti makamlar yönetimi
""")
#: «Laut serbischem Verteidigungsministerium»; folded.
GOVERNMENT_ENDINGS = ("ministerium", "ministeriums", "behorde", "behorden", "armee", "streitkrafte", "regierung")
#: A name after one of these is not the subject.
SUBJECT_BLOCKERS = {
    "de": _forms("""
        mit gegen über von vom zu zum zur bei beim nach aus in im an am auf für durch um vor des der
        gegenüber laut ohne zwischen unter seit trotz wegen den dem einem einer
    """),
    "en": _forms("""
        with against about of to from in on at for by near under between over into toward towards like after than
        alongside beside beyond before behind during among amid despite upon within without since until via through
    """),
    "ru": _forms("с со против о об от из в во на для к ко по при между над под у за через до"),
    "tr": frozenset[str](),
}
#: «According to»: what leads to a name that speaks.
ACCORDING = {
    "de": (
        r"\b(?:laut|aus (?:der )?Sicht(?: der| des| von)?"
        r"|(?:seiner|ihrer) (?:Ansicht|Meinung|Einschätzung|Aussage) nach"
        r"|nach (?:den |offiziellen |eigenen |seinen |ihren |dessen |vorläufigen )?"
        r"(?:[\w-]*[Aa]ngaben|Worten|Aussagen?|Ansicht|Meinung|Einschätzung|Erkenntnissen"
        r"|Darstellung|Auffassung|Überzeugung|Lesart|Bekunden|Berechnungen|Informationen|Schätzungen)"
        r"(?: (?:der|des|von|aus))?)\b"
    ),
    "en": (
        r"\b(?:according to|in the (?:words|view|opinion) of"
        r"|in (?:[\w.-]+ ){0,3}?[\w.-]+['’]s? (?:words|view|opinion))\b"
    ),
    "ru": (
        r"\b(?:по (?:его |её |ее |их )?(?:словам|мнению|данным|оценк[еа]м?|информации|сведениям|убеждению|версии"
        r"|утверждению|признанию|выражению|заявлению|прогноз(?:у|ам)|подсч[её]там)|с точки зрения"
        r"|как (?:сообщ|отмет|заяв|рассказ|поясн|подч|утвержд|уточн|пиш)\w+)\b"
    ),
    "tr": r"(?!)",
}
#: The words that these phrases begin with.
ACCORDING_OPENERS = {
    "de": _forms("laut nach seiner ihrer aus"),
    "en": _forms("according in"),
    "ru": _forms("по как с"),
    "tr": frozenset[str](),
}
#: «In Putin's view»: without one of these, «in» leads to no speaker.
ENGLISH_VIEWS, ENGLISH_ACCORDING = _forms("words view opinion"), _forms("according")
#: The name comes first: «Putin zufolge», «Puşkov'a göre».
ACCORDING_AFTER = {"de": _forms("zufolge"), "en": frozenset[str](), "ru": frozenset[str](), "tr": _forms("göre")}
#: German indirect speech needs no verb of saying: «Eine Mine sei explodiert.»
GERMAN_SUBJUNCTIVE = _forms("""
    sei seien habe werde wolle könne müsse solle dürfe gebe gehe komme stehe spiele müssten hätten könnten demnach
    erlaube verhalte verstoße liege bleibe brauche bestehe führe gelte handle handele laufe nehme sehe wisse
    ziehe zeige bringe
    fehle halte helfe lasse setze treffe unterstütze verfüge versuche bedeute drohe erhalte ermögliche gehöre plane
    verlange verliere wirke greife kontrolliere verletze bedrohe
""")
#: «Er arbeite daran», but not «ich habe».
GERMAN_PRONOUNS = _forms("er sie es")
GERMAN_SUBJUNCTIVE_VERB = r" (?:[a-zäöüß]+(?<!t)e|arbeite|leite|erwarte)\b"
#: What closes a German sentence after «hat»: «Xi hat den Kampf als notwendig bezeichnet.»
GERMAN_PARTICIPLES = _forms("""
    gesagt erklärt betont angekündigt gewarnt mitgeteilt gesprochen beschimpft berichtet bestätigt
    vorgeworfen eingeräumt versichert gefordert bezeichnet genannt kritisiert beschuldigt bekräftigt
    geschrieben gedroht geschildert beschrieben gemeldet verkündet erläutert behauptet verurteilt
    beklagt bemerkt aufgerufen aufgefordert
""")
#: Verbs that only say something together with their particle: «wirft der Türkei vor», but not «wirft Fragen auf».
GERMAN_PARTICLES = {
    **dict.fromkeys(("warf", "wirft", "werfen", "warfen", "schlug"), "vor"),
    **dict.fromkeys(("gab", "gaben"), "an|bekannt|zu"),
    "stellte": "fest|klar",
    "räumte": "ein",
    "führte": "aus|an",
    "fuhr": "fort",
}
#: A clause that opens with one of these is a circumstance, not what is said.
GERMAN_CIRCUMSTANCES = _forms("""
    nachdem während als obwohl da weil wenn seitdem bevor
""")
#: An English sentence that opens with one of these says what is said behind the verb, if anything stands there.
ENGLISH_LEADS = _forms("""
    after before during while when as amid following despite although though since asked speaking addressing according
    earlier in on at
""")
#: The same, where a longer clause follows the verb.
GERMAN_LEADS = _forms("""
    inmitten wegen nach seit trotz vor bei im in am unter mit auf
""")
#: Turkish verbs of saying that are not the end of the sentence.
TURKISH_SAYING = _forms("""
    belirterek söyleyerek ederek kaydederek vurgulayarak hatırlatarak anımsatarak savunarak açıklayarak
    ekleyerek bildirerek getirerek çekerek belirten söyleyen eden kaydeden vurgulayan hatırlatan anımsatan
    savunan açıklayan ekleyen bildiren getiren çeken yineleyen duyuran bulunan değerlendiren süren veren
    dile diyen diyerek anlatan anlatarak aktaran aktararak değinen değinerek çizen çizerek uyaran
    uyararak duyurarak yineleyerek kullanan öngören öneren
""")
#: What is reported without saying by whom, unless «X'ten yapılan açıklamada» says so.
TURKISH_PASSIVES = _forms("""
    belirtildi kaydedildi bildirildi denildi vurgulandı açıklandı duyuruldu söylendi savunuldu aktarıldı
    belirtiliyor kaydediliyor bildiriliyor
""")
TURKISH_STATEMENT = r"(?:['’\x92]?n?[dt][ae]n)? (?:yap[ıi]lan|gelen) (?:\w+ ){0,2}?aç[ıi]klama"
#: The nouns and particles that belong to a Turkish verb of saying: «ifade etti», «diye konuştu».
TURKISH_LIGHT = _forms("""
    iddia itiraf beyan ilan talep bilgisini mesajını tehdidinde çağrısında çağrısını ifade dile
    ifadelerini ifadesini diye şeklinde uyarısında uyarısını iddiasında açıklamasında açıklamasını öne
    ileri vurgu dikkat dikkati altını işaret cevabını yanıtını karşılığını değerlendirmesinde
    değerlendirmesini yorumunda şöyle şunları kaydını görüşünü diyerek dedi de da tespitinde tespitini
    eleştirisi eleştirisini eleştirisinde yorumunu yorumu önerisinde temennisinde vurgusunu vurgusu
    sözlerini yer mesajı uyarısı değerlendirmesi benzetmesini göndermesinde imasında suçlamasında
""")
#: Turkish verbs that report only together with one of TURKISH_LIGHT.
TURKISH_WEAK = _forms("""
    süren veren etti etmişti ediyor kullandı kullanmıştı getirdi verdi bulundu bulunmuştu sürdü çizdi
    çekti yaptı eden ederek getiren getirerek çeken çekerek bulunan konuştu konuşmuştu bulunuyor çizen
    çizerek kullanan
""")
