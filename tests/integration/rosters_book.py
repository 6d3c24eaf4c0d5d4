"""Rosters as real offices keep them: titles, merged cells, odd headings, sums and signatures at the foot."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook

WEIGHTS = tuple(2**power % 11 for power in range(17, 0, -1))


def number(born: str = "19700101", serial: int = 1, *, female: bool = False, place: str = "410105") -> str:
    """An invented ID number with a check digit that fits."""
    body = f"{place}{born}{serial:02d}{2 if female else 1}"
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True)) % 11]


def save(path: Path, rows: Sequence[Sequence[Any]], merged: Sequence[str] = ()) -> Path:
    """The rows as the first sheet of a workbook."""
    book = Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(list(row))
    for cells in merged:
        sheet.merge_cells(cells)
    book.save(path)
    return path


WANG, LI, ZHAO = number(serial=1), number("19800202", 2, female=True), number("19900303", 3)


def training(path: Path) -> Path:
    """A class of three: what holds for all stands above the header, whose second line splits the certificate."""
    head = ["序号", "姓 名", "性别", "身份证号码", "联系电话", "人员类别", "证书", None, None, "发证单位", "备注"]
    under = [None, None, None, None, None, None, "名称", "等级", "编号", None, None]
    rows = [
        ["郑州市金水区总工会2014年职业技能培训花名册", *[None] * 10],
        ["培训机构（盖章）：样例技校　　培训工种：电焊工　　培训时间：2014年3月1日至2014年3月15日", *[None] * 10],
        head,
        under,
        [1, "样例王", "男", WANG, 13800000001, "下岗失业人员", "焊工证", "初级（五级）", "A001", "郑州市人社局", None],
        [2, "样例李", "女", LI, "13800000002", "农民工", "焊工证", "四级", "A002", "郑州市人社局", "班长"],
        ["第二小组", *[None] * 10],
        [3, "样例赵", "男", ZHAO, None, "在职职工", None, None, None, None, None],
        ["合计", "3人", *[None] * 9],
        ["制表人：样例陈　　审核人：", *[None] * 10],
    ]
    merged = ["A1:K1", "A2:K2", "A3:A4", "B3:B4", "C3:C4", "D3:D4", "E3:E4", "F3:F4", "G3:I3", "J3:J4", "K3:K4"]
    return save(path, rows, [*merged, "A7:K7", "A10:K10"])


def employment(path: Path) -> Path:
    """Work with and without contracts; a day as Excel keeps it, one as words, a month alone."""
    rows = [
        ["就业花名册（2014年上半年）", *[None] * 9],
        ["姓名", "身份证号", "手机", "类别", "就业单位", "岗位", "上岗时间", "合同类型", "合同期限", "就业渠道"],
        [
            "样例王",
            WANG,
            "13800000001",
            "下岗失业",
            "样例重工",
            "焊工",
            date(2014, 4, 1),
            "固定期限",
            "一年",
            "工会介绍",
        ],
        ["样例李", LI, "13800000002", "农民工", "样例重工", "焊工", "2014年4月2日", "", "", "招聘会"],
        ["样例赵", ZHAO, "", "在职", "样例家政", "保洁", "2014.5", "无固定期限", "", "自谋"],
        ["样例钱", "", "13800000004", "农民工", "未就业", "", "", "", "", ""],
    ]
    return save(path, rows, ["A1:J1"])


def tuition(path: Path) -> Path:
    """Two children of one house with the parent's number, amounts in 万元 under one heading."""
    rows = [
        ["金秋助学受助学生花名册", *[None] * 7],
        ["编号", "学生姓名", "家长姓名", "联系电话", "家庭类型", "录取院校", "资助金额（万元）", "发放时间"],
        [1, "样例小一", "样例周", "13800000009", "困难农民工", "样例大学", 0.3, "2014-08-20"],
        [2, "样例小二", "样例周", "13800000009", "困难农民工", "样例市第一高级中学", "0.15", "2014-08-20"],
        [3, "样例小三", "样例吴", "13800000010", "困难职工", "样例职业学院", "0.2", "2014-08-21"],
        ["", "合计", "", "", "", "", 0.65, ""],
    ]
    rows[1].insert(6, "学段")
    for row, stage in zip(rows[2:5], ("本科", "高中", "大专"), strict=True):
        row.insert(6, stage)
    return save(path, rows, ["A1:I1"])
