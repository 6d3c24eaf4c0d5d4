"""What people type for a command, in any language they use here; compared folded (width, case)."""

from __future__ import annotations

WHO = ("你是谁", "你是什么", "你是干嘛的", "你是干什么的", "这是什么", "这是啥", "你是机器人吗", "who are you")
NOT_GOING = ("不报了", "不去了", "我不去了", "不想去了", "我不想去了")
APPLIED = ("我的报名", "报名记录", "取消报名", "撤回报名", *NOT_GOING, "withdraw")
COMMANDS: dict[str, frozenset[str]] = {
    "start": frozenset({"/start", "开始", "你好找活", "start", "首页", "菜单", "menu"}),
    "help": frozenset({"帮助", "/help", "help", "?", "怎么用", "怎么弄", "说明", "使用说明", *WHO}),
    "language": frozenset({"语言", "language", "/language", "换语言", "切换语言"}),
    "english": frozenset({"english", "英文", "英语", "in english"}),
    "chinese": frozenset({"中文", "汉语", "chinese", "普通话"}),
    "stop": frozenset(
        {"停", "停止", "退订", "t", "td", "stop", "unsubscribe", "取消订阅", "别发了", "不要再发", "/stop"}
    ),
    "resume": frozenset({"恢复", "订阅", "重新订阅", "resume"}),
    "forget": frozenset({"删除我的资料", "删除资料", "删除我的信息", "注销", "delete my data", "/delete"}),
    "human": frozenset({"人工", "0", "找人", "转人工", "人工服务", "客服人员", "工作人员", "human", "/human", "agent"}),
    "call_back": frozenset({"9", "请回电", "回电", "回我电话", "call me", "call back"}),
    "follow_up": frozenset({"71", "72", "73"}),
    "privacy": frozenset({"隐私", "privacy", "隐私说明"}),
    "my_data": frozenset({"我的资料", "我的信息", "我的", "资料", "my data", "me", "/me", *APPLIED}),
    "courses": frozenset({"培训", "课程", "学技术", "培训班", "免费培训", "courses", "training", "/courses"}),
    "my_training": frozenset(
        {
            "我的培训",
            "我的课",
            "我的课程",
            "我的证书",
            "我的券",
            "我的培训券",
            "my training",
            "my courses",
            "my vouchers",
        }
    ),
    "classes": frozenset({"班级", "培训班级", "我的班", "开的班", "classes", "/classes"}),
    "home_service": frozenset({"家政一条龙", "家政进度", "home service"}),
    "wages_owed": frozenset(
        {
            "欠薪",
            "拖欠工资",
            "工资拖欠",
            "讨薪",
            "欠工资",
            "不发工资",
            "老板欠薪",
            "被欠薪",
            "unpaid wages",
            "wages owed",
        }
    ),
    "severance": frozenset({"裁员补偿", "补偿金", "经济补偿", "被裁员", "被辞退", "severance"}),
    "insurance": frozenset({"社保接续", "社保转移", "社保", "接社保", "social insurance"}),
    "rights": frozenset(
        {
            "维权",
            "投诉",
            "我要投诉",
            "我想投诉",
            "我要维权",
            "法律援助",
            "法律咨询",
            "劳动仲裁",
            "rights",
            "legal aid",
            "/rights",
        }
    ),
    "aid": frozenset(
        {
            *(
                "申请帮扶",
                "帮扶",
                "帮扶申请",
                "困难帮扶",
                "困难档案",
                "困难职工",
                "困难职工档案",
                "困难补助",
                "困难救助",
            ),
            *("申请困难补助", "建档", "救助", "申请救助", "生活救助", "生活补助", "家里困难", "生活困难"),
            *("aid", "apply for aid", "family file", "/aid"),
        }
    ),
    "medical_aid": frozenset({"医疗", "医疗救助", "医疗补助", "大病", "大病救助", "看病没钱", "medical aid"}),
    "tuition_aid": frozenset({"助学", "助学金", "申请助学", "金秋助学", "学费", "孩子学费", "tuition", "tuition aid"}),
    "loan": frozenset({"贷款", "小额贷款", "创业贷款", "申请贷款", "借款", "借钱", "想贷款", "loan", "/loan"}),
    "startup": frozenset(
        {
            *(
                "创业",
                "想创业",
                "我想创业",
                "自主创业",
                "自己干",
                "想自己干",
                "开店",
                "想开店",
                "我想开店",
                "开个店",
                "想开个店",
            ),
            *("做生意", "想做生意", "做点小生意", "自己当老板", "创业项目", "项目库", "创业指导", "创业帮扶"),
            *("start a business", "own business", "startup"),
        }
    ),
    "my_aid": frozenset({"我的帮扶", "帮扶进度", "我的档案", "我的贷款", "我的助学金", "my aid", "my loan"}),
    "posted": frozenset({"公示", "公示名单", "帮扶公示", "看公示", "posted lists"}),
    "more": frozenset({"更多", "还有吗", "下一页", "再来", "换一批", "more", "next"}),
    "newest": frozenset({"最新", "最新的", "最新岗位", "最新工作", "新岗位", "按时间", "newest", "latest"}),
    "place": frozenset({"换地方", "换个地方", "换城市", "change place"}),
    "find": frozenset({"找工作", "找活", "找活干", "找个工作", "我要找工作", "看岗位", "jobs", "find a job", "/jobs"}),
    "skip": frozenset({"跳过", "不填", "skip", "不说", "先不填"}),
    "back": frozenset({"返回", "上一步", "后退", "back"}),
    "cancel": frozenset({"取消", "算了", "cancel", "不弄了"}),
    "post": frozenset({"招人", "发布岗位", "我要招人", "招工", "招聘", "发布招聘", "post a job", "hire", "/post"}),
    "candidates": frozenset({"候选人", "人选", "看人", "看候选人", "报名的人", "candidates", "/candidates"}),
    "full": frozenset(
        {
            "招满",
            "停招",
            "关闭岗位",
            "下架",
            "下架岗位",
            "停止招聘",
            "招到人了",
            "已招满",
            "人招满了",
            "不招了",
            "招满了",
            "满了",
            "招到了",
            "filled",
            "招够了",
        }
    ),
    "mine": frozenset({"我的岗位", "我发布的", "my vacancies"}),
    "elsewhere": frozenset({"换手机", "接着聊", "换个手机", "换设备", "continue elsewhere", "/code"}),
    "switch": frozenset({"换人", "换个人", "不是我", "我不是他", "我不是她", "别人用", "switch person", "/switch"}),
    "qr": frozenset({"二维码", "扫码", "我的二维码", "海报", "qr", "/qr"}),
    "fairs": frozenset({"招聘会", "近期招聘会", "fairs", "job fairs", "/fairs"}),
    "next_number": frozenset({"下一位", "叫号", "下一个", "下个", "next person"}),
    "my_number": frozenset({"我的号", "排号", "我几号", "还有几个", "还要等多久", "my number"}),
    "speak_for": frozenset(
        {"替人登记", "代办", "帮别人报名", "替人", "代人登记", "帮人登记", "替人报名", "帮人找活", "for others"}
    ),
    "my_people": frozenset({"我的人", "代办名单", "我代办的人", "名单", "my people"}),
    "tally": frozenset({"信息员", "信息员统计", "代办统计", "officers", "tally"}),
    "surveys": frozenset({"调查", "问卷", "surveys"}),
    "join_union": frozenset({"入会", "加入工会", "我要入会", "参加工会", "join the union", "join union"}),
    "graduate_posts": frozenset({"毕业生岗位", "graduate posts"}),
    "my_plan": frozenset({"毕业生帮扶", "我的帮扶计划", "我的计划", "graduate help", "my plan"}),
    "job_search_subsidy": frozenset({"求职补贴", "job search subsidy"}),
    "internship": frozenset({"实习", "见习", "internship"}),
    "bases": frozenset({"建基地", "基地", "bases"}),
    "team": frozenset({"班组", "我的班组", "建班组", "入班组", "team", "my team"}),
    "team_apply": frozenset({"班组报名", "全班报名", "班组一起报", "一起报名", "全班一起报", "team apply"}),
    "leave_team": frozenset({"退班组", "退出班组", "leave team"}),
    "exports": frozenset({"劳务输出", "输出", "labour export"}),
    "funds": frozenset({"资金", "经费", "资金余额", "funds", "/funds"}),
    "filing": frozenset({"填报", "报表", "统计报表", "上报", "报送", "filing", "reports", "/filing"}),
    "desk": frozenset({"早报", "待办", "工作台", "digest", "desk", "/desk", "今日"}),
}
