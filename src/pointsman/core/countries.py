"""Countries: their codes, their names in English, and the zones of their clocks.

The table is the `zone.tab` and `iso3166.tab` of the time zone database, which is in the public domain; a test compares
it with the installed release.
"""

from pointsman.core.values import Json

_TABLE = """
AD Andorra: Europe/Andorra
AE United Arab Emirates: Asia/Dubai
AF Afghanistan: Asia/Kabul
AG Antigua & Barbuda: America/Antigua
AI Anguilla: America/Anguilla
AL Albania: Europe/Tirane
AM Armenia: Asia/Yerevan
AO Angola: Africa/Luanda
AQ Antarctica: Antarctica/Casey Antarctica/Davis Antarctica/DumontDUrville Antarctica/Mawson Antarctica/McMurdo
AQ Antarctica: Antarctica/Palmer Antarctica/Rothera Antarctica/Syowa Antarctica/Troll Antarctica/Vostok
AR Argentina: America/Argentina/Buenos_Aires America/Argentina/Catamarca America/Argentina/Cordoba
AR Argentina: America/Argentina/Jujuy America/Argentina/La_Rioja America/Argentina/Mendoza
AR Argentina: America/Argentina/Rio_Gallegos America/Argentina/Salta America/Argentina/San_Juan
AR Argentina: America/Argentina/San_Luis America/Argentina/Tucuman America/Argentina/Ushuaia
AS Samoa (American): Pacific/Pago_Pago
AT Austria: Europe/Vienna
AU Australia: Antarctica/Macquarie Australia/Adelaide Australia/Brisbane Australia/Broken_Hill Australia/Darwin
AU Australia: Australia/Eucla Australia/Hobart Australia/Lindeman Australia/Lord_Howe Australia/Melbourne
AU Australia: Australia/Perth Australia/Sydney
AW Aruba: America/Aruba
AX Åland Islands: Europe/Mariehamn
AZ Azerbaijan: Asia/Baku
BA Bosnia & Herzegovina: Europe/Sarajevo
BB Barbados: America/Barbados
BD Bangladesh: Asia/Dhaka
BE Belgium: Europe/Brussels
BF Burkina Faso: Africa/Ouagadougou
BG Bulgaria: Europe/Sofia
BH Bahrain: Asia/Bahrain
BI Burundi: Africa/Bujumbura
BJ Benin: Africa/Porto-Novo
BL St Barthelemy: America/St_Barthelemy
BM Bermuda: Atlantic/Bermuda
BN Brunei: Asia/Brunei
BO Bolivia: America/La_Paz
BQ Caribbean NL: America/Kralendijk
BR Brazil: America/Araguaina America/Bahia America/Belem America/Boa_Vista America/Campo_Grande America/Cuiaba
BR Brazil: America/Eirunepe America/Fortaleza America/Maceio America/Manaus America/Noronha America/Porto_Velho
BR Brazil: America/Recife America/Rio_Branco America/Santarem America/Sao_Paulo
BS Bahamas: America/Nassau
BT Bhutan: Asia/Thimphu
BW Botswana: Africa/Gaborone
BY Belarus: Europe/Minsk
BZ Belize: America/Belize
CA Canada: America/Atikokan America/Blanc-Sablon America/Cambridge_Bay America/Creston America/Dawson
CA Canada: America/Dawson_Creek America/Edmonton America/Fort_Nelson America/Glace_Bay America/Goose_Bay
CA Canada: America/Halifax America/Inuvik America/Iqaluit America/Moncton America/Rankin_Inlet America/Regina
CA Canada: America/Resolute America/St_Johns America/Swift_Current America/Toronto America/Vancouver
CA Canada: America/Whitehorse America/Winnipeg
CC Cocos (Keeling) Islands: Indian/Cocos
CD Congo (Dem. Rep.): Africa/Kinshasa Africa/Lubumbashi
CF Central African Rep.: Africa/Bangui
CG Congo (Rep.): Africa/Brazzaville
CH Switzerland: Europe/Zurich
CI Côte d'Ivoire: Africa/Abidjan
CK Cook Islands: Pacific/Rarotonga
CL Chile: America/Coyhaique America/Punta_Arenas America/Santiago Pacific/Easter
CM Cameroon: Africa/Douala
CN China: Asia/Shanghai Asia/Urumqi
CO Colombia: America/Bogota
CR Costa Rica: America/Costa_Rica
CU Cuba: America/Havana
CV Cape Verde: Atlantic/Cape_Verde
CW Curaçao: America/Curacao
CX Christmas Island: Indian/Christmas
CY Cyprus: Asia/Famagusta Asia/Nicosia
CZ Czech Republic: Europe/Prague
DE Germany: Europe/Berlin Europe/Busingen
DJ Djibouti: Africa/Djibouti
DK Denmark: Europe/Copenhagen
DM Dominica: America/Dominica
DO Dominican Republic: America/Santo_Domingo
DZ Algeria: Africa/Algiers
EC Ecuador: America/Guayaquil Pacific/Galapagos
EE Estonia: Europe/Tallinn
EG Egypt: Africa/Cairo
EH Western Sahara: Africa/El_Aaiun
ER Eritrea: Africa/Asmara
ES Spain: Africa/Ceuta Atlantic/Canary Europe/Madrid
ET Ethiopia: Africa/Addis_Ababa
FI Finland: Europe/Helsinki
FJ Fiji: Pacific/Fiji
FK Falkland Islands: Atlantic/Stanley
FM Micronesia: Pacific/Chuuk Pacific/Kosrae Pacific/Pohnpei
FO Faroe Islands: Atlantic/Faroe
FR France: Europe/Paris
GA Gabon: Africa/Libreville
GB Britain (UK): Europe/London
GD Grenada: America/Grenada
GE Georgia: Asia/Tbilisi
GF French Guiana: America/Cayenne
GG Guernsey: Europe/Guernsey
GH Ghana: Africa/Accra
GI Gibraltar: Europe/Gibraltar
GL Greenland: America/Danmarkshavn America/Nuuk America/Scoresbysund America/Thule
GM Gambia: Africa/Banjul
GN Guinea: Africa/Conakry
GP Guadeloupe: America/Guadeloupe
GQ Equatorial Guinea: Africa/Malabo
GR Greece: Europe/Athens
GS South Georgia & the South Sandwich Islands: Atlantic/South_Georgia
GT Guatemala: America/Guatemala
GU Guam: Pacific/Guam
GW Guinea-Bissau: Africa/Bissau
GY Guyana: America/Guyana
HK Hong Kong: Asia/Hong_Kong
HN Honduras: America/Tegucigalpa
HR Croatia: Europe/Zagreb
HT Haiti: America/Port-au-Prince
HU Hungary: Europe/Budapest
ID Indonesia: Asia/Jakarta Asia/Jayapura Asia/Makassar Asia/Pontianak
IE Ireland: Europe/Dublin
IL Israel: Asia/Jerusalem
IM Isle of Man: Europe/Isle_of_Man
IN India: Asia/Kolkata
IO British Indian Ocean Territory: Indian/Chagos
IQ Iraq: Asia/Baghdad
IR Iran: Asia/Tehran
IS Iceland: Atlantic/Reykjavik
IT Italy: Europe/Rome
JE Jersey: Europe/Jersey
JM Jamaica: America/Jamaica
JO Jordan: Asia/Amman
JP Japan: Asia/Tokyo
KE Kenya: Africa/Nairobi
KG Kyrgyzstan: Asia/Bishkek
KH Cambodia: Asia/Phnom_Penh
KI Kiribati: Pacific/Kanton Pacific/Kiritimati Pacific/Tarawa
KM Comoros: Indian/Comoro
KN St Kitts & Nevis: America/St_Kitts
KP Korea (North): Asia/Pyongyang
KR Korea (South): Asia/Seoul
KW Kuwait: Asia/Kuwait
KY Cayman Islands: America/Cayman
KZ Kazakhstan: Asia/Almaty Asia/Aqtau Asia/Aqtobe Asia/Atyrau Asia/Oral Asia/Qostanay Asia/Qyzylorda
LA Laos: Asia/Vientiane
LB Lebanon: Asia/Beirut
LC St Lucia: America/St_Lucia
LI Liechtenstein: Europe/Vaduz
LK Sri Lanka: Asia/Colombo
LR Liberia: Africa/Monrovia
LS Lesotho: Africa/Maseru
LT Lithuania: Europe/Vilnius
LU Luxembourg: Europe/Luxembourg
LV Latvia: Europe/Riga
LY Libya: Africa/Tripoli
MA Morocco: Africa/Casablanca
MC Monaco: Europe/Monaco
MD Moldova: Europe/Chisinau
ME Montenegro: Europe/Podgorica
MF St Martin (French): America/Marigot
MG Madagascar: Indian/Antananarivo
MH Marshall Islands: Pacific/Kwajalein Pacific/Majuro
MK North Macedonia: Europe/Skopje
ML Mali: Africa/Bamako
MM Myanmar (Burma): Asia/Yangon
MN Mongolia: Asia/Hovd Asia/Ulaanbaatar
MO Macau: Asia/Macau
MP Northern Mariana Islands: Pacific/Saipan
MQ Martinique: America/Martinique
MR Mauritania: Africa/Nouakchott
MS Montserrat: America/Montserrat
MT Malta: Europe/Malta
MU Mauritius: Indian/Mauritius
MV Maldives: Indian/Maldives
MW Malawi: Africa/Blantyre
MX Mexico: America/Bahia_Banderas America/Cancun America/Chihuahua America/Ciudad_Juarez America/Hermosillo
MX Mexico: America/Matamoros America/Mazatlan America/Merida America/Mexico_City America/Monterrey America/Ojinaga
MX Mexico: America/Tijuana
MY Malaysia: Asia/Kuala_Lumpur Asia/Kuching
MZ Mozambique: Africa/Maputo
NA Namibia: Africa/Windhoek
NC New Caledonia: Pacific/Noumea
NE Niger: Africa/Niamey
NF Norfolk Island: Pacific/Norfolk
NG Nigeria: Africa/Lagos
NI Nicaragua: America/Managua
NL Netherlands: Europe/Amsterdam
NO Norway: Europe/Oslo
NP Nepal: Asia/Kathmandu
NR Nauru: Pacific/Nauru
NU Niue: Pacific/Niue
NZ New Zealand: Pacific/Auckland Pacific/Chatham
OM Oman: Asia/Muscat
PA Panama: America/Panama
PE Peru: America/Lima
PF French Polynesia: Pacific/Gambier Pacific/Marquesas Pacific/Tahiti
PG Papua New Guinea: Pacific/Bougainville Pacific/Port_Moresby
PH Philippines: Asia/Manila
PK Pakistan: Asia/Karachi
PL Poland: Europe/Warsaw
PM St Pierre & Miquelon: America/Miquelon
PN Pitcairn: Pacific/Pitcairn
PR Puerto Rico: America/Puerto_Rico
PS Palestine: Asia/Gaza Asia/Hebron
PT Portugal: Atlantic/Azores Atlantic/Madeira Europe/Lisbon
PW Palau: Pacific/Palau
PY Paraguay: America/Asuncion
QA Qatar: Asia/Qatar
RE Réunion: Indian/Reunion
RO Romania: Europe/Bucharest
RS Serbia: Europe/Belgrade
RU Russia: Asia/Anadyr Asia/Barnaul Asia/Chita Asia/Irkutsk Asia/Kamchatka Asia/Khandyga Asia/Krasnoyarsk Asia/Magadan
RU Russia: Asia/Novokuznetsk Asia/Novosibirsk Asia/Omsk Asia/Sakhalin Asia/Srednekolymsk Asia/Tomsk Asia/Ust-Nera
RU Russia: Asia/Vladivostok Asia/Yakutsk Asia/Yekaterinburg Europe/Astrakhan Europe/Kaliningrad Europe/Kirov
RU Russia: Europe/Moscow Europe/Samara Europe/Saratov Europe/Ulyanovsk Europe/Volgograd
RW Rwanda: Africa/Kigali
SA Saudi Arabia: Asia/Riyadh
SB Solomon Islands: Pacific/Guadalcanal
SC Seychelles: Indian/Mahe
SD Sudan: Africa/Khartoum
SE Sweden: Europe/Stockholm
SG Singapore: Asia/Singapore
SH St Helena: Atlantic/St_Helena
SI Slovenia: Europe/Ljubljana
SJ Svalbard & Jan Mayen: Arctic/Longyearbyen
SK Slovakia: Europe/Bratislava
SL Sierra Leone: Africa/Freetown
SM San Marino: Europe/San_Marino
SN Senegal: Africa/Dakar
SO Somalia: Africa/Mogadishu
SR Suriname: America/Paramaribo
SS South Sudan: Africa/Juba
ST Sao Tome & Principe: Africa/Sao_Tome
SV El Salvador: America/El_Salvador
SX St Maarten (Dutch): America/Lower_Princes
SY Syria: Asia/Damascus
SZ Eswatini (Swaziland): Africa/Mbabane
TC Turks & Caicos Is: America/Grand_Turk
TD Chad: Africa/Ndjamena
TF French S. Terr.: Indian/Kerguelen
TG Togo: Africa/Lome
TH Thailand: Asia/Bangkok
TJ Tajikistan: Asia/Dushanbe
TK Tokelau: Pacific/Fakaofo
TL East Timor: Asia/Dili
TM Turkmenistan: Asia/Ashgabat
TN Tunisia: Africa/Tunis
TO Tonga: Pacific/Tongatapu
TR Turkey: Europe/Istanbul
TT Trinidad & Tobago: America/Port_of_Spain
TV Tuvalu: Pacific/Funafuti
TW Taiwan: Asia/Taipei
TZ Tanzania: Africa/Dar_es_Salaam
UA Ukraine: Europe/Kyiv Europe/Simferopol
UG Uganda: Africa/Kampala
UM US minor outlying islands: Pacific/Midway Pacific/Wake
US United States: America/Adak America/Anchorage America/Boise America/Chicago America/Denver America/Detroit
US United States: America/Indiana/Indianapolis America/Indiana/Knox America/Indiana/Marengo America/Indiana/Petersburg
US United States: America/Indiana/Tell_City America/Indiana/Vevay America/Indiana/Vincennes America/Indiana/Winamac
US United States: America/Juneau America/Kentucky/Louisville America/Kentucky/Monticello America/Los_Angeles
US United States: America/Menominee America/Metlakatla America/New_York America/Nome America/North_Dakota/Beulah
US United States: America/North_Dakota/Center America/North_Dakota/New_Salem America/Phoenix America/Sitka
US United States: America/Yakutat Pacific/Honolulu
UY Uruguay: America/Montevideo
UZ Uzbekistan: Asia/Samarkand Asia/Tashkent
VA Vatican City: Europe/Vatican
VC St Vincent: America/St_Vincent
VE Venezuela: America/Caracas
VG Virgin Islands (UK): America/Tortola
VI Virgin Islands (US): America/St_Thomas
VN Vietnam: Asia/Ho_Chi_Minh
VU Vanuatu: Pacific/Efate
WF Wallis & Futuna: Pacific/Wallis
WS Samoa (western): Pacific/Apia
YE Yemen: Asia/Aden
YT Mayotte: Indian/Mayotte
ZA South Africa: Africa/Johannesburg
ZM Zambia: Africa/Lusaka
ZW Zimbabwe: Africa/Harare
"""
"""`CODE Name: Zone Zone …`; a country with many zones has several lines."""

