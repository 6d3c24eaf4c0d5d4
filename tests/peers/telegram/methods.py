"""The methods of the Bot API that the fake carries out; each checks before it shows anything on a phone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from tests.peers.telegram import rules
from tests.peers.telegram.chats import Chat, Message
from tests.peers.telegram.files import Files
from tests.peers.telegram.parameters import Parameters
from tests.peers.telegram.refused import RefusedError, bad
from tests.peers.telegram.updates import Updates

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
OLD_QUERY = "query is too old and response timeout expired or query ID is invalid"
Method = Callable[[Parameters], Awaitable[Any]]


class Methods:
    """One bot at Telegram: its chats, its files, its commands, its updates."""

    def __init__(self, bot_id: int) -> None:
        name = f"zhaohuo_{bot_id}_bot"
        self.me = {"id": bot_id, "is_bot": True, "first_name": "找活样例", "username": name}
        self.chats: dict[int, Chat] = {}
        self.files = Files()
        self.updates = Updates()
        self.commands: list[dict[str, str]] = []
        self.questions: dict[str, Chat] = {}  # callback queries that may be answered

    def method(self, name: str) -> Method | None:
        """By its name in any case, as the real server takes it."""
        known = {method.__name__.replace("_", ""): method for method in self._all()}
        return known.get(name.lower())

    def _all(self) -> tuple[Method, ...]:
        basic = (self.get_me, self.get_updates, self.set_webhook, self.delete_webhook, self.get_webhook_info)
        sending = (self.send_message, self.send_document, self.send_photo, self.send_chat_action, self.delete_message)
        edits = (self.edit_message_text, self.edit_message_reply_markup, self.answer_callback_query)
        return (*basic, *sending, *edits, self.set_my_commands, self.delete_my_commands, self.get_file)

    def chat_of(self, given: Parameters) -> Chat:
        """The chat a call is for, if it is one the bot may write to."""
        raw = given.text("chat_id")
        if not raw:
            raise bad("chat_id is empty")
        chat = self.chats.get(int(raw)) if raw.lstrip("-").isdigit() else None
        if chat is None or not chat.known:
            raise bad("chat not found")
        if chat.blocked:
            private = chat.id > 0
            said = "bot was blocked by the user" if private else "bot was kicked from the supergroup chat"
            raise RefusedError(403, f"Forbidden: {said}")
        return chat

    async def get_me(self, given: Parameters) -> dict[str, Any]:
        """Who the bot is."""
        return self.me | {
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }

    async def get_updates(self, given: Parameters) -> list[dict[str, Any]]:
        """The long poll."""
        return await self.updates.poll(given)

    async def set_webhook(self, given: Parameters) -> bool:
        """From now on updates are delivered."""
        return self.updates.set_webhook(given)

    async def delete_webhook(self, given: Parameters) -> bool:
        """From now on they are fetched."""
        return self.updates.set_webhook(Parameters({**given.values, "url": "", "secret_token": ""}))

    async def get_webhook_info(self, given: Parameters) -> dict[str, Any]:
        """How delivery goes."""
        return self.updates.webhook_info()

    async def send_message(self, given: Parameters) -> dict[str, Any]:
        """Words, with buttons or without."""
        chat = self.chat_of(given)
        text, markup = rules.message_text(given), rules.reply_markup(given)
        return chat.show(self.me, text=text, markup=markup).raw()

    async def send_document(self, given: Parameters) -> dict[str, Any]:
        """A file under its name."""
        return self._send_file(given, "document")

    async def send_photo(self, given: Parameters) -> dict[str, Any]:
        """A picture; what is none is refused."""
        return self._send_file(given, "photo")

    def _send_file(self, given: Parameters, kind: str) -> dict[str, Any]:
        chat = self.chat_of(given)
        words, markup, file = rules.caption(given), rules.reply_markup(given), self.files.of_call(given, kind)
        described: Any = file.described()
        if kind == "photo":
            described = [described | {"width": 300, "height": 300}]
        else:
            described |= {"file_name": file.name, "mime_type": file.kind}
        return chat.show(self.me, text=words, markup=markup, file=file, parts={kind: described}).raw()

    async def edit_message_text(self, given: Parameters) -> dict[str, Any]:
        """Other words in the same bubble; buttons that are not named again are gone."""
        message = self._editable(given)
        text, markup = rules.message_text(given), rules.reply_markup(given)
        if message.file is not None:
            raise bad("there is no text in the message to edit")
        if text == message.text and _inline(markup) == _inline(message.markup):
            raise bad(NOT_MODIFIED)
        message.text, message.markup, message.edited = text, markup, message.chat.clock()
        return message.raw()

    async def edit_message_reply_markup(self, given: Parameters) -> dict[str, Any]:
        """Other buttons below the same words."""
        message = self._editable(given)
        markup = rules.reply_markup(given)
        if _inline(markup) == _inline(message.markup):
            raise bad(NOT_MODIFIED)
        message.markup, message.edited = markup, message.chat.clock()
        return message.raw()

    def _editable(self, given: Parameters) -> Message:
        chat = self.chat_of(given)
        if not given.integer("message_id"):
            raise bad("message identifier is not specified")
        message = chat.find(given.integer("message_id"))
        if message is None:
            raise bad("message to edit not found")
        if not message.from_bot or message.is_old(chat.clock()):
            raise bad("message can't be edited")
        return message

    async def delete_message(self, given: Parameters) -> bool:
        """A bubble disappears, for the person too."""
        chat = self.chat_of(given)
        message = chat.find(given.integer("message_id"))
        if message is None:
            raise bad("message to delete not found")
        if message.is_old(chat.clock()):
            raise bad("message can't be deleted for everyone")
        message.deleted = True
        return True

    async def answer_callback_query(self, given: Parameters) -> bool:
        """The button stops turning; words come as a toast or an alert."""
        if rules.length(given.text("text")) > rules.ANSWER_LENGTH:
            raise bad("MESSAGE_TOO_LONG")
        chat = self.questions.pop(given.text("callback_query_id"), None)
        if chat is None:
            raise bad(OLD_QUERY)
        if given.text("text"):
            chat.alerts.append(given.text("text"))
        return True

    async def send_chat_action(self, given: Parameters) -> bool:
        """The bot is typing."""
        chat = self.chat_of(given)
        if given.text("action") not in rules.ACTIONS:
            raise bad("wrong parameter action in request")
        chat.actions.append(given.text("action"))
        return True

    async def set_my_commands(self, given: Parameters) -> bool:
        """The menu beside the text field."""
        self.commands = rules.commands(given)
        return True

    async def delete_my_commands(self, given: Parameters) -> bool:
        """No menu."""
        self.commands = []
        return True

    async def get_file(self, given: Parameters) -> dict[str, Any]:
        """Where a file can be fetched."""
        file = self.files.download(given.text("file_id"))
        return file.described() | {"file_path": file.path}


def _inline(markup: dict[str, Any]) -> list[Any]:
    return [row for row in markup.get("inline_keyboard", ()) if row]
