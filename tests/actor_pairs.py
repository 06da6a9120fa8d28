"""Names that are the same actor across scripts, and names that only look so. Written for this project, by hand."""

#: language:spelling = language:spelling
SAME = """
de:Lawrow = en:Lavrov
de:Sergej Lawrow = ru:Лавров
tr:Lavrov'un = ru:Лаврову
fr:Sergueï Lavrov = ar:سيرغي لافروف
en:Cavusoglu = tr:Çavuşoğlu
de:Mevlüt Tschawuschoglu = tr:Mevlüt Çavuşoğlu
ru:Чавушоглу = de:Cavusoglu
en:Mevlut Cavusoglu = ru:Мевлюта Чавушоглу
ar:مولود جاويش أوغلو = tr:ÇAVUŞOĞLU
de:Erdogan = tr:Erdoğan
de:Erdoğans = ru:Эрдогана
ru:Реджепом Тайипом Эрдоганом = en:Recep Tayyip Erdogan
ar:أردوغان = tr:Erdoğan’ın
tr:ERDOĞAN = en:Erdogan
fr:Poutine = de:Putin
ru:Владимиру Путину = tr:Vladimir Putin'e
ar:فلاديمير بوتين = en:Vladimir Putin
de:Wladimir Putins = fr:Vladimir Poutine
ru:Путиным = tr:Putin’in
de:Baschar al-Assad = en:Bashar al-Assad
tr:Beşar Esad = ru:Башара Асада
tr:Beşşar Esed = de:Assad
fr:Bachar el-Assad = ar:بشار الأسد
tr:Esad'ın = en:Assad
de:Schoigu = ru:Шойгу
tr:Sergey Şoygu = en:Sergei Shoigu
fr:Choïgou = de:Sergej Schoigu
de:Peskow = ru:Песков
tr:Dmitriy Peskov = en:Dmitry Peskov
de:Medwedew = ru:Медведева
en:Dmitry Medvedev = de:Dmitri Medwedew
de:Sacharowa = en:Zakharova
ru:Захаровой = tr:Zaharova
de:Nikol Paschinjan = tr:Nikol Paşinyan
ru:Пашинян = en:Pashinyan
de:Ilham Alijew = ru:Ильхама Алиева
tr:İlham Aliyev = en:Ilham Aliyev
de:Poroschenko = ru:Порошенко
tr:Poroşenko = en:Poroshenko
de:Selenskyj = en:Zelensky
ru:Зеленского = tr:Zelenskiy
en:Zelenskyy = ar:زيلينسكي
de:Lukaschenko = tr:Lukaşenko
ru:Лукашенко = en:Lukashenko
de:Nawalny = en:Navalny
ru:Навального = de:Alexej Nawalny
de:Kadyrow = ru:Кадыровым
en:Konashenkov = ru:Конашенков
de:Konaschenkow = tr:Konaşenkov
de:Gerassimow Waleri Gerassimow = en:Valery Gerasimov
ru:Валерий Герасимов = tr:Valeriy Gerasimov
en:Vitaly Churkin = de:Witali Tschurkin
ru:Чуркина = tr:Vitali Çurkin
en:Mikhail Bogdanov = ru:Михаила Богданова
de:Michail Bogdanow = tr:Mihail Bogdanov
en:Andrei Karlov = ru:Андрея Карлова
de:Karlow = tr:Karlov
en:Davutoglu = tr:Davutoğlu
ru:Давутоглу = de:Ahmet Davutoğlu
tr:Binali Yıldırım = ru:Бинали Йылдырым
en:Binali Yildirim = ar:بن علي يلدريم
tr:Hulusi Akar = ru:Хулуси Акара
tr:Hakan Fidan = ru:Хаканом Фиданом
tr:İbrahim Kalın = en:Ibrahim Kalin
ru:Ибрагим Калын = tr:İbrahim Kalın'ın
tr:Kılıçdaroğlu = en:Kilicdaroglu
ru:Кылычдароглу = de:Kılıçdaroğlu
tr:Demirtaş = de:Demirtas
ru:Селахаттин Демирташ = en:Selahattin Demirtas
tr:Öcalan = de:Oecalan
ru:Оджалана = en:Ocalan
tr:Fethullah Gülen = de:Gülen
ru:Гюлен = en:Gulen
tr:Numan Kurtulmuş = ru:Нуман Куртулмуш
tr:Süleyman Soylu = en:Suleyman Soylu
tr:Devlet Bahçeli = ru:Девлет Бахчели
en:Bahceli = tr:Bahçeli
de:Rohani = en:Rouhani
tr:Hasan Ruhani = ru:Хасана Рухани
ar:حسن روحاني = fr:Hassan Rohani
de:Sarif = en:Zarif
tr:Cevad Zarif = ru:Джавада Зарифа
de:Chamenei = tr:Hamaney
en:Ali Khamenei = ru:Али Хаменеи
de:Ahmadinedschad = tr:Ahmedinejad
en:Ahmadinejad = ru:Ахмадинежада
de:Ghassem Soleimani = tr:Kasım Süleymani
en:Qassem Suleimani = ru:Касем Сулеймани
de:Netanjahu = en:Netanyahu
ru:Нетаньяху = ar:نتنياهو
tr:Haydar el İbadi = en:Haider al-Abadi
ru:Хайдер аль-Абади = de:Haidar al-Abadi
tr:Nuri el Maliki = en:Nouri al-Maliki
tr:Mesut Barzani = de:Massud Barsani
en:Masoud Barzani = ru:Масуда Барзани
de:Dschalal Talabani = tr:Celal Talabani
en:Muqtada al-Sadr = de:Muktada al-Sadr
tr:Abdülfettah Sisi = de:Abdel Fattah al-Sisi
en:Mohamed Morsi = tr:Muhammed Mursi
de:Mohammed Mursi = ru:Мухаммеда Мурси
en:Muammar Gaddafi = tr:Muammer Kaddafi
fr:Kadhafi = ru:Каддафи
tr:Usame bin Ladin = en:Osama bin Laden
ru:бен Ладен = de:bin Laden
de:Aiman al-Sawahiri = tr:Eymen el Zevahiri
en:Ayman al-Zawahiri = ru:Айман аз-Завахири
tr:Ebubekir el Bağdadi = en:Abu Bakr al-Baghdadi
de:Abu Bakr al-Bagdadi = ru:Абу Бакр аль-Багдади
tr:Cemal Kaşıkçı = en:Jamal Khashoggi
ru:Хашогги = de:Khashoggi
tr:Muhammed bin Selman = de:Mohammed bin Salman
en:Mohammed bin Salman = ru:Мухаммед бин Сальман
en:Walid Muallem = tr:Velid Muallim
de:Walid al-Muallim = ru:Валид Муаллем
en:Moaz al-Khatib = tr:Muaz El Hatib
en:Lakhdar Brahimi = tr:Ahdar İbrahimi
ru:Лахдара Брахими = de:Brahimi
tr:Ban Ki-mun = ru:Пан Ги Муна
en:Ban Ki-moon = de:Ban Ki-moon
ru:Трампом = en:Trump
ru:Обаме = de:Obama
ru:Байдена = ar:بايدن
ru:Керри = en:John Kerry
ru:Тиллерсоном = de:Tillerson
ru:Штайнмайера = de:Steinmeier
ru:Меркель = en:Angela Merkel
ru:Макрона = fr:Macron
ru:Олландом = de:Hollande
ru:Столтенберга = en:Jens Stoltenberg
de:Viktor Orbán = en:Viktor Orban
tr:Çipras = en:Tsipras
de:Islamischen Staates = en:Islamic State
tr:IŞİD = ru:ИГИЛ
tr:DEAŞ = ar:داعش
en:ISIL = de:IS
fr:État islamique = ru:Исламского государства
de:Volksverteidigungseinheiten = tr:YPG'nin
en:Kurdistan Workers' Party = tr:PKK
ru:Рабочей партии Курдистана = de:Arbeiterpartei Kurdistans
ru:РПК = ar:حزب العمال الكردستاني
tr:ÖSO = de:Freien Syrischen Armee
en:Free Syrian Army = ru:ССА
de:Nusra-Front = tr:El Nusra
ru:Джебхат ан-Нусра = en:Jabhat al-Nusra
de:Hisbollah = tr:Hizbullah
ru:Хезболлы = en:Hezbollah
de:Vereinten Nationen = tr:BM
ru:ООН = fr:Nations unies
fr:OTAN = ru:НАТО
de:Europäischen Union = tr:Avrupa Birliği'nin
ru:Евросоюза = en:EU
de:OSZE = tr:AGİT
ru:ОБСЕ = en:OSCE
de:Türkei = tr:Türkiye’nin
ru:Турцией = ar:وتركيا
fr:Turquie = de:Tuerkei
de:Russlands = tr:Rusya'dan
ru:РФ = en:Russian Federation
tr:ABD = ru:США
de:Vereinigten Staaten = fr:États-Unis
ar:الولايات المتحدة = en:U.S.
tr:Suriye'de = ru:Сирии
"""

