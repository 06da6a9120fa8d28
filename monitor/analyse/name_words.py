"""Words around names: titles and what else leads to a person, words that make a name something else. Tables only.

Folded as `names.fold` does. `discovery`, `actors` and `speakers` say how they are read.
"""

from monitor.analyse.names import fold


def words(text: str) -> frozenset[str]:
    """The words of a text, folded."""
    return frozenset(fold(text).split())


def forms(text: str) -> frozenset[str]:
    """Words as they stand, small letters, diacritics and all."""
    return frozenset(text.lower().split())


#: Directly before a name they say «a person follows».
TITLES = {
    "de": words("""
        Präsident Präsidentin Vizepräsident Staatspräsident Staatschef Staatsoberhaupt Regierungschef
        Regierungschefin Ministerpräsident Ministerpräsidentin Premierminister Premierministerin
        Premier Kanzler Kanzlerin Bundeskanzler Bundeskanzlerin Minister Ministerin Außenminister
        Außenministerin Innenminister Verteidigungsminister Verteidigungsministerin Finanzminister
        Wirtschaftsminister Energieminister Gesundheitsminister Justizminister Kulturminister
        Tourismusminister Verkehrsminister Bundesminister Staatsminister Staatssekretär Vizekanzler
        Amtskollege Amtskollegen Kollege Kollegen Sprecher Sprecherin Regierungssprecher Kremlsprecher
        Kreml-Sprecher Außenamtssprecher Militärsprecher General Generalin Generalmajor
        Generalleutnant Generalstabschef Oberst Major Admiral Kommandeur Kommandant Botschafter
        Botschafterin Sondergesandter Sondergesandte Gesandter Generalsekretär Generalsekretärin
        Parteichef Parteichefin Vorsitzender Vorsitzende Fraktionschef Chef Chefin Direktor Direktorin
        Leiter Leiterin Abgeordneter Abgeordnete Senator Senatorin Gouverneur Bürgermeister
        Oberbürgermeister Experte Expertin Politologe Politikwissenschaftler Historiker Journalist
        Journalistin Autor Autorin Korrespondent Korrespondentin Redakteur Professor Prof. Dr. Analyst
        Virologe Anwalt Anwältin Herr Frau König Kronprinz Prinz Scheich Emir Papst Imam Prediger
        Kurdenführer Oppositionsführer Rebellenführer Außenpolitiker Außenpolitikerin Politiker
        Politikerin Chefredakteur Innensenator Außenbeauftragte Außenbeauftragter EU-Außenbeauftragte
        US-Präsident US-Außenminister US-Verteidigungsminister Vizeaußenminister
    """),
    "en": words("""
        President Vice-President Premier Prime Minister Chancellor Secretary Deputy Ambassador Envoy
        Spokesman Spokeswoman Spokesperson General Gen. Lieutenant Lt. Colonel Col. Major Maj. Captain
        Capt. Admiral Adm. Commander Sergeant Rear Vice Sgt. Senator Sen. Rep. Representative
        Congressman Congresswoman Governor Gov. Mayor Lawmaker Speaker Chairman Chairwoman Chair
        Director Chief Leader King Queen Prince Princess Sheikh Emir Pope Imam Ayatollah Cleric
        Justice Judge Attorney Prosecutor Professor Prof. Dr. Dr Mr. Mrs. Ms. Mr Mrs Ms Sir Lord Lady
        Analyst Expert Correspondent Reporter Journalist Editor Author Host Minister Official Officer
        Counterpart Activist Aide Adviser Advisor
    """),
    "tr": words("""
        Cumhurbaşkanı Başbakan Başbakanı Bakan Bakanı Başkan Başkanı Yardımcısı Vekili Milletvekili
        Müsteşarı Sözcüsü Sözcü Sekreteri Temsilcisi Büyükelçi Büyükelçisi Elçisi Komutanı General
        Generali Orgeneral Korgeneral Tümgeneral Tuğgeneral Albay Amiral Oramiral Yarbay Binbaşı
        Lideri Müdürü Direktörü Uzmanı Uzman Profesör Prof. Doç. Dr. Yrd. Gazeteci Muhabiri Yazarı
        Editörü Avukatı Avukat Valisi Vali Kaymakam Savcısı Savcı Yargıç Kral Kralı Prens Prensi Şeyh
        Emir Papa Senatör Sayın Şansölye Şansölyesi Komiseri Danışmanı Üyesi Eşbaşkanı Hakim Bey Hanım
        Subay Asker Diplomat Akademisyen Analist Adayı Konsey Yazar Heykeltıraş Yönetmen Yönetmeni
        Sanatçı Oyuncu Şarkıcı Tenor Araştırmacı Araştırmacısı Ekonomist Ekonomisti Tarihçi Stratejist
        Stratejisti Konsolosu Başkonsolosu Rektörü Dekanı Koordinatörü Sözcülerinden Liderlerinden
        Yazarlarından Üyelerinden Uzmanlarından Komutanlarından Milletvekillerinden Doktor Eşi
    """),
    "ru": words("""
        президент президента президенту президентом президенте премьер премьера премьером
        премьер-министр премьер-министра премьер-министром вице-премьер вице-премьера вице-президент
        вице-президента министр министра министру министром глава главы главе главой госсекретарь
        госсекретаря госсекретарем канцлер канцлера канцлером посол посла послом постпред постпреда
        пресс-секретарь пресс-секретаря представитель представителя спикер спикера генерал генерала
        генерал-майор генерал-майора генерал-лейтенант генерал-лейтенанта генерал-полковник полковник
        полковника подполковник подполковника капитан капитана командующий командующего начальник
        начальника адмирал секретарь секретаря генсек генсека генсекретарь депутат депутата сенатор
        сенатора губернатор губернатора мэр мэра лидер лидера лидером председатель председателя
        сопредседатель директор директора замдиректора замминистра руководитель руководителя эксперт
        эксперта аналитик аналитика политолог политолога профессор профессора историк историка
        журналист журналиста корреспондент корреспондента востоковед востоковеда обозреватель тюрколог
        экономист король короля принц принца шейх эмир папа пилот пилота летчик летчика адвокат
        адвоката советник советника помощник помощника заместитель заместителя зампред ученый член
        члена коллега коллегой коллегу гроссмейстер автор
    """),
}  # fmt: skip

