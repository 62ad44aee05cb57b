"""Writes spoken Mandarin numbers in digits where a person would: not in idioms, not where they are only “about”."""

import re

_DIGITS = {"零": 0, "〇": 0, "幺": 1, "两": 2, **{character: n for n, character in enumerate("一二三四五六七八九", 1)}}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10_000, "亿": 100_000_000}

_D, _RUN = "[一二两三四五六七八九]", "[零〇幺一二两三四五六七八九十百千万亿]+"
_SECTION = f"(?:{_D}千)?[零〇]?(?:{_D}百)?[零〇]?(?:{_D}?十)?[零〇]?{_D}?"
_WHOLE = re.compile(f"(?=.*[十百千万亿])(?={_D}|十)(?:{_SECTION}亿)?(?:{_SECTION}万)?{_SECTION}")
_STRING = re.compile("[零〇幺一二三四五六七八九]+")
_SPOKEN = re.compile(
    f"(?<![0-9.{_RUN[1:-2]}])"
    f"(?:百分之(?P<percent>{_RUN})(?:点(?P<of_percent>{_RUN}))?"
    f"|(?P<degrees>{_RUN})度(?P<tenth>[一二三四五六七八九])(?![天个次小点岁号人位片月年周分楼回遍盒粒瓶秒米{_RUN[1:]})"
    f"|(?P<left>{_RUN})点(?P<right>{_RUN})|(?P<run>{_RUN}))"
)
_IDIOMS = re.compile(
    "十分(?!钟|之)|十足|十全|十字|十万火急|十有八九|十之八九|五十步|一五一十|三百六十行|百分百|七十二变|十八般|十来"
    "|[一两]千万(?=别|不要|记)|一百个(?=不|放心)|双十|一块(?!钱)|一月(?=之|内)|一路|一层|一号(?=人物|种子)"
)
_ABOUT = re.compile("[几多余]|来[个岁天块斤人]")
_ORDINAL = re.compile("[第几数好成上初星期周拜老]$")

_LONGEST_ROOM, _SHORTEST_PHONE = 4, 5
_OF_A_ROOM = re.compile("室|号|房|弄|栋|幢|楼|路|年")
_EMERGENCY = frozenset({"一一九", "一二二"})
_OF_ONE_DIGIT = re.compile(
    "岁|周岁|号|单元|栋|幢|楼|室|月(?!亮|饼|子|经)|块|元|毛|毫升|毫克|公斤|公里|点钟|点整|点半|分钟|小时|路(?=公交|车)"
)
_OF_SEVERAL = re.compile("度|片|粒|盒|支|层|天|斤|克|升|米|倍|年|分(?=[^之])|个月|个小时")
_OF_TEN = re.compile("个|人|位|次|口|件|箱|包|袋|瓶|颗|里|户|名|张")
_OF_A_DECIMAL = re.compile("度|公斤|斤|毫升|毫克|克|升|米|公里|万|亿|元|块|小时|倍|厘米")
_TIME_OF_DAY = re.compile("(上午|下午|早上|晚上|中午|凌晨|傍晚|今天|明天|今晚|明早)$")
_HOURS, _MINUTES = range(25), range(60)


def with_digits(text: str) -> str:
    """Return a text with its spoken numbers in digits: 三十九度二 → 39.2度, 幺三八… → 138…, 十二号楼 → 12号楼.

    Idioms (十分, 万一), “about” numbers (七八十, 十几) and ordinals (第三) stay as they are.
    """
    idioms = [range(match.start(), match.end()) for match in _IDIOMS.finditer(text)]

    def written(match: re.Match[str]) -> str:
        if any(place in idiom for idiom in idioms for place in (match.start(), match.end() - 1)):
            return match[0]
        return _written(match, text[: match.start()], text[match.end() :]) or match[0]

    return _SPOKEN.sub(written, text)


