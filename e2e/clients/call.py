"""A merchant's backend in Python, on `requests` with its defaults: the body is whatever `json=` makes of it, blanks and
escapes included, and is hashed as it is sent.

Reads an order as JSON from stdin ({"url", "headers", "prefix", "suffix", "secret", "body"}); the text to sign is prefix,
hash and suffix. Prints the answer.
"""

import base64
import hashlib
import hmac
import json
import sys

import requests

order = json.load(sys.stdin)
session = requests.Session()
session.trust_env = False
prepared = session.prepare_request(requests.Request("POST", order["url"], json=order["body"], headers=order["headers"]))
text = order["prefix"] + hashlib.sha256(prepared.body).hexdigest() + order["suffix"]
signature = hmac.new(order["secret"].encode(), text.encode(), hashlib.sha512).digest()
prepared.headers["X-SIGNATURE"] = base64.b64encode(signature).decode()
answer = session.send(prepared)
print(json.dumps({"status": answer.status_code, "body": answer.json()}))
