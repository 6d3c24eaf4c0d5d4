// node shim.js PORT — telegram-test-api with what a strict client misses in it: who the bot is, a long poll that
// keeps updates until an offset confirms them, chat_instance, the webhook's secret, and methods it does not know.
const { TelegramServer } = require('telegram-test-api/lib/telegramServer');
const express = require('express');
const axios = require('axios');

const LONGEST_POLL = 5; // seconds
process.on('unhandledRejection', (error) => console.error('unhandled:', error.message));

const formatUpdate = TelegramServer.formatUpdate;
TelegramServer.formatUpdate = (update) => {
  const formatted = formatUpdate(update);
  if (formatted.callback_query) formatted.callback_query.chat_instance ??= '1';
  return formatted;
};

const server = new TelegramServer({ port: Number(process.argv[2]), host: '127.0.0.1', storeTimeout: 3600 });
const hooks = () => Object.values(server.webhooks);
axios.interceptors.request.use((request) => {
  const hook = hooks().find((one) => one.url === request.url);
  if (hook?.secret_token) request.headers['X-Telegram-Bot-Api-Secret-Token'] = hook.secret_token;
  return request;
});

const front = express();
front.use(express.json());
front.use(express.urlencoded({ extended: true }));
const waiting = {}; // of each bot

function updates(token, offset) {
  const kept = (waiting[token] ||= []).concat(server.getUpdates(token));
  waiting[token] = kept.filter((update) => update.update_id >= offset);
  return waiting[token];
}

front.all('/bot:token/getMe', (request, response) => response.json({
  ok: true, result: { id: 666, is_bot: true, first_name: 'T', username: 'TestNameBot' },
}));
front.all('/bot:token/getUpdates', async (request, response) => {
  const end = Date.now() + 1000 * Math.min(Number(request.body?.timeout || 0), LONGEST_POLL);
  const offset = Number(request.body?.offset || 0);
  const limit = Number(request.body?.limit || 100);
  let found = updates(request.params.token, offset);
  while (!found.length && Date.now() < end && !request.destroyed) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    found = updates(request.params.token, offset);
  }
  response.json({ ok: true, result: found.slice(0, limit) });
});
front.all('/bot:token/getWebhookInfo', (request, response) => response.json({
  ok: true,
  result: { url: server.webhooks[request.params.token]?.url || '', has_custom_certificate: false, pending_update_count: 0 },
}));
for (const method of ['sendChatAction', 'setMyCommands', 'deleteMyCommands', 'answerCallbackQuery']) {
  front.all('/bot:token/' + method, (request, response) => response.json({ ok: true, result: true }));
}
front.use(server.webServer);
server.webServer = front;
server.start().then(() => console.log('up'));
