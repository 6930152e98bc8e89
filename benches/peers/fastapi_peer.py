"""Payment host to host on FastAPI and SQLite: signature checked, payment and replay key durable, one transaction per
request. What a merchant's engineer would write in an afternoon.

usage: python fastapi_peer.py PORT DATABASE SECRET
"""

import base64
import hashlib
import hmac
import json
import secrets
import sqlite3
import sys
import time

import uvicorn
from fastapi import FastAPI, Request, Response

port, path, secret = sys.argv[1:]
db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
db.executescript("""pragma journal_mode = wal; pragma synchronous = full;
create table payment (reference_no text primary key, partner_reference_no text not null, amount text not null,
  body text not null, status text not null, created_at integer not null) strict;
create table replay (external_id text primary key, answer text not null) strict;
create table outbox (id integer primary key, reference_no text not null, due_at integer not null) strict;""")
app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)


@app.post("/v1.0/debit/payment-host-to-host")
async def create(request: Request) -> Response:
    raw = await request.body()
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    digest = hashlib.sha256(raw).hexdigest()
    text = f"POST:{request.url.path}:{token}:{digest}:{request.headers.get('x-timestamp')}"
    expected = base64.b64encode(hmac.digest(secret.encode(), text.encode(), "sha512")).decode()
    if not hmac.compare_digest(expected, request.headers.get("x-signature", "")):
        refusal = '{"responseCode":"4015400","responseMessage":"Unauthorized. [Signature]"}'
        return Response(refusal, 401, media_type="application/json")
    external_id = request.headers.get("x-external-id")
    known = db.execute("select answer from replay where external_id = ?", (external_id,)).fetchone()
    if known:
        return Response(known[0], media_type="application/json")
    body = json.loads(raw)
    order, now = body["partnerReferenceNo"], time.time_ns() // 1_000_000
    reference = f"A1{now}{secrets.token_hex(9)}"
    answer = json.dumps({
        "responseCode": "2005400", "responseMessage": "Successful", "referenceNo": reference,
        "partnerReferenceNo": order, "webRedirectUrl": f"https://pay.example/?tref={reference}",
    }, separators=(",", ":"))
    amount = body.get("amount", {}).get("value", "")
    db.execute("begin immediate")
    db.execute("insert into payment values (?, ?, ?, ?, '03', ?)", (reference, order, amount, raw.decode(), now))
    db.execute("insert into replay values (?, ?)", (external_id, answer))
    db.execute("insert into outbox (reference_no, due_at) values (?, ?)", (reference, now))
    db.execute("commit")
    return Response(answer, media_type="application/json")


uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="error", access_log=False)