#: Capitalised words that follow a first name and make it something else than a person.
NOT_SURNAMES = words("""
    University Universität Üniversitesi Institute Institut Enstitüsü Foundation Stiftung Vakfı Airport Flughafen
    Havalimanı Street Avenue Square Bridge Hospital Krankenhaus Hastanesi School Schule Lisesi Stadium Stadion
    Stadı Center Centre Center's Prize Award Cup Church Cathedral Mosque Camii Library Museum Park Island County
    Beach City Bay Lake Group Company Corporation Inc Ltd AG GmbH Bank Party Partisi Partei Council Committee
    Court Act Administration Government Army Brigade Division Road House Haus Hall Hotel Otel Oteli Day Week
    Times Post News Newsletter Checkpoint Monday Tuesday Wednesday Thursday Friday Saturday Sunday January
    February March June July August September October November December Montag Dienstag Mittwoch Donnerstag
    Freitag Samstag Sonntag Januar Februar März Mai Juni Juli Oktober Dezember Pazartesi Salı Çarşamba Perşembe
    Cuma Cumartesi Pazar Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık Caddesi
    Sokak Mahallesi Meydanı Köprüsü Kupası Derneği Vadisi Dağı Köyü İlçesi Belediyesi Kentinde Ailesi Hükümeti
    Dönemi Valiliği The And Or But In On At Of For With From By Der Die Das Und Committees Command Commission
    Services Service Fund Statistics Defence Defense TV Television Insider Kept Police State Activists Ministry
    Agency Department Office Officials Union League Front Forces Militia Rights Watch Network Академия
    Palace Palast Schloss Castle Tower Turm Gate Station Bahnhof Cemetery Friedhof Gallery Galerie Theatre Theater
    Academy Akademie College Prison Gefängnis Valley River Sea Mountains Agreement Abkommen Treaty Declaration Doctrine
    Bakanlık Başkanlık Hükümet Meclis Mahkeme Komisyon Kurul Ordu Emniyet Allah
    Okulu Okulları Tiyatrosu Üssü Kulübü Sarayı Müzesi Ordusu Filosu Gemisi Yolu Ödülü Sahili Limanı Barajı Santrali
    Gölü Nehri Kalesi Türbesi Merkezi Birliği Şirketi Grubu Holding Bankası Gazetesi Dergisi Yayınları Sitesi Parkı
    Salonu Sineması Sergisi Kongresi Zirvesi Savaşı Anlaşması Kanunu Yasası Meclisi Konseyi Komisyonu Komitesi
    Mahkemesi Kampı Sınırı Kapısı Hattı Ormanı Adası Yarışı Turnuvası Ligi
    Akdeniz Karadeniz Anadolu Bayramı Fuarı Festivali Университет Институт Проспект Улица Площадь Мост Кубок Театр
""")  # fmt: skip

