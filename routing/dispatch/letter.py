"""Writes the letter by which an order is handed over to another city (跨市转办)."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from core.models import WorkOrder
from core.settings import Settings
from routing.orders.events import add_event

_LETTER = """\
关于转办市民诉求的函

{to_city}有关热线：

{city}应急热线于{registered}受理市民诉求一件（编号 {number}，紧急程度：{urgency}）。
经核实，该事项由贵市办理更为妥当，现转请协助办理，并请将结果告知我方，以便回访市民。

所在区域：{district}
联系电话：{phone}
诉求内容（据录音转写，以录音为准）：
{summary}

                                        {city}应急热线
                                        {today}
"""
_URGENCIES = {"red": "红（生命危险）", "yellow": "黄", "green": "绿", "unknown": "未定（按黄处理）"}


def letter(session: Session, order: WorkOrder, to_city: str, actor: str, now: datetime, settings: Settings) -> str:
    """Return the letter as text, and note that it was written; the number is left out where identity is hidden."""
    zone = ZoneInfo(settings.time_zone)
    number = None if order.hides_identity else order.call.caller.number
    add_event(session, order, "letter_written", actor, now, city=to_city)
    return _LETTER.format(
        to_city=to_city,
        city=settings.city_name_zh,
        number=order.number,
        registered=f"{order.registered_at.astimezone(zone):%Y年%m月%d日 %H时%M分}",
        urgency=_URGENCIES[order.urgency],
        district=order.district or "未知",
        phone=number or "请与我方联系",
        summary=order.summary or "（没有文字，请听录音）",
        today=f"{now.astimezone(zone):%Y年%m月%d日}",
    )
