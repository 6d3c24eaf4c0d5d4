// Text with its links and telephone numbers made clickable: nodes only, never markup.
const FOUND = /https?:\/\/[!#-;=?-~]+|\/[A-Za-z][\w\-./?=&%#~+]*|1[3-9]\d[ -]\d{4}[ -]\d{4}|\+?\d[\d-]{3,}\d/g;
const PHONE = /^((\+?86)?1[3-9]\d{9}|(\+86)?0\d{9,11}|[48]00\d{7}|12333|12351)$/;

function target(found, before) {
  if (found[0] === 'h') return found;
  if (found[0] === '/') return /^[\s::((【,,。;;、]?$/.test(before) && found;
  const digits = found.replace(/[ -]/g, '');
  return PHONE.test(digits) && 'tel:' + digits;
}

export function fill(node, text) {
  node.textContent = '';
  let done = 0;
  let match;
  FOUND.lastIndex = 0;
  while ((match = FOUND.exec(text))) {
    const found = match[0].replace(/[.,;:!?)\]}']+$/, '');
    const href = target(found, text.charAt(match.index - 1));
    if (!href) continue;
    const link = document.createElement('a');
    link.href = href;
    link.textContent = found;
    if (href[0] === 'h') {
      link.target = '_blank';
      link.rel = 'noopener noreferrer';
    }
    node.append(text.slice(done, match.index), link);
    done = match.index + found.length;
  }
  node.append(text.slice(done));
}