#: Words that open a sentence with a capital before a surname: «When Putin denies».
NOT_FIRST_NAMES = words("""
    When But And As If While Since Although The That This These Those After Before Because So Then There Here
    Now Both Not For With Yet Still Even How Why What Who Where Whether Like Under Over Until Unlike Despite
    Without Meanwhile However Earlier Later Also Only Just Other Another Both Former Top Senior New Old First
    Second Third Last Asked On In At By From To Of An He She They We It His Her Their Our Its Ancak Ama Fakat
    Ayrıca Öte Bu Şu Her Hem Eski Yeni Ein Eine Einer Als Jeder Jede Jedes Dieser Diese Dieses Viele Einige
    Beide Ihr Ihre Sein Seine Unser Unsere Kein Keine Mehrere Zwei Drei Auch Doch Nun Laut Nach Wie Dem Den Des
    Im Am Zum Zur Mit Von Für Auf Über Bei In An Aus Um Sie Er Es Но А И Как По Если Когда Однако Также Этот Эта
    Сначала Защита Сегодня Вчера Сейчас Теперь Потом Поэтому Затем Тогда Здесь Там Уже Ещё Лишь Только Даже
    Именно Это Бывший Экс Новый Так Он Она При На В С К О За После До Между Ранее
    Для Против Вместо Кроме Без Через Из От Над Под Про Ради Среди Вокруг Благодаря Согласно Вопреки Из-за Gegen Ohne
    Durch Seit Während Trotz Wegen Zwischen Unter Neben Vor Hinter Bis Solange Sobald Obwohl Weil Wenn Dass Ob Da Denn
    Aber Und Oder Sondern Against Between Beyond Behind About Since Through Without İçin Göre Karşı Peki Ya Ve Ne
""")

#: First names elsewhere, and plain words in this language: «Nur Flüchtlinge mit Ziel», «KİM GETİRECEK».
PLAIN_WORDS = {
    "de": words("Nur Welche Welcher Welches Mal"),
    "tr": words("Kim Ben Biz Sen Siz"),
    "en": frozenset[str](),
    "ru": frozenset[str](),
}

