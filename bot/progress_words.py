"""What somebody says of what they asked for: 我的事办得咋样了 → progress, 把报名撤了 → back, 不找了 → rest."""

from __future__ import annotations

import re

_NEWS = r"(?:个|啥|什么)?(?:信儿?|消息|结果|回音|回复|动静|答复|下文|回应)"
_PROGRESS = re.compile(
    r"(?:办|弄|审核?|处理|批|查)(?:得|的|下来|到|理)*(?:咋样|怎么样|怎样|好了?(?:吗|没|么)|完了?(?:吗|没|么)"
    r"|到?哪一?步|到哪儿?了|了没|了吗)"
    rf"|(?:报名|申请|投诉|反映|登记|求助|贷款|补助)[^,。;]{{0,8}}(?:(?:没|有没有|还没有?){_NEWS}|咋样了|怎么样了"
    rf"|成了(?:吗|没)|通过了?(?:吗|没))"
    rf"|(?:还|咋|怎么|一直|到现在)(?:还)?没有?人?(?:给|跟)?(?:我|俺)?{_NEWS}|(?:咋|怎么|一直"
    rf"|还)(?:还)?没(?:有)?人(?:联系|理|管|回)我?"
    rf"|^(?:查|看|问)?(?:一?下)?(?:我的?)?(?:事|办理|申请|报名)?的?进(?:度|展)(?:呢|怎么样|咋样|如何)?$"
    rf"|^有{_NEWS}了?(?:吗|没有?|么)$|^{_NEWS}(?:呢|出来了?(?:吗|没))$"
    r"|^(?:my )?progress$|any (?:news|progress|answer)"
)
_FOR = r"报名|申请|贷款|帮扶|补助|求助|投诉|培训|面试|登记|报的名"
_BACK = re.compile(
    rf"(?:我|俺)?(?:想|要|把|帮我|给我|请|能不能|怎么|咋)*(?:我的?|那个|之前的?|刚才的?|的)*(?:{_FOR})*(?:都|全|给我"
    rf"|给|帮我)*(?:撤回?|撤销|撤掉|撤下来?|退掉)(?:了|掉|吧|我|的|那个|刚才|之前|这个)*(?:{_FOR})*(?:吧|了|吗)*"
    rf"|(?:我|俺)?(?:想|要|把|帮我|给我|请)*(?:我的?|那个|之前的?|刚才的?)*(?:(?:{_FOR})+(?:都|给我|给)*(?:取消|退)"
    rf"|取消(?:我的?|那个)*(?:{_FOR})+)(?:了|吧)*"
    r"|(?:我|俺)?(?:不|不想|不要)(?:申请|报名|贷款|贷|借|求助|投诉)了(?:吧)?|withdraw(?: my \w+)?"
)
_REST = re.compile(
    r"(?:我|俺)?(?:现在|先|暂时|已经|最近)*(?:不|不用|不想|不要|不需要)(?:再)?找(?:活儿?|工作"
    r"|事)?(?:干)?了(?:[,。! ]*谢谢.{0,4})?|not looking any ?more"
)


def about_mine(said: str) -> str:
    """`progress`, `back` (take something back), `rest` (looks no more), or empty for other sentences (folded)."""
    if _BACK.fullmatch(said):
        return "back"
    if _REST.fullmatch(said):
        return "rest"
    return "progress" if len(said) <= 40 and _PROGRESS.search(said) else ""
