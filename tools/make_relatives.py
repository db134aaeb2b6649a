"""Learns how close relatives differ, and writes search/language/relatives.json.

    python tools/make_relatives.py SAMPLES.jsonl OUT.json

Each line of SAMPLES has `lang` (a member of a family below) and `text`. The table holds, for the words and the
four-letter sequences that tell members apart, how much less likely (in nats, times 10) each member is to write them
than the one most likely to. Words with a capital are left out: names tell what a text is about, not its language.

The table in the repository is made from the stories of NTREX-128 in these languages and from the sentences of
Universal Dependencies in da, nb, nn, nl and sr, both CC BY-SA 4.0.
"""

from __future__ import annotations

import json
import math
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from search.language.relatives import features

#: Members, and how many characters tell them apart.
FAMILIES = {("da", "nb", "nn"): 300, ("bs", "hr", "sr"): 1000, ("af", "nl"): 300, ("nd", "zu"): 1000}

#: A feature seen less often than this in all is left out: so rare, it rather tells the topic.
LEAST_SEEN = 10
#: A feature must make some member at least twice as unlikely as another.
LEAST_TELLING = math.log(2)
#: Per family, the most telling features by odds times frequency.
LARGEST = 6000
#: Words that tell Serbian (e), Bosnian and Croatian (je) apart by rule, which samples of news show too seldom. Each
#: counts as if seen `KNOWN_SEEN` times in each of the members beside it.
KNOWN_SEEN = 20
KNOWN = {
    "sr": """
        beleži bezbednost celo cena cene cenu čovek čoveka deca dece deci delo delu deo dete deteta devojka dveju
        dve dvesta gde hteo htela hteli izveštaj izveštaja izveštaju lep lepa lepo mesec meseca meseci mesta mesto
        mestu mleko mleka naslednik nasleđe nedelja nedelje nedelju neko nemačka nemačke nemački nigde obaveštenje
        obe odeljenje odsto opšte opšti opština opštine osećaj osetio ovde ovlašćenje pesma pesme pevač pobeda
        pobede pobedu pobedio ponedeljak posle poslednja poslednje poslednji posledica posledice potreban pre
        predsednica predsednik predsednika primer primera primeru promena promene promenio proveriti razume reč reči
        reka reke rešava rešenja rešenje rešiti saopštenje saopštio savet saveta sever severni sledeća sledeće
        sledeći smer snega sprečiti sreda sredu srećan stepen sudelovao svedok svest svet sveta svetska svetski
        svetu takođe telo tela trpeti uspeh uspeha uspela uspeo uspešno uvek uveren vek veka vera verovatno veruje
        vest vesti videla videli video videti vredi vrednost vreme zahtev zahteva zahtevi zamenik zapoveda
        zemljotres živela živeli živeo živeti želela želeo želeti jun jul avgust evro evra istorija istorije
        izvršilac odbrana odbrane nauka naučnik lekar lekara
    """,
    "bs hr": """
        bilježi cijelo cijena cijene cijenu čovjek čovjeka djeca djece djeci djelo djelu dio dijela dijelu dijete
        djeteta djevojka dvije dvjesto gdje htio htjela htjeli izvještaj izvještaja lijep lijepa lijepo ljeto mjesec
        mjeseca mjeseci mjesta mjesto mjestu mlijeko mlijeka nasljednik naslijeđe nedjelja nedjelje nedjelju
        njemačka njemačke njemački nigdje obavještenje obje odjeljenje općina općine općini opće opći osjećaj
        osjetio ovdje pjesma pjesme pjevač pobjeda pobjede pobjedu pobijedio ponedjeljak poslije posljednja
        posljednje posljednji posljedica posljedice prije predsjednica predsjednik predsjednika primjer primjera
        primjeru promjena promjene promijenio provjeriti razumije riječ riječi rijeka rijeke rješava rješenja
        rješenje riješiti savjet savjeta sjever sjeverni sljedeća sljedeće sljedeći smjer snijega spriječiti srijeda
        srijedu stepenica svjedok svijest svijet svijeta svjetska svjetski svijetu također tijelo tijela trpjeti
        uspjeh uspjeha uspjela uspio uspješno uvijek uvjeren vijek vijeka vjera vjerovatno vjeruje vijest vijesti
        vidjela vidjeli vidio vidjeti vrijedi vrijednost vrijeme zahtjev zahtjeva zahtjevi zamjenik živjela živjeli
        živio živjeti željela željeti organizirati organizirano izvijestio izvijestila kazao kazala
    """,
    "hr": """
        tko netko nitko tijekom tjedan tjedna tjedni tjednu tjedana tisuća tisuće tisuću milijun milijuna milijuni
        sveučilište sveučilišta zrakoplov zrakoplova zrakoplovna sustav sustava sustavu povijest povijesti glazba
        glazbe priopćenje priopćio priopćila izvješće izvješća europa europske europski europska europskog europskoj
        vjerojatno suradnja suradnje tvrtka tvrtke tvrtki nogometaš nogomet nogometni momčad vlak vlaka kolodvor
        siječnja veljače ožujka travnja svibnja lipnja srpnja kolovoza rujna listopada studenoga prosinca siječanj
        veljača ožujak travanj svibanj lipanj srpanj kolovoz rujan listopad studeni prosinac uhićen uhićeni uhićena
        uopće točno točka točke glede prigodom unatoč osobito redovito ravnatelj ravnateljica burza obitelj obitelji
        odvjetnik skrb zrak kazališta kazalište natjecanje ljekarna liječnik liječnici gospodarstvo gospodarski kruh
        uvjet uvjeti proračun proračuna zaslon računalo nazočan rabiti primjerice
    """,
    "bs sr": """
        ko neko niko tokom sedmice hiljada hiljade hiljadu milion miliona milioni univerzitet univerziteta avion
        aviona avioni sistem sistema sistemu muzika muzike evropa evropske evropski evropska evropskog evropskoj
        evropskih saradnja saradnje kompanija kompanije firma fudbal fudbaler fudbalski voz voza januara februara
        marta aprila maja juna jula augusta septembra oktobra novembra decembra januar februar mart april oktobar
        novembar decembar uhapšen uhapšeni uhapšena tačno tačka tačke tačku naročito porodica porodice porodici
        advokat saobraćaj pozorište takmičenje privreda uslov uslovi uslova budžet kompjuter direktor šta uticaj
        uticaja učestvovati učestvuje štampa vanredni prisustvo prisutan
    """,
    "bs": """
        sedmica sedmicu sedmično sedmični općina historija historije historijski saopćenje saopćio saopćila juni
        juli august augusta uposlenik uposlenici uposlenika kahva lahko mehko bosanskohercegovački
        bosanskohercegovačke sedmici ljekar ljekari ljekara sarajevski općinski općinskog hiljadu entitet entiteta
        kompanija tokom bh
    """,
}


