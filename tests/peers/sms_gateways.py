"""The contract of the two kinds of Chinese HTTP SMS gateways our adapters are written against, strictly kept.

Form kind (`FormGateway`)
  MT: POST {base}/send, application/x-www-form-urlencoded: account, password, mobile (11 digits), content (UTF-8, the
  【signature】 in front), extno, rid (our id, at most 20 characters) -> 200 {"code":0,"msg":"ok","msgid":"..."}.
  An error is a 200 too, with code: 1 wrong account, 2 bad number, 3 forbidden word, 4 too fast (with "wait": seconds),
  5 no signature, 6 no balance, 9 busy. A body that is not this form is a 400.
  To us: POST of a form to our url with token=... in the query.
    MO       type=mo mobile content extno moid time=YYYY-MM-DD HH:MM:SS (Beijing)
    receipt  type=report msgid rid mobile stat=DELIVRD|UNDELIV|EXPIRED|REJECTD time
    several  type=report reports=<JSON list of the same fields>
  It wants a 200 with the body `ok`, and tries three times in all.

HMAC kind (`HmacGateway`)
  MT: POST {base}/v1/messages, JSON {"to":"+86...","text":"...","client_id":"...","callback":"url"}, with X-App-Id,
  X-Timestamp (unix seconds, within 300), X-Nonce (never twice), X-Signature = hex HMAC-SHA256(secret, timestamp + "\\n"
  + nonce + "\\n" + body) -> 202 {"id":"..."}; 400 {"error":"invalid_number"|"content_rejected"|"invalid_request"},
  401 {"error":"unauthorized"}, 429 with Retry-After, 5xx.
  To us: POST of JSON {"events":[...]}, signed in the same way with the same secret:
    {"type":"mo","id","from","to","text","received_at", "part"?:{"ref","total","seq"}}
    {"type":"receipt","id","client_id","status":"delivered|undelivered|expired|accepted","at"}
  MO goes to our url, receipts to the `callback` of their message. It wants a 2xx, and tries three times in all.
"""

from __future__ import annotations

from tests.peers.gateway_base import Accepted, Answered, Gateway, GatewayPhone
from tests.peers.gateway_form import FormGateway
from tests.peers.gateway_hmac import HmacGateway, signed_headers

__all__ = ["Accepted", "Answered", "FormGateway", "Gateway", "GatewayPhone", "HmacGateway", "signed_headers"]
