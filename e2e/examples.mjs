// The request bodies that the official Node SDK's own description shows to its users, read from the installed package
// and not copied: an example that the next version changes is tried as it is then.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

const README = new URL("node_modules/midtrans-client/README.md", import.meta.url);
/** The part of the description that is about BI-SNAP. */
const HEADING = "## 6. Snap-BI";

/**
 * Every body of the description, by the name it has there.
 *
 * @param {{externalId: string, merchantId: string}} given what the description leaves to its reader
 */
export async function exampleBodies({ externalId, merchantId }) {
  const text = await readFile(README, "utf8");
  const at = text.indexOf(HEADING);
  assert.ok(at > 0, `the description has no "${HEADING}"`);
  const found = [...text.slice(at).matchAll(/^ ?let (\w*Body\w*) = (\{[\s\S]*?^\})/gm)];
  const read = (body) => new Function("externalId", "merchantId", `return ${body};`)(externalId, merchantId);
  return Object.fromEntries(found.map(([, name, body]) => [name, read(body)]));
}