def samples(path: Path) -> Mapping[str, Counter[str]]:
    counts: dict[str, Counter[str]] = {}
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            sample = json.loads(line)
            counts.setdefault(sample["lang"], Counter()).update(features(sample["text"]))
    for members, words in KNOWN.items():
        for member in members.split():
            known = Counter(features(words))
            counts[member].update({feature: KNOWN_SEEN * seen for feature, seen in known.items()})
    return counts


def family(members: Sequence[str], counts: Mapping[str, Counter[str]]) -> dict[str, list[int]]:
    totals = {m: sum(counts[m].values()) for m in members}
    telling: list[tuple[float, str, list[int]]] = []
    for feature in set().union(*(counts[m] for m in members)):
        if "$^" in feature or sum(counts[m][feature] for m in members) < LEAST_SEEN:
            continue
        odds = [math.log((counts[m][feature] + 0.5) / totals[m]) for m in members]
        likeliest = max(odds)
        spread = likeliest - min(odds)
        if spread >= LEAST_TELLING:
            telling.append((spread * math.exp(likeliest), feature, [round((likeliest - o) * 10) for o in odds]))
    return {
        feature: weights for _, feature, weights in sorted(sorted(telling, reverse=True)[:LARGEST], key=_by_feature)
    }


def _by_feature(item: tuple[float, str, list[int]]) -> str:
    return item[1]


def main(arguments: Iterable[str]) -> None:
    source, target = arguments
    counts = samples(Path(source))
    tables = [
        {"members": members, "characters": characters, "against": family(members, counts)}
        for members, characters in FAMILIES.items()
    ]
    Path(target).write_text(json.dumps(tables, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
