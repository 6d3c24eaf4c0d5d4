// The conversation on the screen. It knows no network: it is told what to show.
import { fill } from './text.js';
import { $, locale, say, word } from './words.js';

const log = $('log');
const scroll = $('scroll');
const bubbles = []; // in the order shown
let stuck = true; // at the newest message, and staying there
export const hands = {}; // press(message, choice), set by the page

function make(tag, name, parent) {
  const node = document.createElement(tag);
  node.className = name;
  if (tag === 'button') node.type = 'button';
  return parent.appendChild(node);
}
const find = (field, value) => value && bubbles.find((bubble) => bubble[field] === value);

function day(date) {
  const midnight = new Date().setHours(0, 0, 0, 0);
  if (date >= midnight) return word('today');
  if (date >= new Date(midnight - 1).setHours(0, 0, 0, 0)) return word('yesterday');
  const year = date.getFullYear() === new Date().getFullYear() ? undefined : 'numeric';
  return date.toLocaleDateString(locale(), { year, month: 'long', day: 'numeric' });
}

// -- one bubble

function create(from) {
  const row = document.createElement('div');
  row.className = 'row ' + from;
  const box = make('div', 'bubble', row);
  say(make('span', 'unseen', box), from === 'me' ? 'me' : 'name');
  const text = make('span', 'text', box);
  const meta = make('span', 'meta', box);
  return { row, text, meta, time: make('time', '', meta), from, offered: '[]' };
}

function write(bubble, text, at) {
  if (bubble.said !== text) fill(bubble.text, text);
  bubble.said = text;
  if (!at) return;
  bubble.at = new Date(/(Z|[+-]\d\d:?\d\d)$/.test(at) ? at : at + 'Z');
  bubble.time.textContent = bubble.at.toTimeString().slice(0, 5);
}

function mark(bubble, state) { // queued, flying (both a clock), sent, read, failed
  bubble.state = state;
  const shown = /queued|flying/.test(state) ? 'clock' : state;
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('class', 'mark ' + shown);
  svg.setAttribute('role', 'img');
  say(svg, shown, 'l');
  svg.appendChild(document.createElementNS(svg.namespaceURI, 'use')).setAttribute('href', '#i-' + shown);
  if (bubble.mark) bubble.mark.remove();
  bubble.mark = bubble.meta.appendChild(svg);
}

// -- buttons

const width = (label) => label.replace(/[^\0-\u2e7f]/g, '--').length; // in half-width characters

function offer(bubble, choices) {
  const offered = JSON.stringify(choices);
  if (bubble.offered === offered) return;
  bubble.offered = offered;
  if (bubble.keys) bubble.keys.remove();
  bubble.keys = choices.length ? make('div', 'keys', bubble.row) : null;
  choices.forEach((choice) => {
    const units = width(choice.label);
    const button = make('button', units > 14 ? 'long' : units > 8 ? 'half' : '', bubble.keys);
    button.textContent = choice.label;
    button.value = choice.key;
    button.onclick = () => hands.press(bubble.message, choice);
  });
}

/** Buttons: 'open', 'waiting' or 'done' (only the pressed). */
export function setKeys(body, state) {
  const bubble = find('message', body.message);
  if (!bubble || !bubble.keys) return;
  bubble.keys.className = 'keys ' + state;
  bubble.keys.querySelectorAll('button').forEach((button) => {
    if (button.value === body.choice) button.classList.toggle('chosen', state !== 'open');
    button.disabled = state === 'waiting' || button.classList.contains('chosen');
  });
}

// -- the order

/** By the server's sequence; what still waits stays last. */
function place(bubble) {
  const old = bubbles.indexOf(bubble);
  if (old >= 0) bubbles.splice(old, 1);
  let i = bubbles.length;
  const after = (other) => (other.seq ? other.seq > bubble.seq : other.state === 'queued');
  while (bubble.seq && i && after(bubbles[i - 1])) i--;
  if (old !== i) log.insertBefore(bubble.row, i < bubbles.length ? bubbles[i].row : null);
  bubbles.splice(i, 0, bubble);
}

