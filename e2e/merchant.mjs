// A merchant's backend without an SDK: signs calls with what `sandbox.json` says, for clients that send them.

import { createHash, createHmac, createSign } from "node:crypto";

/** The headers of a token request. */
export function tokenHeaders({ clientId, merchantPrivateKey }, time = now()) {
  const signature = createSign("RSA-SHA256").update(`${clientId}|${time}`).sign(merchantPrivateKey, "base64");
  return { "Content-Type": "application/json", "X-TIMESTAMP": time, "X-CLIENT-KEY": clientId, "X-SIGNATURE": signature };
}

/** An access token, fetched with `fetch`. */
export async function fetchToken(lunas) {
  const answer = await fetch(`${lunas.baseUrl}/v1.0/access-token/b2b`, {
    method: "POST",
    headers: tokenHeaders(lunas.sandbox),
    body: JSON.stringify({ grantType: "client_credentials" }),
  });
  return (await answer.json()).accessToken;
}

/** The signature of a call whose body is `body`, byte for byte. */
export function signature({ clientSecret }, { path, token, body, time }) {
  const hash = createHash("sha256").update(body).digest("hex");
  return createHmac("sha512", clientSecret).update(`POST:${path}:${token}:${hash}:${time}`).digest("base64");
}

/** The headers of a signed call. */
export function callHeaders(sandbox, { path, token, externalId, body, time = now() }) {
  return {
    "Content-Type": "application/json",
    Authorization: `Bearer ${token}`,
    "X-TIMESTAMP": time,
    "X-SIGNATURE": signature(sandbox, { path, token, body, time }),
    "X-PARTNER-ID": sandbox.partnerId,
    "X-EXTERNAL-ID": externalId,
    "CHANNEL-ID": sandbox.channelId,
  };
}

/** The time as JavaScript writes it. */
export function now() {
  return new Date().toISOString();
}