_OTHER_NAMES = {
    "USA": "US",
    "United States of America": "US",
    "America": "US",
    "UK": "GB",
    "United Kingdom": "GB",
    "Great Britain": "GB",
    "Britain": "GB",
    "England": "GB",
    "Scotland": "GB",
    "Wales": "GB",
    "Northern Ireland": "GB",
    "UAE": "AE",
    "South Korea": "KR",
    "Korea": "KR",
    "Republic of Korea": "KR",
    "North Korea": "KP",
    "Russian Federation": "RU",
    "Czechia": "CZ",
    "Holland": "NL",
    "The Netherlands": "NL",
    "Türkiye": "TR",
    "Ivory Coast": "CI",
    "Viet Nam": "VN",
    "Congo": "CG",
    "DR Congo": "CD",
    "Democratic Republic of the Congo": "CD",
    "Timor-Leste": "TL",
    "Cabo Verde": "CV",
    "Eswatini": "SZ",
    "Swaziland": "SZ",
    "Myanmar": "MM",
    "Burma": "MM",
    "Samoa": "WS",
    "American Samoa": "AS",
    "Macao": "MO",
    "Bosnia and Herzegovina": "BA",
    "Trinidad and Tobago": "TT",
    "Antigua and Barbuda": "AG",
    "Central African Republic": "CF",
    "Macedonia": "MK",
    "Brasil": "BR",
    "México": "MX",
    "España": "ES",
    "Deutschland": "DE",
}


def country_of(text: Json) -> str | None:
    """Return the ISO 3166 alpha-2 code of a country given by its code or its name in English, else None."""
    if not isinstance(text, str):
        return None
    code = text.strip().upper()
    return code if code in _ZONES else _CODES.get(text.strip().casefold())


def zones_of_country(code: str) -> tuple[str, ...]:
    """List the zones of a country, by its code; empty for what is no country."""
    return _ZONES.get(code, ())


def _read_table() -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    zones: dict[str, tuple[str, ...]] = {}
    codes = {name.casefold(): code for name, code in _OTHER_NAMES.items()}
    for line in _TABLE.strip().splitlines():
        country, _, listed = line.partition(": ")
        code, _, name = country.partition(" ")
        zones[code] = (*zones.get(code, ()), *listed.split())
        codes[name.casefold()] = code
    return zones, codes


_ZONES, _CODES = _read_table()
