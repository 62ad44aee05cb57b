"""What callers say who are heard live."""

from ivr.prompts import prompt

DANGER = "我 父亲 喘不上气"
QUESTION = "健康码 变 红 了 怎么办"
NEED = "路灯 坏 了 三 天"
DANGER_PROMPT = prompt("danger_by_voice", "zh", emergency_numbers="120, 119, 110")


def talk(caller):
    return caller.telephone.call().dialogue
