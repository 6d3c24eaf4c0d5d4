"""The main story over HTTP: from a newcomer's advert to one more on the official form."""

from __future__ import annotations

import asyncio
import json
import re
from contextlib import AsyncExitStack
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from people import WebPerson, ask, hears, line_number, tap
from player import values_of_play
from program import Program
from rows import count, rows

WORKER_PHONE, BOSS_PHONE = "13712340001", "13712340002"
PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


async def play_story(program: Program) -> None:
    """Four people, one vacancy, one placement, and the form before and after."""
    async with AsyncExitStack() as stack:
        boss, worker, other, staff = [WebPerson(program) for _ in range(4)]
        for person, link in ((boss, ""), (worker, ""), (other, ""), (staff, program.roles["staff"].link)):
            await person.enter(link)
            stack.push_async_callback(person.close)
        values = values_of_play()
        await _post(boss, values)
        await _approve(staff, boss, values)
        await _find_and_apply(program, worker, values)
        await _invite(boss)
        await hears(worker, f"{values['firm']}想约您谈“电焊工”")
        told = "\n".join(str(heard) for person in (boss, worker, other, staff) for heard in person.heard)
        assert not PHONE.search(told), f"a phone number before both said yes: {told}"
        await tap(worker, "同意", "的联系人老李", f"电话 {BOSS_PHONE}", below="想约您谈")
        contact = await hears(boss, "王大力同意见面", f"电话 {WORKER_PHONE}")
        assert BOSS_PHONE not in contact
        await _hire(boss, worker)
        before = await asyncio.to_thread(form, program, this_period(), "410100")
        period, region = await _confirm(staff, worker)
        await _form_rises(program, region, period, before)
        await other.settle()
        assert not other.heard, "somebody who said nothing is told nothing"


async def _post(boss: WebPerson, values: dict[str, str]) -> None:
    advert = f"招电焊工3名 郑州中原 {values['pay']} 包吃住 联系人老李"
    await ask(boss, advert, "请核对", "岗位：电焊工", "人数：3", "郑州市中原区", values["pay"], "联系人：老李")
    await tap(boss, "发布", "哪个单位")
    await ask(boss, values["firm"], "统一社会信用代码")
    await ask(boss, values["code"], "收到：电焊工", "先核对单位", "联系电话")
    await ask(boss, BOSS_PHONE, "直招、派遣还是中介")
    await tap(boss, "直招", "几号发工资")
    await ask(boss, "取消", "想找什么活")


async def _approve(staff: WebPerson, boss: WebPerson, values: dict[str, str]) -> None:
    for _ in range(6):  # the digest shows five of a kind: those of the sample go first
        await ask(staff, "早报", "早报")
        labels = [label for _, label in staff.heard[-1].buttons if label.startswith("核对单位")]
        if f"核对单位：{values['firm']}" in labels:
            break
        await tap(staff, labels[0], "退回")
        await tap(staff, "退回", "退回了")
    await tap(staff, f"核对单位：{values['firm']}", values["code"], "待发岗位：电焊工 3人")
    await tap(staff, "通过", "通过了")
    await hears(boss, f"{values['firm']}通过核对，1个岗位已开放")


async def _find_and_apply(program: Program, worker: WebPerson, values: dict[str, str]) -> None:
    entries = await count(program, "ledger_entries")
    await ask(worker, f"电焊工 郑州中原 {values['low']}", f"/\\d\\. 电焊工 郑州中原 {values['pay']} 包吃住 直招/")
    assert await count(program, "ledger_entries") == entries, "a list shown is no service and writes no entry"
    number = line_number(worker.heard, values["pay"])
    assert number is not None
    await tap(worker, number, f"报名好了：电焊工 · {values['firm']}", "只用来给您找工作", "现在的情况是")
    registered = await rows(program, "SELECT kind FROM ledger_entries ORDER BY id DESC LIMIT 1")
    assert registered == [("seeker_registered",)], "the first application registers the seeker"
    await tap(worker, "外出务工", "有什么证吗")
    for question in ("干过几年", "什么时候能上班", "老家", "怎么称呼"):
        await ask(worker, "跳过", question)
    await ask(worker, "王大力", "手机号")
    await ask(worker, WORKER_PHONE, "好了，谢谢")


async def _invite(boss: WebPerson) -> None:
    await ask(boss, "候选人", "电焊工 · 郑州中原 · 在招 · 报名1 · 已招0/3", "1. 王**")
    await tap(boss, "看1", "约面试")
    await tap(boss, "约面试", "已经问对方了")


async def _hire(boss: WebPerson, worker: WebPerson) -> None:
    await ask(boss, "候选人", "已同意见面")
    await tap(boss, "看1", "录用")
    await tap(boss, "录用", "工会来核对合同")
    await hears(worker, "恭喜", "录用您做“电焊工”")


async def _confirm(staff: WebPerson, worker: WebPerson) -> tuple[str, str]:
    await ask(staff, "早报", "确认上岗：王** 137****0001 → 电焊工")
    await tap(staff, "/确认上岗：王.*电焊工/", "哪天上班")
    await tap(staff, "今天", "凭什么确认")
    await tap(staff, "看到合同", "签的什么合同")
    await tap(staff, "固定期限", "合同多长")
    told = await tap(staff, "一年", "已入账：电焊工")
    await hears(worker, "上班登记好了：电焊工")
    command = re.search(r"report form1-2014 --region (\d{6}) --period (\S+)", told)
    assert command is not None, told
    return command[2], command[1]


def form(program: Program, period: str, region: str) -> dict[str, Any]:
    """The figures of form 1."""
    printed = program.call("report", "form1-2014", "--region", region, "--period", period, "--as", "json")
    items: dict[str, Any] = json.loads(printed)["items"]
    return items


def this_period() -> str:
    """The annual report that counts a fact of today: it runs from December to November."""
    today = datetime.now(ZoneInfo("Asia/Shanghai"))
    return f"{today.year + (today.month == 12)}-annual"


async def _form_rises(program: Program, region: str, period: str, before: dict[str, Any]) -> None:
    placed = await rows(
        program,
        "SELECT id, started_on, contract, months, evidence, how FROM placements ORDER BY id DESC LIMIT 1",
    )
    placement, started, *rest = placed[0]
    assert rest == ["fixed", 12, "contract", "introduced"]
    assert (region, period) == ("410100", this_period())
    after = await asyncio.to_thread(form, program, period, region)
    assert (after["2"], after["2.3"]) == (before["2"] + 1, before["2.3"] + 1)
    explained = await asyncio.to_thread(
        program.call, "report", "form1-2014", "--region", region, "--period", period, "--explain", "2.3"
    )
    assert f"contract_signed:{placement}" in explained
    assert re.search(rf"contract_signed:{placement}\t.*{started}.*\"months\": 12", explained)
    province = await asyncio.to_thread(form, program, period, "410000")
    assert province["2.3"] >= after["2.3"], "the province has what its city has"
