// The body of a notification as merchants' verifiers rebuild it before they hash it, each in its language's manner.
//
// A gateway whose bytes survive all of them is verified by all of them.

import { createHash, createVerify } from "node:crypto";

/** Node: what comes out of parsing and writing again. */
export function nodeForm(raw) {
  return JSON.stringify(JSON.parse(raw));
}

/** PHP: `json_encode(json_decode($raw))` with default flags escapes every slash and everything beyond ASCII. */
export function phpForm(raw) {
  const hex = (unit) => unit.charCodeAt(0).toString(16).padStart(4, "0");
  return nodeForm(raw)
    .replaceAll("/", "\\/")
    .replace(/[\u0080-\uffff]/g, (unit) => `\\u${hex(unit)}`);
}

/** Java: white space is dropped outside strings. */
export function javaForm(raw) {
  return raw.replace(/("(?:[^"\\]|\\.)*")|\s+/g, (_, text) => text ?? "");
}

/** Java before 3.2.2: white space is dropped inside strings as well. */
export function oldJavaForm(raw) {
  return raw.replace(/\s+/g, "");
}

/** Whether the signature over `body` holds; `path` is the part that the gateway appends to the merchant's prefix. */
export function isSigned({ body, path, timestamp, signature, publicKey }) {
  const hash = createHash("sha256").update(body, "utf8").digest("hex");
  const verifier = createVerify("RSA-SHA256").update(`POST:${path}:${hash}:${timestamp}`, "utf8");
  return verifier.verify(publicKey, signature, "base64");
}
