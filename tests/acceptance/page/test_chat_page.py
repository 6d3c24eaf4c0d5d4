"""The chat page in a real browser, against a small honest server of its protocol."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fake_chat_server import STATIC, Answer, FakeChat, Reply
from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
FILES = ["chat.html", "chat.css", "chat.js", "net.js", "queue.js", "text.js", "view.js", "words.js"]
PHONE = {"width": 360, "height": 640}

pytestmark = [
    pytest.mark.peers,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason=f"no {CHROMIUM}: apt-get install chromium"),
]

JOBS = "郑州电焊工,有 2 个合适的:\n1 焊工 · 郑州高新区 · 6000–8000\n2 电焊工 · 新郑 · 5500–7000"
TAKEN = "好,已为您报名。"


def answer(heard: str) -> list[Reply]:
    if heard.startswith("电焊工"):
        return [(JOBS, [("1", "1 报名"), ("2", "2 报名"), ("0", "都不合适,请办事处的人打电话给我")])]
    if heard == "1 报名":
        return [(TAKEN, [])]
    return [("收到:" + heard, []), ("还有什么可以帮您?", [])]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def chat() -> Iterator[FakeChat]:
    with FakeChat(answer) as chat:
        yield chat


Open = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, chat: FakeChat) -> Iterator[Open]:
    """Opens the page as a phone does; any script error or breach of the content policy fails the test."""
    troubles: list[str] = []
    context = browser.new_context(
        viewport=PHONE, locale="zh-CN", timezone_id="Asia/Shanghai", has_touch=True, is_mobile=True
    )
    context.set_default_timeout(10_000)

    def open_page(*, ready: bool = True) -> Page:
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda line: "Content Security" in line.text and troubles.append(line.text))
        page.goto(chat.url)
        if ready:
            expect(page.locator("#status")).to_have_text("在线")
        return page

    yield open_page
    context.close()
    assert not troubles


def write(page: Page, text: str) -> None:
    page.fill("#input", text)
    page.press("#input", "Enter")


def texts(page: Page) -> list[str]:
    return page.locator("#log .text").all_inner_texts()


def shows(page: Page, *expected: str) -> None:
    expect(page.locator("#log .text")).to_have_text(list(expected), timeout=10_000)


def mark(page: Page, number: int = -1) -> str:
    return page.locator("#log .mark").nth(number).get_attribute("aria-label") or ""


def test_a_sentence_goes_out_and_the_answer_comes_in(chat: FakeChat, open_page: Open) -> None:
    page = open_page()
    expect(page.locator("#hint")).to_contain_text("电焊工 郑州 5000")
    write(page, "电焊工 郑州 5000")
    shows(page, "电焊工 郑州 5000", JOBS)
    expect(page.locator("#hint")).to_be_hidden()
    expect(page.locator("#log .me .mark")).to_have_attribute("aria-label", "已回复")
    assert [post["text"] for post in chat.posts] == ["电焊工 郑州 5000"]
    assert page.locator("#log").get_attribute("role") == "log"


def test_enter_sends_but_not_with_shift_nor_while_a_chinese_word_is_being_picked(
    chat: FakeChat, open_page: Open
) -> None:
    page = open_page()
    page.fill("#input", "一")
    page.press("#input", "Shift+Enter")
    page.dispatch_event("#input", "keydown", {"key": "Enter", "isComposing": True})
    assert page.input_value("#input") == "一\n"
    low = page.locator("#input").bounding_box()
    page.fill("#input", "\n".join("一二三四五六七八九"))
    high = page.locator("#input").bounding_box()
    assert low and high and low["height"] < high["height"] < 170  # five lines at most
    page.click(".send")
    expect(page.locator("#log .me")).to_have_count(1)
    assert page.input_value("#input") == ""


def test_a_button_sends_its_choice_and_is_spent(chat: FakeChat, open_page: Open) -> None:
    page = open_page()
    write(page, "电焊工 郑州 5000")
    write(page, "电焊工 新郑 5000")
    expect(page.locator(".keys")).to_have_count(2)
    page.locator(".keys").nth(1).get_by_text("1 报名").click()
    expect(page.locator("#log .text").last).to_have_text(TAKEN)
    posted = chat.posts[-1]
    assert posted["choice"] == "1"
    assert chat.items[posted["message"]]["text"] == JOBS
    expect(page.locator(".keys").nth(1).locator("button:disabled")).to_have_count(1)
    expect(page.locator(".keys").nth(0).locator("button:enabled")).to_have_count(3)  # old ones stay
    short, also_short, long = (page.locator(".keys button").nth(i).bounding_box() for i in range(3))
    assert short and also_short and long
    assert short["y"] == also_short["y"] < long["y"]


def test_quick_words_are_sent(chat: FakeChat, open_page: Open) -> None:
    page = open_page()
    page.click("#language")
    page.get_by_role("button", name="Jobs").click()
    expect(page.locator("#log .me .text")).to_have_text("找工作")


def test_edits_and_deletions(chat: FakeChat, open_page: Open) -> None:
    page = open_page()
    first = chat.do(chat.append, "还在吗?", [("y", "在")])
    second = chat.do(chat.append, "再见")
    shows(page, "还在吗?", "再见")
    chat.do(chat.change, first, "已经招满", [])
    chat.do(chat.erase, second)
    shows(page, "已经招满")
    expect(page.locator(".keys")).to_have_count(0)
    chat.do(chat.change, first, None, [("n", "下一个")])
    expect(page.locator(".keys button")).to_have_text(["下一个"])
    shows(page, "已经招满")


def test_dots_while_the_bot_types(chat: FakeChat, open_page: Open) -> None:
    page = open_page()
    chat.do(chat.type)
    expect(page.locator("#dots")).to_be_visible()
    expect(page.locator("#status")).to_have_text("正在输入…")
    chat.do(chat.append, "好了")
    expect(page.locator("#dots")).to_be_hidden()
    expect(page.locator("#status")).to_have_text("在线")


@pytest.mark.parametrize("events_before_the_cut", [0, 1, 2])
def test_a_stream_cut_in_mid_answer_loses_and_doubles_nothing(
    chat: FakeChat, open_page: Open, events_before_the_cut: int
) -> None:
    page = open_page()
    chat.cut_in = events_before_the_cut
    write(page, "你好")
    shows(page, "你好", "收到:你好", "还有什么可以帮您?")
    page.wait_for_timeout(500)
    assert len(texts(page)) == 3
    assert len(chat.streams_opened) == 2


def test_a_stream_the_browser_gives_up_is_opened_again(chat: FakeChat, open_page: Open) -> None:
    page = open_page()
    page.route("**/chat/events*", lambda route: route.fulfill(status=500))
    chat.cut_in = 0
    chat.do(chat.append, "一")
    expect(page.locator("#status")).to_have_text("连接中…")
    chat.do(chat.append, "二")
    page.wait_for_timeout(800)
    page.unroute("**/chat/events*")
    shows(page, "一", "二")
    expect(page.locator("#status")).to_have_text("在线")


def test_without_a_network_messages_wait_and_go_out_once_in_order(chat: FakeChat, open_page: Open) -> None:
    page = open_page()
    chat.go_away()
    write(page, "第一句")
    write(page, "第二句")
    page.wait_for_timeout(1500)  # at least one attempt in vain
    assert [mark(page, 0), mark(page, 1)] == ["等待发送", "等待发送"]
    assert not chat.posts
    chat.listen()
    expect(page.locator("#log .me .mark").last).to_have_attribute("aria-label", "已回复", timeout=15_000)
    assert [post["text"] for post in chat.posts] == ["第一句", "第二句"]
    assert sorted(texts(page)) == sorted(
        ["第一句", "第二句", "收到:第一句", "收到:第二句", "还有什么可以帮您?", "还有什么可以帮您?"]
    )


def test_a_lost_acknowledgement_is_asked_for_again_with_the_same_id(chat: FakeChat, open_page: Open) -> None:
    page = open_page()
    chat.lose_answers = 2
    write(page, "你好")
    shows(page, "你好", "收到:你好", "还有什么可以帮您?")
    expect(page.locator("#log .mark")).to_have_attribute("aria-label", "已回复")
    page.wait_for_function("localStorage.getItem('zhaohuo.queue') === '[]'")
    assert len({post["id"] for post in chat.posts}) == 1
    page.reload()
    shows(page, "你好", "收到:你好", "还有什么可以帮您?")


def test_what_was_not_sent_survives_closing_the_page(chat: FakeChat, open_page: Open) -> None:
    page = open_page()
    page.route("**/chat/messages", lambda route: route.abort())
    write(page, "电焊工 郑州 5000")
    expect(page.locator("#log .mark")).to_have_attribute("aria-label", "等待发送")
    page.close()
    page = open_page()
    shows(page, "电焊工 郑州 5000", JOBS)
    assert len(chat.posts) == 1


def test_on_a_shared_phone_nobodys_words_go_out_as_anothers(chat: FakeChat, open_page: Open) -> None:
    chat.owner = "甲"
    page = open_page()
    page.route("**/chat/messages", lambda route: route.abort())
    write(page, "甲的话")
    page.close()
    chat.owner = "乙"
    page = open_page()
    write(page, "乙的话")
    shows(page, "乙的话", "收到:乙的话", "还有什么可以帮您?")
    assert [post["text"] for post in chat.posts] == ["乙的话"]


def test_a_refused_message_says_why_and_the_next_goes_on(chat: FakeChat, open_page: Open) -> None:
    page = open_page()
    chat.next_answers.append(Answer(413, {"error": "太长了,请分几次说"}))
    write(page, "很长的话")
    expect(page.locator(".fail")).to_have_text("太长了,请分几次说")
    expect(page.locator("#log .mark")).to_have_attribute("aria-label", "没有发出")
    assert page.input_value("#input") == "很长的话"  # to shorten and send again
    write(page, "你好")
    expect(page.locator("#log .bot")).to_have_count(2)


@pytest.mark.parametrize("status", [429, 503])
def test_the_servers_wish_to_wait_is_honoured(chat: FakeChat, open_page: Open, status: int) -> None:
    page = open_page()
    chat.next_answers.append(Answer(status, headers={"Retry-After": "3"}))
    write(page, "你好")
    page.wait_for_timeout(2200)
    assert len(chat.posts) == 1
    expect(page.locator("#log .bot")).to_have_count(2)
    assert [post["text"] for post in chat.posts] == ["你好", "你好"]


def test_an_expired_link_is_said_and_nothing_is_lost(chat: FakeChat, open_page: Open) -> None:
    page = open_page()
    chat.signed_in = False
    write(page, "你好")
    expect(page.get_by_role("alert")).to_have_text("请用您的链接重新打开")
    chat.signed_in = True
    page.reload()
    shows(page, "你好", "收到:你好", "还有什么可以帮您?")


def test_reloading_shows_the_history_with_its_days(chat: FakeChat, open_page: Open) -> None:
    now = datetime.now(UTC)
    for days in (400, 1, 0):
        chat.do(chat.append, f"{days} 天前", at=now - timedelta(days=days))
    page = open_page()
    write(page, "你好")
    expect(page.locator("#log .text")).to_have_count(6)
    before = texts(page)
    page.reload()
    shows(page, *before)
    days_shown = page.locator(".day").all_inner_texts()
    assert re.fullmatch(r"\d{4}年\d+月\d+日", days_shown[0])
    assert days_shown[1:] == ["昨天", "今天"]
    assert [mark(page, 0)] == ["已回复"]


def test_two_tabs_show_the_same(chat: FakeChat, open_page: Open) -> None:
    one, other = open_page(), open_page()
    write(one, "你好")
    for page in (one, other):
        shows(page, "你好", "收到:你好", "还有什么可以帮您?")


def test_an_answer_a_proxy_holds_back_is_asked_for(chat: FakeChat, open_page: Open) -> None:
    page = open_page()
    chat.hold_events = True
    page.clock.install()
    write(page, "你好")
    expect(page.locator("#log .mark")).to_have_attribute("aria-label", "已发送")
    page.wait_for_timeout(500)  # the answer is there, but held back
    assert texts(page) == ["你好"]
    page.clock.fast_forward(16_000)
    shows(page, "你好", "收到:你好", "还有什么可以帮您?")


def test_markup_is_shown_as_text(chat: FakeChat, open_page: Open) -> None:
    evil = "<img src=x onerror=alert(1)><script>alert(2)</script><b>粗</b> javascript:alert(3)"
    page = open_page()
    page.on("dialog", lambda dialog: pytest.fail("a script ran"))
    chat.do(chat.append, evil, [("1", evil)])
    write(page, evil)
    shows(page, evil, evil, "收到:" + evil, "还有什么可以帮您?")
    expect(page.locator(".keys button")).to_have_text(evil)
    assert page.locator("#log img, #log script, #log b, #log a").count() == 0


def test_links_and_telephone_numbers_can_be_pressed(chat: FakeChat, open_page: Open) -> None:
    page = open_page()
    chat.do(
        chat.append,
        "看 https://example.org/a?b=1。或 /fair/3,打 0371-67891234、138 0013 8000 或 12351;"
        "工资 6000-8000 元/月,证件号 410102199001011234",
    )
    expect(page.locator("#log a")).to_have_count(5)
    links = [link.get_attribute("href") for link in page.locator("#log a").all()]
    assert links[:2] == ["https://example.org/a?b=1", "/fair/3"]
    assert links[2:] == ["tel:037167891234", "tel:13800138000", "tel:12351"]
    assert page.locator("#log a").first.get_attribute("rel") == "noopener noreferrer"


def test_the_location_is_sent_when_allowed(chat: FakeChat, open_page: Open) -> None:
    page = open_page()
    page.context.set_geolocation({"longitude": 113.6253, "latitude": 34.7466})
    page.context.grant_permissions(["geolocation"])
    page.click("#place")
    expect(page.locator("#log .bot")).to_have_count(2)
    assert chat.posts[0]["location"] == {"lon": 113.6253, "lat": 34.7466}


def test_nothing_sticks_out_of_a_narrow_phone_even_with_big_text(chat: FakeChat, open_page: Open) -> None:
    page = open_page()
    page.set_viewport_size({"width": 320, "height": 480})
    chat.do(chat.append, "长" + "w" * 200 + " https://example.org/" + "a" * 200)
    write(page, "电焊工 郑州 5000")
    expect(page.locator(".keys")).to_have_count(1)
    for size in ("16px", "26px"):
        page.evaluate("size => { document.documentElement.style.fontSize = size; }", size)
        for area in ("html", "#scroll"):
            inside, seen = page.eval_on_selector(area, "e => [e.scrollWidth, e.clientWidth]")
            assert inside <= seen == 320
        for control in ("#input", ".send", "#language"):
            box = page.locator(control).bounding_box()
            assert box and box["x"] >= 0 and box["x"] + box["width"] <= 320
            assert box["height"] >= 44


def test_the_page_stays_light() -> None:
    assert sum((STATIC / name).stat().st_size for name in FILES) < 31 * 1024  # a second on a slow phone