#: language:text ≠ the slug that must not be found in it
DIFFERENT = """
de:Putinismus ≠ putin
de:die Putinisten ≠ putin
de:ein Putinversteher ≠ putin
en:Putinism ≠ putin
en:Putinesque manners ≠ putin
ru:путинизм ≠ putin
ru:Людмила Путина ≠ putin
en:Lyudmila Putina ≠ putin
en:Roman Putin ≠ putin
tr:Emine Erdoğan ≠ erdogan
tr:Bilal Erdoğan ≠ erdogan
de:Emine Erdogan ≠ erdogan
ru:Эмине Эрдоган ≠ erdogan
en:Aslı Erdoğan ≠ erdogan
tr:Erdoğan Toprak ≠ erdogan
tr:Sümeyye Erdoğan ≠ erdogan
en:Asma al-Assad ≠ assad
en:Hafez al-Assad ≠ assad
de:Maher al-Assad ≠ assad
ru:Хафез Асад ≠ assad
tr:Mahir Esad ≠ assad
tr:esad ≠ assad
tr:esadı ≠ assad
en:the turkey was roasted ≠ turkey
en:a wild turkey ≠ turkey
en:turkeys ≠ turkey
en:Turkic languages ≠ turkey
de:türkis ≠ turkey
de:Türkise Wände ≠ turkey
tr:türkü ≠ turkey
tr:Türkçe ≠ turkey
tr:Türkler ≠ turkey
ru:тюркский ≠ turkey
en:Turks ≠ turkey
de:die Türken ≠ turkey
en:what is new ≠ is
en:THIS IS NEW ≠ is
en:WHAT IS NEXT FOR EUROPE ≠ is
en:It Is Over ≠ is
de:Isis Göttin isis ≠ is
de:das ist ≠ is
tr:İŞ CİNAYETİ ≠ is
tr:iş ≠ is
en:is ≠ is
de:Is was? ≠ is
fr:les iles ≠ is
ru:иг ≠ is
ru:ИГРА ≠ is
en:an islamic state of mind ≠ is
de:ein islamischer Staat ≠ is
en:tell us now ≠ usa
en:TELL US NOW ≠ usa
de:US-Dollar ≠ usa
en:US dollars ≠ usa
en:Latin America ≠ usa
en:South American ≠ usa
de:Südamerika ≠ usa
tr:Güney Amerika ≠ usa
ru:Латинская Америка ≠ usa
en:USB ≠ usa
de:Bus ≠ usa
de:Russ ≠ russia
de:Rußflocken ≠ russia
tr:rus ≠ russia
tr:Rusça ≠ russia
tr:Ruslar ≠ russia
de:Weißrussland ≠ russia
de:weißrussisch ≠ russia
en:Belarus ≠ russia
en:Prussia ≠ russia
de:Preußen ≠ russia
en:Russell ≠ russia
en:Russians ≠ russia
en:Syriac ≠ syria
de:Assyrien ≠ syria
en:Assyria ≠ syria
en:Syrians ≠ syria
tr:şam fıstığı ≠ syria
de:Iraner ≠ iran
de:Irans ≠ iraq
tr:ırak ≠ iraq
tr:iran ≠ iran
tr:İrakli ≠ iraq
en:Michael Jordan ≠ jordan
en:Jordan Peterson ≠ jordan
en:Georgia Tech ≠ georgia
en:Atlanta, Georgia ≠ georgia
en:George Washington ≠ usa
en:Denzel Washington ≠ usa
en:Washington Post ≠ usa
en:in Washington ≠ usa
de:in Ankara ≠ turkey
tr:Ankara'da ≠ turkey
ru:в Москве ≠ russia
ru:из Анкары ≠ turkey
de:nach Moskau ≠ russia
en:Moscow Mule ≠ putin
en:Paris Hilton ≠ france
de:Alba Berlin ≠ germany
de:Real Madrid ≠ spain
de:die deutsche Bank Deutsche Bank ≠ merkel
en:Nour Lavrov ≠ lavrov
en:Ekaterina Lavrova ≠ lavrov
ru:Екатерина Лаврова ≠ lavrov
de:Lawrowitsch ≠ lavrov
ru:Лавровский ≠ lavrov
ru:лавровый лист ≠ lavrov
en:Daniil Medvedev ≠ medvedev
ru:Жорес Медведев ≠ medvedev
en:Eric Trump ≠ trump
en:Ivanka Trump ≠ trump
en:Melania Trump ≠ trump
en:a trump card ≠ trump
en:trumped ≠ trump
de:Trumpismus ≠ trump
en:Michelle Obama ≠ obama
ru:Мишель Обама ≠ obama
en:Hunter Biden ≠ biden
en:Jill Biden ≠ biden
en:Brigitte Macron ≠ macron
en:macron ≠ macron
en:Max Merkel ≠ merkel
de:merkelhaft ≠ merkel
de:Merkelismus ≠ merkel
tr:Mustafa Akar ≠ akar
tr:akar ≠ akar
tr:Ahmet Fidan ≠ fidan
tr:fidan dikti ≠ fidan
tr:yıldırım düştü ≠ yildirim
tr:Yıldırım düştü ≠ yildirim
tr:kalın bir kitap ≠ kalin
tr:Mehmet Kalın ≠ kalin
tr:gül bahçesi ≠ gul
tr:Gül kokusu ≠ gul
tr:elçi ≠ elci
tr:Elçi geldi ≠ elci
tr:Güneş Gülen ≠ gulen
en:Teresa May ≠ turkey
en:in May ≠ may_theresa
en:May 2016 ≠ may_theresa
en:Boris Johnson ≠ yeltsin
en:Lyndon Johnson ≠ johnson_boris
en:Samuel L. Johnson ≠ johnson_boris
en:Jim Kerry ≠ kerry
en:Kerry Kennedy ≠ kerry
en:Bill Clinton ≠ clinton_hillary
en:Barbara Bush ≠ bush_gw
en:Jeb Bush ≠ bush_gw
de:Nechirvan Barzani ≠ barzani_masoud
en:Masrour Barzani ≠ barzani_masoud
en:Bashar Jaafari ≠ assad
en:Ibrahim al-Jaafari ≠ jaafari_bashar
en:Riad al-Asaad ≠ assad
en:Nizar Assaad ≠ assad
en:Mike Tyson ≠ pompeo
de:Wagnerianer ≠ wagner
de:Richard Wagner ≠ wagner
en:Robert Wagner ≠ wagner
tr:zaman ≠ zaman
tr:Zaman geçti ≠ zaman
tr:Cumhuriyet Bayramı ≠ cumhuriyet
de:ein Bild ≠ bild
de:Das Bild zeigt ≠ bild
de:der Spiegel an der Wand spiegel ≠ focus
de:Die Zeit drängt ≠ zeit
de:Die Welt schaut zu ≠ welt
"""


def pairs(table: str, sign: str) -> list[tuple[str, str, str]]:
    """Language, text and what stands on the other side."""
    rows = (line.partition(f" {sign} ") for line in table.strip().splitlines())
    return [(left.partition(":")[0], left.partition(":")[2], right) for left, _, right in rows]
