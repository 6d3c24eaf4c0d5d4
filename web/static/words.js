// The page's own few words, Chinese and English. What the bot says comes from the server.
export const $ = (id) => document.getElementById(id);

const WORDS = {
  name: ['找活', 'Zhaohuo'],
  online: ['在线', 'online'],
  typing: ['正在输入…', 'typing…'],
  connecting: ['连接中…', 'connecting…'],
  hint: ['说一句话就行,比如:电焊工 郑州 5000', 'One sentence will do: 电焊工 郑州 5000 (welder, Zhengzhou, ¥5000)'],
  find: ['找工作', 'Jobs'],
  courses: ['培训', 'Courses'],
  mine: ['我的资料', 'My data'],
  help: ['帮助', 'Help'],
  input: ['说一句话…', 'Message'],
  send: ['发送', 'Send'],
  place: ['发送我的位置', 'Send my location'],
  here: ['📍 我的位置', '📍 My location'],
  down: ['到最新消息', 'To the newest'],
  language: ['Switch to English', '切换到中文'],
  other: ['EN', '中文'],
  log: ['对话', 'Conversation'],
  me: ['我', 'Me'],
  today: ['今天', 'Today'],
  yesterday: ['昨天', 'Yesterday'],
  clock: ['等待发送', 'waiting'],
  sent: ['已发送', 'sent'],
  read: ['已回复', 'answered'],
  failed: ['没有发出', 'not sent'],
  expired: ['请用您的链接重新打开', 'Please open the page again with your link'],
  nowhere: ['没有拿到位置,直接写地名也可以', 'No location found: just write the place'],
};
const KEY = 'zhaohuo.language';

let chosen = null;
try { chosen = localStorage.getItem(KEY); } catch (e) { /* storage is off */ }
let n = (chosen || navigator.language || '').slice(0, 2) === 'en' ? 1 : 0;

export const word = (key) => WORDS[key][n];
export const locale = () => (n ? 'en-GB' : 'zh-CN');

/** Gives an element its word, now and after a change of language; kind 'l' is its label. */
export function say(node, key, kind = 't') {
  node.setAttribute('data-' + kind, key);
  if (kind === 't') node.textContent = word(key);
  else node.setAttribute('aria-label', word(key));
}

export function sayAll() {
  document.documentElement.lang = locale();
  ['t', 'l'].forEach((kind) => {
    document.querySelectorAll(`[data-${kind}]`).forEach((node) => say(node, node.getAttribute('data-' + kind), kind));
  });
  $('input').placeholder = word('input');
}

export function switchLanguage() {
  n = 1 - n;
  try { localStorage.setItem(KEY, locale()); } catch (e) { /* for this visit only */ }
  sayAll();
}