def value(spoken: str) -> int:
    """Return the value of a spoken whole number: 一百零五 → 105, 一百二 → 120, 两万三 → 23000."""
    total = section = digit = 0
    last = 1
    for character in spoken:
        if character in _MYRIADS:
            total += (section + digit) * _MYRIADS[character]
            section, digit, last = 0, 0, _MYRIADS[character]
        elif character in _UNITS:
            section, digit, last = section + (digit or 1) * _UNITS[character], 0, _UNITS[character]
        else:
            digit, last = _DIGITS[character], last if _DIGITS[character] else 1
    return total + section + digit * max(last // 10, 1)


def _written(match: re.Match[str], before: str, after: str) -> str | None:
    """Return how a person writes this number between what stands before and after it; None to leave it in words."""
    if match["percent"]:
        return _percent(match["percent"], match["of_percent"])
    if match["degrees"]:
        return f"{value(match['degrees'])}.{_DIGITS[match['tenth']]}度" if _is_whole(match["degrees"]) else None
    if match["left"]:
        return _with_a_point(match["left"], match["right"], before, after)
    return _alone(match["run"], before, after)


def _percent(whole: str, part: str | None) -> str | None:
    if not _is_number(whole) or (part and not _STRING.fullmatch(part)):
        return None
    return f"{value(whole)}.{_string(part)}%" if part else f"{value(whole)}%"


def _with_a_point(left: str, right: str, before: str, after: str) -> str | None:
    """A time (八点二十, 三点零五) or a decimal number that has a unit (三点五公斤); 点 says both."""
    if not _is_number(left):
        return None
    if _STRING.fullmatch(right) and _OF_A_DECIMAL.match(after):
        return f"{value(left)}.{_string(right)}"
    is_minute = _is_whole(right) or re.fullmatch(f"[零〇]{_D}", right) or after.startswith("分")
    if is_minute and _is_number(right) and value(left) in _HOURS and value(right) in _MINUTES:
        return f"{value(left)}点{_string(right) if right[0] in '零〇' else value(right)}"
    hour = _alone(left, before, "点钟") if _TIME_OF_DAY.search(before) else None
    return f"{hour}点{right}" if hour else None


def _alone(run: str, before: str, after: str) -> str | None:
    if _ABOUT.match(after) or _ORDINAL.search(before):
        return None
    if _is_whole(run):
        return _whole(run, after)
    if len(run) == 1:
        return _one_digit(run, before, after)
    return _string(run) if _STRING.fullmatch(run) and _is_dialled_or_on_a_door(run, before, after) else None


def _whole(run: str, after: str) -> str | None:
    if run == "十" and not any(unit.match(after) for unit in (_OF_ONE_DIGIT, _OF_SEVERAL, _OF_TEN)):
        return None
    if run[-1] in _MYRIADS and _is_number(run[:-1]) and not set(run[:-1]) & _MYRIADS.keys():
        return f"{value(run[:-1])}{run[-1]}"
    return str(value(run))


def _one_digit(run: str, before: str, after: str) -> str | None:
    if run not in _DIGITS:
        return None
    is_hour = after.startswith("点") and _TIME_OF_DAY.search(before)
    several = run not in "一两零〇幺" and _OF_SEVERAL.match(after)
    named = run not in "零〇" and _OF_ONE_DIGIT.match(after)
    return str(_DIGITS[run]) if is_hour or several or named else None


def _is_dialled_or_on_a_door(run: str, before: str, after: str) -> bool:
    """Tell whether digits said one by one are a number as such: long, or with a zero in it, or a door's, or dialled."""
    if len(run) >= _SHORTEST_PHONE or run in _EMERGENCY:
        return True
    spelt_out = set(run) & set("零〇幺") or _OF_A_ROOM.match(after) or before.endswith(("打", "拨"))
    return bool(spelt_out) and len(run) in range(3, _LONGEST_ROOM + 1)


def _is_whole(run: str) -> bool:
    return bool(_WHOLE.fullmatch(run)) and run[-1] not in "零〇"


def _is_number(run: str) -> bool:
    return _is_whole(run) or bool(re.fullmatch(f"{_D}|[零〇]{_D}?", run))


def _string(run: str) -> str:
    return "".join(str(_DIGITS[character]) for character in run)
