// The web chat page: what is said goes out through the queue, what is answered comes by the stream.
import { Backoff, call, listen } from './net.js';
import * as queue from './queue.js';
import * as view from './view.js';
import { $, say, sayAll, switchLanguage, word } from './words.js';

const input = $('input');

let last = 0; // the newest sequence seen
let known = false; // the history has been read: only now may the queue go out
let expired = false; // the server does not know this person any more
let online = false;
let stream = null;
let typing = 0; // timers
let silence = 0;

// -- status line and notices

function status(isOnline) {
  online = isOnline;
  say($('status'), !online ? 'connecting' : typing ? 'typing' : 'online');
}

function notice(key) {
  $('notice').hidden = !key;
  if (key) say($('notice'), key);
  view.stick();
}

function dots(ms) {
  clearTimeout(typing);
  typing = ms && setTimeout(dots, ms, 0);
  view.showDots(!!ms);
  status(online);
}

// -- from the server

function isNews(data) { // a reconnect may bring again what has been seen
  clearTimeout(silence);
  if (!(data.seq > last)) return false;
  last = data.seq;
  return true;
}

const events = {
  up() {
    reconnect.tries = 0;
    status(true);
  },
  down() { status(false); },
  closed() { sync(false); },
  message(item) {
    if (!isNews(item)) return;
    if (item.from === 'me') queue.drop(item.client_id);
    else dots(0);
    view.show(item);
    view.settle(true);
  },
  edit(change) {
    if (!isNews(change)) return;
    dots(0);
    view.edit(change);
    view.settle();
  },
  delete(change) { if (isNews(change)) view.remove(change.message); },
  typing() { dots(5000); },
};

function unfollow() {
  if (stream) stream.close();
  status(false);
}

function expire() {
  expired = true;
  unfollow();
  dots(0);
  notice('expired');
}

const reconnect = new Backoff();
let syncing = false;

/** Asks who we are and, where wanted, for the last messages; then follows the events from there. */
async function sync(wanted) {
  if (syncing) return;
  syncing = true;
  unfollow();
  if (!wanted) await reconnect.wait();
  let answer = {};
  while (!answer.expired && !(answer.data && answer.data.items)) {
    if ('after' in answer || answer.data || answer.refused) await reconnect.wait(answer.after);
    answer = await call('GET', '/chat/history');
  }
  syncing = false;
  if (answer.expired) return void expire();
  if (expired) return void location.reload(); // perhaps another person's link
  const { items, last: newest, owner } = answer.data;
  queue.belongsTo(owner);
  if (wanted || !known) {
    items.forEach((item) => { if (item.client_id) queue.drop(item.client_id); });
    view.align(items, last);
    last = newest;
    dots(0);
  }
  if (!known) showQueue();
  known = true;
  stream = listen(last, events);
  return pump();
}

function showQueue() {
  queue.all().forEach((entry) => {
    view.showQueued(entry);
    view.setKeys(entry.body, 'waiting');
  });
  view.settle();
  $('log').setAttribute('aria-busy', 'false');
}

function reopen() { // a connection may be dead unnoticed: phones sleep, networks change
  reconnect.wake();
  resend.wake();
  if (expired || !known) return void sync(true);
  if (syncing) return;
  unfollow();
  stream = listen(last, events);
}

/** An answer that does not come may be held back by a proxy: then ask for it. */
function expectAnswer(ms) {
  clearTimeout(silence);
  silence = setTimeout(() => {
    sync(true);
    expectAnswer(ms * 2);
  }, ms);
}

// -- to the server

const resend = new Backoff();
let pumping = false;

/** Sends the queue in order, one at a time, the same id again and again until the server has it. */
async function pump() {
  if (pumping || !known) return;
  pumping = true;
  while (!expired && queue.all().length) {
    const entry = queue.all()[0];
    view.setState(entry.id, 'flying');
    const answer = await call('POST', '/chat/messages', Object.assign({ id: entry.id }, entry.body));
    const taken = answer.data && answer.data.id === entry.id;
    if (taken || answer.refused) {
      queue.drop(entry.id);
      resend.tries = 0;
      view.setKeys(entry.body, taken ? 'done' : 'open');
    }
    if (taken) {
      if (view.setState(entry.id, 'sent')) {
        dots(20000);
        expectAnswer(15000);
      }
    } else if (answer.refused) {
      view.fail(entry, answer.refused);
      if (entry.body.text && !input.value) fillInput(entry.text);
    } else {
      view.setState(entry.id, 'queued');
      if (answer.expired) expire();
      else await resend.wait(answer.after);
    }
  }
  pumping = false;
}

function send(body, text) {
  if (!expired) notice();
  view.showQueued(queue.add(body, text));
  view.toEnd();
  view.settle();
  pump();
}

// -- the person's hands

function grow() {
  input.style.height = 'auto';
  input.style.height = input.scrollHeight + 2 + 'px'; // the style sheet stops at five lines
  view.stick();
}

function fillInput(text) {
  input.value = text;
  grow();
}

function sendText(text) {
  if (text.trim()) send({ text: text.trim() }, text.trim());
}

function submit(event) {
  event.preventDefault();
  sendText(input.value);
  fillInput('');
  input.focus();
}

$('form').onsubmit = submit;
input.oninput = grow;
input.onkeydown = (event) => {
  // Enter that only picks a word in a Chinese keyboard does not send
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.keyCode !== 229) submit(event);
};
document.querySelectorAll('.quick button').forEach((button) => {
  button.onclick = () => sendText(button.value);
});

view.hands.press = (message, choice) => {
  const body = { choice: choice.key, message };
  view.setKeys(body, 'waiting');
  send(body, choice.label);
  if (matchMedia('(pointer: fine)').matches) input.focus();
};

$('language').onclick = () => {
  switchLanguage();
  view.settle();
};

$('place').hidden = !navigator.geolocation || !window.isSecureContext;
$('place').onclick = () => {
  navigator.geolocation.getCurrentPosition(({ coords }) => {
    send({ location: { lon: +coords.longitude.toFixed(5), lat: +coords.latitude.toFixed(5) } }, word('here'));
  }, () => notice('nowhere'), { timeout: 15000 });
};

// -- the world around

document.addEventListener('visibilitychange', () => { if (!document.hidden) reopen(); });
window.addEventListener('online', reopen);
window.addEventListener('pageshow', (event) => { if (event.persisted) reopen(); });
window.addEventListener('offline', events.down);

function fit() { // the room the phone's keyboard leaves
  const seen = window.visualViewport;
  if (seen && Math.abs(seen.scale - 1) < 0.01) {
    document.documentElement.style.setProperty('--height', Math.round(seen.height) + 'px');
    window.scrollTo(0, 0);
  }
  view.stick();
}
(window.visualViewport || window).addEventListener('resize', fit);

const start = /[?&]start=([\w-]{1,64})/.exec(location.search); // a QR picture
if (start) {
  history.replaceState(0, '', '/chat');
  send({ text: '/start ' + start[1] }, '📷');
}

sayAll();
fit();
sync(true);
