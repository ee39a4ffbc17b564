"""Codes of countries: ISO 3166-1 alpha-2, which the catalogue is written in, and alpha-3, which others' lists have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# with XK for Kosovo, as everybody uses it, as XKK or XKX, and UK, which is reserved for GB; a test compares them with
# Unicode CLDR's
_CODES = """
    AD:AND AE:ARE AF:AFG AG:ATG AI:AIA AL:ALB AM:ARM AO:AGO AQ:ATA AR:ARG AS:ASM AT:AUT AU:AUS AW:ABW AX:ALA AZ:AZE
    BA:BIH BB:BRB BD:BGD BE:BEL BF:BFA BG:BGR BH:BHR BI:BDI BJ:BEN BL:BLM BM:BMU BN:BRN BO:BOL BQ:BES BR:BRA BS:BHS
    BT:BTN BV:BVT BW:BWA BY:BLR BZ:BLZ CA:CAN CC:CCK CD:COD CF:CAF CG:COG CH:CHE CI:CIV CK:COK CL:CHL CM:CMR CN:CHN
    CO:COL CR:CRI CU:CUB CV:CPV CW:CUW CX:CXR CY:CYP CZ:CZE DE:DEU DJ:DJI DK:DNK DM:DMA DO:DOM DZ:DZA EC:ECU EE:EST
    EG:EGY EH:ESH ER:ERI ES:ESP ET:ETH FI:FIN FJ:FJI FK:FLK FM:FSM FO:FRO FR:FRA GA:GAB GB:GBR GB:UK GD:GRD GE:GEO GF:GUF
    GG:GGY GH:GHA GI:GIB GL:GRL GM:GMB GN:GIN GP:GLP GQ:GNQ GR:GRC GS:SGS GT:GTM GU:GUM GW:GNB GY:GUY HK:HKG HM:HMD
    HN:HND HR:HRV HT:HTI HU:HUN ID:IDN IE:IRL IL:ISR IM:IMN IN:IND IO:IOT IQ:IRQ IR:IRN IS:ISL IT:ITA JE:JEY JM:JAM
    JO:JOR JP:JPN KE:KEN KG:KGZ KH:KHM KI:KIR KM:COM KN:KNA KP:PRK KR:KOR KW:KWT KY:CYM KZ:KAZ LA:LAO LB:LBN LC:LCA
    LI:LIE LK:LKA LR:LBR LS:LSO LT:LTU LU:LUX LV:LVA LY:LBY MA:MAR MC:MCO MD:MDA ME:MNE MF:MAF MG:MDG MH:MHL MK:MKD
    ML:MLI MM:MMR MN:MNG MO:MAC MP:MNP MQ:MTQ MR:MRT MS:MSR MT:MLT MU:MUS MV:MDV MW:MWI MX:MEX MY:MYS MZ:MOZ NA:NAM
    NC:NCL NE:NER NF:NFK NG:NGA NI:NIC NL:NLD NO:NOR NP:NPL NR:NRU NU:NIU NZ:NZL OM:OMN PA:PAN PE:PER PF:PYF PG:PNG
    PH:PHL PK:PAK PL:POL PM:SPM PN:PCN PR:PRI PS:PSE PT:PRT PW:PLW PY:PRY QA:QAT RE:REU RO:ROU RS:SRB RU:RUS RW:RWA
    SA:SAU SB:SLB SC:SYC SD:SDN SE:SWE SG:SGP SH:SHN SI:SVN SJ:SJM SK:SVK SL:SLE SM:SMR SN:SEN SO:SOM SR:SUR SS:SSD
    ST:STP SV:SLV SX:SXM SY:SYR SZ:SWZ TC:TCA TD:TCD TF:ATF TG:TGO TH:THA TJ:TJK TK:TKL TL:TLS TM:TKM TN:TUN TO:TON
    TR:TUR TT:TTO TV:TUV TW:TWN TZ:TZA UA:UKR UG:UGA UM:UMI US:USA UY:URY UZ:UZB VA:VAT VC:VCT VE:VEN VG:VGB VI:VIR
    VN:VNM VU:VUT WF:WLF WS:WSM XK:XKK XK:XKX YE:YEM YT:MYT ZA:ZAF ZM:ZMB ZW:ZWE
"""
_ALPHA_2_OF = {other: code for code, _, other in (pair.partition(":") for pair in _CODES.split())}
COUNTRIES = frozenset(_ALPHA_2_OF.values())


def country_code(text: str) -> str | None:
    """The alpha-2 code that a code of two or three letters stands for; None where it is none.

    >>> country_code("deu"), country_code("FR"), country_code("uk"), country_code("Europe")
    ('DE', 'FR', 'GB', None)
    """
    code = text.upper()
    return code if code in COUNTRIES else _ALPHA_2_OF.get(code)


@dataclass(frozen=True, slots=True)
class Countries:
    """Codes of a list: alpha-2 of those that are countries', as written of those that are not."""

    known: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def country_codes(text: str) -> Countries:
    """A list of codes, separated by commas or spaces, each once.

    >>> country_codes("fr, DEU uk,FR"), country_codes("France,JP,XX")
    (Countries(known=('FR', 'DE', 'GB'), unknown=()), Countries(known=('JP',), unknown=('France', 'XX')))
    """
    words = dict.fromkeys(text.replace(",", " ").split())
    codes = {word: country_code(word) for word in words}
    known = dict.fromkeys(code for code in codes.values() if code)
    return Countries(tuple(known), tuple(word for word, code in codes.items() if code is None))


def at_odds(by: Sequence[str], not_by: Sequence[str]) -> str | None:
    """Why nothing is told by the press of any of some countries and by that of none of others; None where something may be.

    >>> at_odds(["FR"], ["JP", "FR"]), at_odds(["FR", "DE"], ["FR"]), at_odds([], ["FR"])
    ('the press of FR cannot tell of a thing and not tell of it', None, None)
    """
    if not by or not set(by) <= set(not_by):
        return None
    return f"the press of {', '.join(by)} cannot tell of a thing and not tell of it"
