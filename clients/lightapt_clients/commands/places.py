"""Things in the sky that one can name: Messier's, and the named stars brighter than magnitude 2.1.

Places are those of J2000. Messier's to 0.1 min and 1', as the Messier catalogue of SEDS (H. Frommert, C. Kronberg) has
them; where the centre of a large cluster or nebula lies 2' or more off in newer lists (which follow SIMBAD), it is that
of these. Stars to 1", after the Hipparcos catalogue (ESA SP-1200, 1997), with the names of the IAU's working group.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from lightapt_protocol.numbers import parse_number

from ..kinds import Equatorial
from .choosing import near
from .exits import CommandError

__all__ = ["find_place", "known_places"]

_TABLE: Final = """\
5:34.5 +22:01  M1, NGC 1952, Crab Nebula
21:33.5 -0:49  M2, NGC 7089
13:42.2 +28:23  M3, NGC 5272
16:23.6 -26:32  M4, NGC 6121
15:18.6 +2:05  M5, NGC 5904
17:40.1 -32:13  M6, NGC 6405, Butterfly Cluster
17:53.9 -34:49  M7, NGC 6475, Ptolemy's Cluster
18:03.6 -24:23  M8, NGC 6523, Lagoon Nebula
17:19.2 -18:31  M9, NGC 6333
16:57.1 -4:06  M10, NGC 6254
18:51.1 -6:16  M11, NGC 6705, Wild Duck Cluster
16:47.2 -1:57  M12, NGC 6218
16:41.7 +36:28  M13, NGC 6205, Hercules Cluster
17:37.6 -3:15  M14, NGC 6402
21:30.0 +12:10  M15, NGC 7078
18:18.8 -13:47  M16, NGC 6611, Eagle Nebula
18:20.4 -16:11  M17, NGC 6618, Omega Nebula, Swan Nebula
18:19.9 -17:08  M18, NGC 6613
17:02.6 -26:16  M19, NGC 6273
18:02.4 -23:02  M20, NGC 6514, Trifid Nebula
18:04.2 -22:30  M21, NGC 6531
18:36.4 -23:54  M22, NGC 6656
17:56.8 -19:01  M23, NGC 6494
18:17.0 -18:33  M24, Sagittarius Star Cloud
18:31.8 -19:07  M25, IC 4725
18:45.2 -9:24  M26, NGC 6694
19:59.6 +22:43  M27, NGC 6853, Dumbbell Nebula
18:24.5 -24:52  M28, NGC 6626
20:23.9 +38:32  M29, NGC 6913
21:40.4 -23:11  M30, NGC 7099
0:42.7 +41:16  M31, NGC 224, Andromeda Galaxy
0:42.7 +40:52  M32, NGC 221
1:33.9 +30:39  M33, NGC 598, Triangulum Galaxy
2:42.0 +42:47  M34, NGC 1039
6:09.1 +24:21  M35, NGC 2168
5:36.1 +34:08  M36, NGC 1960
5:52.4 +32:33  M37, NGC 2099
5:28.7 +35:51  M38, NGC 1912
21:31.7 +48:26  M39, NGC 7092
12:22.2 +58:05  M40
6:46.0 -20:46  M41, NGC 2287
5:35.3 -5:23  M42, NGC 1976, Orion Nebula
5:35.6 -5:16  M43, NGC 1982, De Mairan's Nebula
8:40.4 +19:59  M44, NGC 2632, Beehive Cluster, Praesepe
3:47.4 +24:07  M45, Pleiades
7:41.8 -14:49  M46, NGC 2437
7:36.6 -14:30  M47, NGC 2422
8:13.7 -5:45  M48, NGC 2548
12:29.8 +8:00  M49, NGC 4472
7:03.2 -8:20  M50, NGC 2323
13:29.9 +47:12  M51, NGC 5194, Whirlpool Galaxy
23:24.8 +61:36  M52, NGC 7654
13:12.9 +18:10  M53, NGC 5024
18:55.1 -30:29  M54, NGC 6715
19:40.0 -30:58  M55, NGC 6809
19:16.6 +30:11  M56, NGC 6779
18:53.6 +33:02  M57, NGC 6720, Ring Nebula
12:37.7 +11:49  M58, NGC 4579
12:42.0 +11:39  M59, NGC 4621
12:43.7 +11:33  M60, NGC 4649
12:21.9 +4:28  M61, NGC 4303
17:01.2 -30:07  M62, NGC 6266
13:15.8 +42:02  M63, NGC 5055, Sunflower Galaxy
12:56.7 +21:41  M64, NGC 4826, Black Eye Galaxy
11:18.9 +13:05  M65, NGC 3623
11:20.2 +12:59  M66, NGC 3627
8:51.3 +11:49  M67, NGC 2682
12:39.5 -26:45  M68, NGC 4590
18:31.4 -32:21  M69, NGC 6637
18:43.2 -32:18  M70, NGC 6681
19:53.8 +18:47  M71, NGC 6838
20:53.5 -12:32  M72, NGC 6981
20:58.9 -12:38  M73, NGC 6994
1:36.7 +15:47  M74, NGC 628
20:06.1 -21:55  M75, NGC 6864
1:42.4 +51:34  M76, NGC 650, Little Dumbbell Nebula
2:42.7 -0:01  M77, NGC 1068, Cetus A
5:46.8 +0:01  M78, NGC 2068
5:24.2 -24:31  M79, NGC 1904
16:17.0 -22:59  M80, NGC 6093
9:55.6 +69:04  M81, NGC 3031, Bode's Galaxy
9:55.8 +69:41  M82, NGC 3034, Cigar Galaxy
13:37.0 -29:52  M83, NGC 5236, Southern Pinwheel Galaxy
12:25.1 +12:53  M84, NGC 4374
12:25.4 +18:11  M85, NGC 4382
12:26.2 +12:57  M86, NGC 4406
12:30.8 +12:24  M87, NGC 4486, Virgo A
12:32.0 +14:25  M88, NGC 4501
12:35.7 +12:33  M89, NGC 4552
12:36.8 +13:10  M90, NGC 4569
12:35.4 +14:30  M91, NGC 4548
17:17.1 +43:08  M92, NGC 6341
7:44.6 -23:52  M93, NGC 2447
12:50.9 +41:07  M94, NGC 4736, Cat's Eye Galaxy
10:44.0 +11:42  M95, NGC 3351
10:46.8 +11:49  M96, NGC 3368
11:14.8 +55:01  M97, NGC 3587, Owl Nebula
12:13.8 +14:54  M98, NGC 4192
12:18.8 +14:25  M99, NGC 4254
12:22.9 +15:49  M100, NGC 4321
14:03.2 +54:21  M101, NGC 5457, Pinwheel Galaxy
15:06.5 +55:46  M102, NGC 5866, Spindle Galaxy
1:33.2 +60:42  M103, NGC 581
12:40.0 -11:37  M104, NGC 4594, Sombrero Galaxy
10:47.8 +12:35  M105, NGC 3379
12:19.0 +47:18  M106, NGC 4258
16:32.5 -13:03  M107, NGC 6171
11:11.5 +55:40  M108, NGC 3556
11:57.6 +53:23  M109, NGC 3992
0:40.4 +41:41  M110, NGC 205
1:37:43 -57:14:12  Achernar
12:26:36 -63:05:57  Acrux
6:58:38 -28:58:20  Adhara
4:35:55 +16:30:33  Aldebaran
10:19:58 +19:50:29  Algieba
3:08:10 +40:57:20  Algol
6:37:43 +16:23:57  Alhena
12:54:02 +55:57:35  Alioth
13:47:32 +49:18:48  Alkaid
2:03:54 +42:19:47  Almach
22:08:14 -46:57:40  Alnair
5:36:13 -1:12:07  Alnilam
5:40:46 -1:56:33  Alnitak
9:27:35 -8:39:31  Alphard
0:08:23 +29:05:25  Alpheratz
8:44:42 -54:42:32  Alsephina
19:50:47 +8:52:06  Altair
16:29:24 -26:25:55  Antares
14:15:40 +19:10:57  Arcturus
16:48:40 -69:01:40  Atria
8:22:31 -59:30:34  Avior
5:25:08 +6:20:59  Bellatrix
5:55:10 +7:24:26  Betelgeuse
6:23:57 -52:41:45  Canopus
5:16:41 +45:59:53  Capella
7:34:36 +31:53:18  Castor
20:41:26 +45:16:49  Deneb
0:43:35 -17:59:12  Diphda
11:03:44 +61:45:04  Dubhe
5:26:18 +28:36:27  Elnath
22:57:39 -29:37:20  Fomalhaut
12:31:10 -57:06:48  Gacrux
14:03:49 -60:22:23  Hadar
2:07:10 +23:27:45  Hamal
18:24:10 -34:23:05  Kaus Australis
14:50:42 +74:09:20  Kochab
5:59:32 +44:56:51  Menkalinan
14:06:41 -36:22:12  Menkent
9:13:12 -69:43:02  Miaplacidus
12:47:43 -59:41:20  Mimosa
1:09:44 +35:37:14  Mirach
3:24:19 +49:51:40  Mirfak
6:22:42 -17:57:21  Mirzam
18:55:16 -26:17:48  Nunki
20:25:39 -56:44:06  Peacock
2:31:49 +89:15:51  Polaris
7:45:19 +28:01:34  Pollux
7:39:18 +5:13:30  Procyon
17:34:56 +12:33:36  Rasalhague
8:09:32 -47:20:12  Regor
10:08:22 +11:58:02  Regulus
5:14:32 -8:12:06  Rigel
14:39:37 -60:50:02  Rigil Kentaurus, Alpha Centauri
5:47:45 -9:40:11  Saiph
17:37:19 -42:59:52  Sargas
17:33:37 -37:06:14  Shaula
6:45:09 -16:42:58  Sirius
13:25:12 -11:09:41  Spica
22:42:40 -46:53:05  Tiaki
14:39:35 -60:50:14  Toliman
18:36:56 +38:47:01  Vega
7:08:23 -26:23:36  Wezen
"""


def find_place(name: str) -> tuple[str, Equatorial]:
    """Return what is known by a name, in whatever letters: how it is written, and its place of J2000.

    Raises:
        CommandError: Nothing is.
    """
    things = _things()
    found = things.get(_key(name))
    if found is None:
        # A catalogue's number that is like another is that of something else.
        meant = near(name, (one for one, _ in things.values() if _digits(one) == _digits(name)))
        words = f"nothing is known by the name {name!r}{meant}"
        raise CommandError(f"{words}\nGive its right ascension and declination, of J2000: lightapt goto RA DEC")
    return found


def known_places() -> list[str]:
    """Return the names of all places, as people write them."""
    return sorted({name for name, _ in _things().values()})


def _key(name: str) -> str:
    """Return a name as it is looked for: ``messier 42`` and ``M 42`` are ``m42``."""
    plain = "".join(name.casefold().replace("messier", "m").replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split())
    return plain.removesuffix("galaxy") or plain


def _digits(name: str) -> str:
    return re.sub(r"\D", "", name)


@cache
def _things() -> dict[str, tuple[str, Equatorial]]:
    things: dict[str, tuple[str, Equatorial]] = {}
    for line in _TABLE.splitlines():
        place, _, names = line.partition("  ")
        ra, dec = place.split()
        for name in names.split(", "):
            things[_key(name)] = name, Equatorial(parse_number(ra), parse_number(dec))
    return things