/** Days, tails, the hint; the newest in sight, or the beginning of a fresh long answer. */
export function settle(fresh) {
  let shown = '';
  let answer = null;
  bubbles.forEach((bubble, i) => {
    const next = bubbles[i + 1];
    bubble.row.classList.toggle('tail', !next || next.from !== bubble.from || !!bubble.keys);
    const label = day(bubble.at);
    if (bubble.day && label === shown) bubble.day = bubble.day.remove();
    if (label !== shown) {
      if (!bubble.day) bubble.row.insertBefore(bubble.day = make('div', 'day', bubble.row), bubble.row.firstChild);
      if (bubble.day.textContent !== label) bubble.day.textContent = label;
    }
    shown = label;
    if (bubble.from === 'me') answer = null;
    else answer = answer || bubble.row;
  });
  $('hint').hidden = bubbles.length > 0;
  stick();
  if (stuck && fresh && answer) scroll.scrollTop = Math.min(scroll.scrollTop, answer.offsetTop - 8);
}

export function stick() {
  if (stuck) toEnd();
}

export function toEnd() {
  stuck = true;
  scroll.scrollTop = scroll.scrollHeight;
}

scroll.onscroll = () => {
  stuck = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 60;
  $('down').hidden = stuck;
};
$('down').onclick = toEnd;

// -- what the page is told

/** A message of either side, new or known. */
export function show(item) {
  const bubble = find('message', item.message) || find('client', item.client_id) || create(item.from);
  bubble.seq = item.seq;
  bubble.message = item.message;
  bubble.client = item.client_id;
  if (bubble.fail) bubble.fail = bubble.fail.remove();
  write(bubble, item.text || '', item.at);
  offer(bubble, item.choices || []);
  if (bubble.from === 'me') {
    if (bubble.state !== 'read') mark(bubble, 'sent');
  } else {
    bubbles.forEach((mine) => { if (mine.state === 'sent' && !(mine.seq > item.seq)) mark(mine, 'read'); });
  }
  place(bubble);
}

/** Something I said that the server has not taken yet. */
export function showQueued(entry) {
  if (find('client', entry.id)) return;
  const bubble = create('me');
  bubble.client = entry.id;
  write(bubble, entry.text, entry.at);
  mark(bubble, 'queued');
  place(bubble);
}

/** Says whether an answer is still to come. */
export function setState(id, state) {
  const bubble = find('client', id);
  if (bubble && !bubble.seq) mark(bubble, state); // with a seq the server has said better
  return bubble && bubble.state !== 'read';
}

export function fail(entry, why) {
  const bubble = find('client', entry.id);
  if (!bubble) return;
  mark(bubble, 'failed');
  bubble.fail = make('div', 'fail', bubble.row);
  bubble.fail.textContent = why;
}

export function edit(change) {
  const bubble = find('message', change.message);
  if (!bubble) return;
  if (change.text !== null) write(bubble, change.text);
  offer(bubble, change.choices || []);
}

function take(bubble) {
  bubble.row.remove();
  bubbles.splice(bubbles.indexOf(bubble), 1);
  settle();
}

export function remove(message) {
  const bubble = find('message', message);
  if (bubble) take(bubble);
}

/** Brings the screen in line with the server's last items. */
export function align(items, last) {
  const oldest = items.length ? items[0].seq : 0;
  const gone = (seq) => oldest > last || (seq >= oldest && !items.some((item) => item.seq === seq));
  bubbles.slice().forEach((bubble) => { if (bubble.seq && gone(bubble.seq)) take(bubble); });
  items.forEach(show);
  settle();
}

export function showDots(on) {
  $('dots').hidden = !on;
  stick();
}
