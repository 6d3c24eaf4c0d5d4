// The way to the server: calls with every outcome named, waits that grow, and the stream of events.
function retryAfter(response) {
  const ms = response.headers.get('Retry-After') * 1000;
  return ms > 0 && /429|503/.test(response.status) ? Math.min(ms, 86400000) : null;
}

function outcome(response, data) {
  const status = response.status;
  if (status === 401) return { expired: true };
  if (status >= 400 && status < 500 && status !== 429) return { refused: (data && data.error) || String(status) };
  // a Wi-Fi login page answers 200 as well: only our own JSON counts
  if (response.ok && data && !response.redirected) return { data };
  return { after: retryAfter(response) };
}

/** One of {data}, {refused}, {expired}, or {after}: try later, after so many ms where the server said so. */
export function call(method, path, body) {
  const options = { method, credentials: 'same-origin', cache: 'no-store' };
  if (body) {
    options.headers = { 'Content-Type': 'application/json' };
    options.body = JSON.stringify(body);
  }
  const abort = window.AbortController && new AbortController();
  if (abort) options.signal = abort.signal;
  return new Promise((resolve) => {
    const lost = () => resolve({ after: null });
    setTimeout(() => {
      lost();
      if (abort) abort.abort();
    }, 30000);
    fetch(path, options)
      .then((response) => response.json().catch(() => null).then((data) => resolve(outcome(response, data))))
      .catch(lost);
  });
}

/** 1, 2, 4, 8 … 30 s; wake() cuts a wait short, except one the server asked for. */
export class Backoff {
  constructor() {
    this.tries = 0;
    this.wake = () => {};
  }

  wait(after) {
    const ms = after || Math.min(30, 2 ** this.tries++) * (900 + 200 * Math.random());
    return new Promise((resolve) => {
      this.wake = after ? () => {} : resolve;
      setTimeout(resolve, ms);
    });
  }
}

export function listen(after, on) {
  const source = new EventSource('/chat/events?after=' + after);
  source.onopen = on.up;
  source.onerror = () => {
    on.down();
    if (source.readyState === 2) on.closed();
  };
  ['message', 'edit', 'delete', 'typing'].forEach((name) => {
    source.addEventListener(name, (event) => on[name](JSON.parse(event.data)));
  });
  return source;
}
