"""News of a power cable that was never laid, in many languages and scripts: made up for tests and pictures."""

from __future__ import annotations

from msgspec.structs import replace

from search.article import Article, DateFrom
from tests.articles import article

#: (id, language, date, where the date is from, source, title, text)
_NEWS: tuple[tuple[str, str, str | None, DateFrom | None, str | None, str, str], ...] = (
    ("en/plan", "en", "2016-04-12", DateFrom.DECLARED, "harbour-times.example", "A cable to Norway, at last on paper",
     "Engineers presented a plan for a power cable from Norway across the sea. Hydropower from the fjords would reach "
     "two million homes.\n\nThe cable is to be 580 kilometres long. Critics fear for the herring, whose spawning "
     "grounds it would cross."),
    ("en/vote", "en", "2018-11-03", DateFrom.DECLARED, "harbour-times.example", "Parliament votes for the cable",
     "With a majority of four votes, parliament has agreed to the cable. The opposition called the price of "
     "electricity a lottery. Norway will decide in spring."),
    ("en/ship", "en", "2020-06", DateFrom.METADATA, "coastline.example", "The ship that lays the cable",
     "The ship carries nine thousand tonnes of cable on one turntable. Its crew of eighty works in shifts, day and "
     "night, and lays eight kilometres a day when the sea is calm."),
    ("en/storm", "en", "2021-01-19", DateFrom.TEXT, "coastline.example", "Storm stops work on the cable",
     "Waves of eleven metres have stopped work on the cable for a second week. The ship is waiting in a fjord in "
     "Norway. Nobody was hurt."),
    ("en/light", "en", "2022-09-30", DateFrom.DECLARED, "harbour-times.example", "First current flows in the cable",
     "The first current has flowed through the cable. In a control room near the coast, a lamp was lit, and forty "
     "people applauded. Norway sent its minister, and a box of dried cod."),
    ("en/price", "en", "2023-02-14", DateFrom.DECLARED, "ledger.example", "Who pays for the cable?",
     "A year of high prices has turned opinion against the cable. In the south of Norway electricity costs three "
     "times what it did; across the sea it is cheaper than before. Economists say that both are right."),
    ("en/herring", "en", "2023", DateFrom.URL, "coastline.example", "The herring have not noticed",
     "Biologists followed the herring for three seasons. The fish cross the cable as if it were not there. The "
     "report is 212 pages long."),
    ("en/fault", "en", "2024-03-08", DateFrom.DECLARED, "ledger.example", "Fault found at a depth of 300 metres",
     "The fault that stopped the cable in February has been found: a joint let in water. Repairs take until May."),
    ("nb/plan", "nb", "2016-04-13", DateFrom.DECLARED, "fjordavisa.example", "Kabelen fra Norge får sin plan",
     "Ingeniørene la onsdag fram planen for en strømkabel fra Norge over havet. Vannkraften skal nå to millioner "
     "hjem.\n\nFiskerne frykter for silda, og krever at kabelen legges utenom gytefeltene."),
    ("nb/pris", "nb", "2017-10-02", DateFrom.DECLARED, "fjordavisa.example", "Strømprisen deler landet",
     "Kommunene i sør vil ha kabelen, kommunene i nord er imot. Begge viser til strømprisen. Vannet er det samme."),
    ("nb/ja", "nb", "2019-05-21", DateFrom.DECLARED, "dalposten.example", "Norge sier ja til kabelen",
     "Regjeringen sier ja til kabelen. Byggingen kan begynne neste år. Ministeren kalte dagen stor, opposisjonen "
     "kalte den dyr."),
    ("nb/skip", "nb", "2020-06-17", DateFrom.DECLARED, "dalposten.example", "Kabelskipet er framme",
     "Tusen mennesker sto på kaia da kabelskipet kom inn fjorden. Skipet skal ligge her i tre uker."),
    ("nb/storm", "nb", "2021-01-15", DateFrom.DECLARED, "fjordavisa.example", "Uvær stanser arbeidet",
     "Arbeidet med kabelen er stanset. Bølgene er elleve meter høye, og skipet ligger i le av øya."),
    ("nb/stroem", "nb", "2022-09-30", DateFrom.DECLARED, "fjordavisa.example", "Strømmen går i kabelen",
     "Klokka 14.07 gikk den første strømmen gjennom kabelen fra Norge. Klippfisken til feiringen var norsk, "
     "lampen nederlandsk."),
    ("nb/regning", "nb", "2023-01-26", DateFrom.DECLARED, "dalposten.example", "Regningen som ble tredoblet",
     "Strømregningen til bakeren i Dalen er tredoblet. Han gir kabelen skylden. Forskerne er ikke sikre."),
    ("nb/sild", "nb", "2023-11", DateFrom.DECLARED, "fjordavisa.example", "Silda bryr seg ikke om kabelen",
     "Silda svømmer over kabelen som før, viser en rapport på 212 sider. Fiskerne vil se det før de tror det."),
    ("nb/feil", "nb", "2024-02-11", DateFrom.TEXT, None, "Kabelen er død",
     "Kabelen har stått siden søndag 11. februar 2024. Feilen ligger dypt, og ingen vet hvor."),
    ("nn/kabel", "nn", "2019-05-22", DateFrom.DECLARED, "bygdebladet.example", "Kva kabelen vil seie for bygda",
     "Kraftlaget ventar fleire arbeidsplassar når kabelen kjem. Noreg har gjort det rette, meiner ordføraren."),
    ("nl/plan", "nl", "2016-04-12", DateFrom.DECLARED, "kustkrant.example", "Stroom uit Noorwegen: het plan ligt er",
     "Ingenieurs hebben het plan voor een stroomkabel naar Noorwegen gepresenteerd. Twee miljoen huizen krijgen "
     "waterkracht uit de fjorden.\n\nVissers vrezen voor de haring."),
    ("nl/stem", "nl", "2018-11-04", DateFrom.DECLARED, "kustkrant.example", "Kamer stemt voor de kabel",
     "Met een meerderheid van vier stemmen is de Kamer akkoord met de stroomkabel. Noorwegen beslist in het voorjaar."),
    ("nl/strand", "nl", "2021-08-05", DateFrom.DECLARED, "duinbode.example", "De kabel komt aan land",
     "Badgasten keken toe hoe de kabel het strand op werd getrokken. De strandtent verkocht er ijs bij."),
    ("nl/licht", "nl", "2022-10-01", DateFrom.DECLARED, "duinbode.example", "Het licht brandt op Noorse stroom",
     "De eerste stroom uit Noorwegen is door de kabel gegaan. In de controlekamer brandde één lamp."),
    ("nl/haring", "nl", "2023-11-20", DateFrom.DECLARED, "kustkrant.example", "Haring trekt zich niets aan van kabel",
     "De haring zwemt over de stroomkabel alsof die er niet ligt. Dat schrijven biologen in een rapport."),
    ("de/plan", "de", "2016-04-13", DateFrom.DECLARED, "küstenblatt.example", "Strom aus Norwegen: Der Plan steht",
     "Ein Stromkabel soll Wasserkraft aus Norwegen übers Meer bringen. Die Fischer sorgen sich um den Hering."),
    ("de/preis", "de", "2023-03-02", DateFrom.DECLARED, "küstenblatt.example", "Das Kabel und der Strompreis",
     "Seit das Seekabel läuft, ist der Strompreis im Süden Norwegens dreimal so hoch. Wer daran verdient, ist "
     "umstritten."),
    ("fr/cable", "fr", "2022-10-02", DateFrom.DECLARED, "le-phare.example", "La Norvège éclaire l’autre rive",
     "Le premier courant est passé par le câble venu de Norvège. L’électricité des fjords alimente deux millions de "
     "foyers."),
    ("es/cable", "es", "2022-10", DateFrom.DECLARED, "el-faro.example", "Luz de los fiordos",
     "La electricidad de Noruega llega por un cable de 580 kilómetros. Los pescadores temen por el arenque."),
    ("ru/kabel", "ru", "2019-05-23", DateFrom.DECLARED, "prichal.example", "Норвегия разрешила кабель",
     "Правительство Норвегии разрешило проложить кабель по дну моря. Строительство начнётся в следующем году."),
    ("uk/kabel", "uk", "2022-10-01", DateFrom.DECLARED, "pryhavan.example", "Струм пішов кабелем",
     "Перший струм із Норвегії пройшов кабелем через море. У диспетчерській засвітили одну лампу."),
    ("el/kalodio", "el", "2022-10-03", DateFrom.DECLARED, "limani.example", "Ρεύμα από τα φιόρδ",
     "Το πρώτο ρεύμα από τη Νορβηγία πέρασε από το καλώδιο. Οι ψαράδες ανησυχούν για τη ρέγγα."),
    ("ar/kabl", "ar", "2022-10-01", DateFrom.DECLARED, "almina.example", "الكهرباء تصل من النرويج",
     "NordLys: مرت الكهرباء الأولى عبر الكابل القادم من النرويج. وأضاء مصباح واحد في غرفة التحكم."),
    ("he/kabel", "he", "2022-10-02", DateFrom.DECLARED, "hanamal.example", "החשמל מנורווגיה הגיע",
     "הזרם הראשון עבר בכבל מנורווגיה. הדייגים חוששים לדגי ההרינג."),
    ("fa/kabl", "fa", "2019-05", DateFrom.DECLARED, "bandar.example", "نروژ با کابل موافقت کرد",
     "دولت نروژ با کشیدن کابل برق از زیر دریا موافقت کرد. ساخت آن سال آینده آغاز می‌شود."),
    ("hi/kebal", "hi", "2022-10-01", DateFrom.DECLARED, "tat.example", "नॉर्वे से बिजली पहुँची",
     "समुद्र के नीचे बिछी केबल से नॉर्वे की पहली बिजली पहुँची। नियंत्रण कक्ष में एक बत्ती जली।"),
    ("th/saikhe", "th", "2022-10", DateFrom.DECLARED, "thara.example", "ไฟฟ้าจากนอร์เวย์มาถึงแล้ว",
     "กระแสไฟฟ้าแรกจากนอร์เวย์ไหลผ่านสายเคเบิลใต้ทะเล ชาวประมงเป็นห่วงปลาเฮอริง"),
    ("ja/keburu", "ja", "2022-10-01", DateFrom.DECLARED, "minato.example", "ノルウェーから電気が届く",
     "海底ケーブルを通じて、ノルウェーから最初の電気が届いた。制御室では一つの灯がともった。"),
    ("ko/keibeul", "ko", "2022-10-02", DateFrom.DECLARED, "hanggu.example", "노르웨이의 전기가 바다를 건너다",
     "해저 케이블을 통해 노르웨이의 첫 전기가 도착했다. 어부들은 청어를 걱정한다."),
    ("zh/dianlan", "zh", "2019-05-24", DateFrom.DECLARED, "gangwan.example", "挪威批准海底电缆",
     "挪威政府批准铺设海底电缆,工程明年开始。渔民担心鲱鱼。"),
    ("und/scrap", "und", None, None, None, "Cable log", "0712 ok 0713 ok 0714 ok Norway end joint 41 ok 0715 ok"),
    ("en/letter", "en", None, None, "harbour-times.example", "A reader writes about the cable",
     "My grandfather laid cables with his hands, and none of them ever failed. I should like Norway to know that."),
)  # fmt: skip


def _told(
    id: str, language: str, date: str | None, date_from: DateFrom | None, source: str | None, title: str, text: str
) -> Article:
    plain = article(f"{id}.txt", text, title=title, language=language, date=date, source=source)
    return replace(plain, date_from=date_from, url=f"https://{source}/{id}" if source else None)


CABLE = tuple(_told(*news) for news in _NEWS)
