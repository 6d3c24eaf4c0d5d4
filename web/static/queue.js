// What I said and the server has not taken yet, in order; in localStorage, so that a reload loses nothing.
// Every tab sends its own list; the stored one is read only at the start.
const KEY = 'zhaohuo.queue';
const OWNER = 'zhaohuo.owner';

function get(key) {
  try { return localStorage.getItem(key); } catch (e) { return null; }
}
function set(key, value) {
  try { localStorage.setItem(key, value); } catch (e) { /* off or full: for this visit only */ }
}
function stored() {
  try { return JSON.parse(get(KEY) || '[]').filter((entry) => entry.id && entry.body); } catch (e) { return []; }
}
const without = (list, id) => list.filter((entry) => entry.id !== id);

function newId() {
  const bytes = Array.from(crypto.getRandomValues(new Uint8Array(12)));
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

let list = stored();
export const all = () => list;

export function add(body, text) {
  const entry = { id: newId(), body, text, at: new Date().toISOString(), owner: get(OWNER) };
  list = list.concat(entry);
  set(KEY, JSON.stringify(stored().concat(entry)));
  return entry;
}

export function drop(id) {
  list = without(list, id);
  set(KEY, JSON.stringify(without(stored(), id)));
}

/** The server may name whose conversation this is: on a shared phone nobody's words go out as another's. */
export function belongsTo(owner) {
  if (!owner) return;
  set(OWNER, owner);
  list.forEach((entry) => { if (entry.owner && entry.owner !== owner) drop(entry.id); });
}
