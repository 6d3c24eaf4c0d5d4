// node smsc.js SMPP_PORT HTTP_PORT LOG — an SMSC: what is submitted is appended to LOG, one JSON line each;
// POST {from, to, text} or {from, to, hex, data_coding, esm_class} lets a phone send; GET tells who is bound.
// Numbers ending in 77 get an UNDELIV receipt, those ending in 88 are throttled.
const smpp = require('smpp');
const http = require('http');
const fs = require('fs');

const [smppPort, httpPort, log] = [Number(process.argv[2]), Number(process.argv[3]), process.argv[4]];
const RECEIPT_AFTER_MS = 50;
const sessions = new Set();
let number = 1000;

const write = (line) => fs.appendFileSync(log, JSON.stringify(line) + '\n');
const minutes = (date) => date.toISOString().replace(/[-T:]/g, '').slice(2, 12);
const receiver = () => [...sessions].find((session) => session.mode !== 'bind_transmitter');
const isAscii = (text) => /^[\x00-\x7f]*$/.test(text);

function bind(session, mode, pdu) {
  if (pdu.password !== 'secret') {
    session.send(pdu.response({ command_status: smpp.ESME_RINVPASWD }));
    return;
  }
  session.mode = mode;
  sessions.add(session);
  session.send(pdu.response({ system_id: 'SIM' }));
}

function told(pdu, id, accepted) {
  const short = pdu.short_message || {};
  const message = pdu.message_payload ? pdu.message_payload.message : short.message;
  const binary = Buffer.isBuffer(message);
  return {
    id, accepted, to: pdu.destination_addr, from: pdu.source_addr, data_coding: pdu.data_coding,
    esm_class: pdu.esm_class, wants_receipt: Boolean(pdu.registered_delivery & 1),
    text: binary ? '' : message || '', hex: binary ? message.toString('hex') : '',
    udh: short.udh ? udhHex(short.udh) : '',
  };
}

function udhHex(elements) { // smpp gives the elements as [Buffer], without the length in front
  const body = Buffer.concat(elements);
  return Buffer.concat([Buffer.from([body.length]), body]).toString('hex');
}

function receipt(session, pdu, id) {
  const ok = !pdu.destination_addr.endsWith('77');
  const now = minutes(new Date());
  (receiver() || session).deliver_sm({
    source_addr: pdu.destination_addr, destination_addr: pdu.source_addr, esm_class: 4,
    receipted_message_id: id, message_state: ok ? 2 : 5,
    short_message: `id:${id} sub:001 dlvrd:00${ok ? 1 : 0} submit date:${now} done date:${now} ` +
      `stat:${ok ? 'DELIVRD' : 'UNDELIV'} err:${ok ? '000' : '012'} text:`,
  }, () => {});
}

function submit(session, pdu) {
  const id = (number++).toString(16);
  const throttled = pdu.destination_addr.endsWith('88');
  write(told(pdu, id, !throttled));
  if (throttled) {
    session.send(pdu.response({ command_status: smpp.ESME_RTHROTTLED }));
    return;
  }
  session.send(pdu.response({ message_id: id }));
  if (pdu.registered_delivery & 1) setTimeout(() => receipt(session, pdu, id), RECEIPT_AFTER_MS);
}

function deliver(order, answer) {
  const session = receiver();
  if (!session) { answer(503, { error: 'nobody is bound' }); return; }
  const message = order.hex === undefined
    ? { short_message: order.text, data_coding: isAscii(order.text) ? 0 : 8 }
    : { short_message: Buffer.from(order.hex, 'hex'), data_coding: order.data_coding, esm_class: order.esm_class };
  session.deliver_sm({ source_addr: order.from, destination_addr: order.to, ...message },
    (pdu) => answer(200, { status: pdu.command_status }));
}

smpp.createServer({}, (session) => {
  session.on('error', () => {});
  session.on('close', () => sessions.delete(session));
  for (const mode of ['bind_transceiver', 'bind_receiver', 'bind_transmitter']) {
    session.on(mode, (pdu) => bind(session, mode, pdu));
  }
  session.on('unbind', (pdu) => { session.send(pdu.response()); session.close(); });
  session.on('enquire_link', (pdu) => session.send(pdu.response()));
  session.on('submit_sm', (pdu) => submit(session, pdu));
}).listen(smppPort, '127.0.0.1');

http.createServer((request, response) => {
  const answer = (status, body) => { response.writeHead(status, { 'Content-Type': 'application/json' }); response.end(JSON.stringify(body)); };
  let body = '';
  request.on('data', (data) => { body += data; });
  request.on('end', () => {
    if (request.method === 'POST') deliver(JSON.parse(body), answer);
    else answer(200, { bound: [...sessions].map((session) => session.mode) });
  });
}).listen(httpPort, '127.0.0.1', () => console.log('up'));