#: Before «al-» they begin the name of a place or a group: «Tell al-Abyad», «Ahrar al-Sham».
NOT_BEFORE_ARTICLE = words("""
    Qasr Tell Tel Tal Ras Deir Deyr Bab Umm Um Jabal Jebel Dschabal Dschebel Wadi Ain Ayn Qalaat Khan Chan Maarat
    Marat Kafr Beit Bayt Abu-Kamal Sheikh-Maqsoud Jisr Dschisr Jarablus Hawija Jabhat Dschabhat Jebhat Ahrar
    Hayat Tahrir Ansar Jaish Jaysh Dschaisch Jund Dschund Faylaq Failaq Liwa Ahl Harakat Hizb Ashab Shuhada Nour
    Nur Saraya Kataib Asaib Fatah Dar Bilad Majlis Ittihad Sharm Scharm Madinat Hotel Camp Lager Provinz Stadt
    Dorf Prince Crown The Der Die Das In Im Bei Nach Von Aus Und And Al Moschee Mosque Ebu-Kemal Тель Тал Рас
    Дейр Умм Джебель Вади Айн Калаат Хан Маарет Кафр Бейт Джабхат Ахрар Хайят Тахрир Ансар Джейш Джунд Файлак
    Лива Урум Нур Сарая Аль Шарм Фронт Провинция Эль Абу-Кемаль
""")

#: Before two capitals they say «a place or a body follows».
BEFORE_PLACES = forms("""
    в во на из под около близ между до у через за к от по район района районе провинции провинция города город
    городе пункта пункт пункте села село поселка компании компания компанией газеты газета газете агентства
    агентство журнала журнал телеканала телеканал канала канал группы группа группировки группировка партии
    партия банка банк отеля отель отеле штата штат клуба клуб реки река озера озеро острова остров горы базы
    база авиабазы аэропорта улице улицы площади области округа края республики театра театре фильма фильме сайта
    сайте и с со
""")

#: Endings of the German nouns that name a place or a group before «al-»: «im Flüchtlingslager al-Hol».
PLACE_ENDINGS = tuple(
    sorted(
        words("""
    lager lagern lagers übergang basis stützpunkt gefängnis provinz stadt region viertel flughafen moschee miliz gruppe
""")
    )
)

#: Before a name they say that it is a place's.
PLACE_NOUNS = words("""
    Stadt Kleinstadt Ortschaft Ort Dorf Provinz Bezirk Region Hafenstadt Küstenstadt Gemeinde city town village
    province district suburb neighbourhood neighborhood город города городе городом деревня деревне поселок
    поселка селе провинция провинции районе района
""")

#: Small words inside a name: «Ursula von der Leyen», «Mohammed bin Salman».
PARTICLES = tuple(sorted(words("von van de bin ibn ben al el la le du di da dos ter ten фон де дер бен бин ибн ван")))

#: First names, folded, of women who speak in the news: «he» is none of them, «she» no other.
WOMEN = words("""
    Angela Ursula Maria Theresa Hillary Federica Annalena Catherine Nikki Samantha Jen Jennifer Heather Sarah
    Condoleezza Valentina Meral Emine Asma Michelle Kamala Nancy Victoria Susan Leyla Figen Natalya Natalia Tatyana
    Yulia Nadiya Marine Florence Claudia Annegret Bouthaina Stephanie Navi Amina Christine Christiane Elizabeth Anna
    Anne Julia Katharina Malu Manuela Andrea Petra Sahra Alice Franziska Sabine Susanne Barbara Johanna Karin Margot
    Marie Sophie Sylvie Ségolène Ayşe Fatma Zeynep Pervin Tansu Nükhet Fatoş Derya Selin Sibel Nebahat Hatice Merve
    Ruhsar Carla Mary Laura Linda Lisa Karen Rachel Rebecca Jessica Amy Ann Patricia Margaret Melania Ivanka Olga
    Elena Irina Svetlana Marina Ekaterina Galina Ella Ksenia Larisa Lyudmila Анна Мария Наталья Наталия Елена Ирина
    Светлана Марина Екатерина Галина Ольга Татьяна Юлия Ксения Лариса Людмила Валентина Вера Надежда Любовь
    Дарья Анастасия Виктория Элла Бриджит Сью Лиззи Ангела Тереза Хиллари Monica Deborah Jane Judith
    Bettina Martina Sandra Stefanie Christina Gabriele Ingrid Renate Heidi Beate Ulrike Yvonne Nadia Rania Rima
""")
