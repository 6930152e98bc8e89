// The programs that docs/integration.md shows, run as somebody would who copies them.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

import { lunas, receiver } from "./stage.mjs";

const DOCUMENT = new URL("../docs/integration.md", import.meta.url);
/** How long a program may take. */
const PROGRAM_MS_MAX = 60_000;

/**
 * Every call whose example is in JavaScript, and the answer's code when it went well: what the read-me says is served,
 * but for virtual accounts, whose examples are a shell's and run elsewhere.
 */
const README = await readFile(new URL("../README.md", import.meta.url), "utf8");
const SERVED = README.matchAll(/^\| `(?:POST|GET) (\/v1\.0\/(?!transfer-va)\S+)` \| (\d\d) \|/gm);
const CALLS = Object.fromEntries([...SERVED].map(([, path, service]) => [path, `200${service}00`]));

let directory;

before(async () => {
  directory = await mkdtemp(join(tmpdir(), "lunas-documented-"));
});

after(() => rm(directory, { recursive: true, force: true }));

/** The blocks of one language in a chapter. */
async function blocks(chapter, language) {
  const text = await readFile(DOCUMENT, "utf8");
  const [, begun] = text.split(`\n## ${chapter}`);
  assert.ok(begun, `there is no chapter ${chapter}`);
  const [body] = begun.split("\n## ");
  return [...body.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].filter(([, word]) => word === language).map(([, , code]) => code);
}

/** Runs a program to its end, and gives what it printed. */
async function run(program, args, options) {
  return (await promisify(execFile)(program, args, { timeout: PROGRAM_MS_MAX, ...options })).stdout;
}

test("R21 the examples of all calls run one after the other, and each succeeds", async () => {
  const file = join(directory, "try.mjs");
  await writeFile(file, (await blocks("4. The calls", "js")).join("\n"));
  const printed = await run(process.execPath, [file], { env: { ...process.env, LUNAS_SANDBOX: lunas.sandboxFile } });
  const made = printed.split("\n").filter((line) => line.startsWith("/v1.0/"));
  for (const line of made) {
    const [path, code] = line.split(" ");
    assert.match(code, /^200/, `${line}\n${lunas.log()}`);
    assert.equal(code, CALLS[path] ?? code, line);
  }
  const paths = new Set(made.map((line) => line.split(" ")[0]));
  assert.deepEqual(Object.keys(CALLS).filter((path) => !paths.has(path)), [], "calls without an example");
});

/** One notification of each kind, as the merchant's server has it. */
async function told() {
  const query = "?token=a/b";
  const answer = await fetch(`${lunas.baseUrl}/sandbox/v1/notify-url`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ url: receiver.url + query }),
  });
  assert.ok(answer.ok);
  const kinds = {
    "payment.pending": "/v1.0/debit/notify",
    "qris.pending": "/v1.0/qr/qr-mpm-notify",
    "va.pending": "/v1.0/transfer-va/payment",
    "link.linked": "/v1.0/registration-account/notify",
  };
  const notifications = [];
  for (const [scenario, path] of Object.entries(kinds)) {
    await lunas.trigger(scenario);
    const came = await receiver.next((request) => request.path === receiver.prefix + path + query);
    notifications.push({ ...came, called: path });
  }
  return notifications;
}

test("R21 the verifiers that are shown verify every kind of notification", async () => {
  const [code, ...more] = await blocks("6. Notifications", "js");
  assert.deepEqual(more, []);
  const module = join(directory, "verifier.mjs");
  await writeFile(module, `${code}\nexport { isFromGateway };\n`);
  const { isFromGateway } = await import(pathToFileURL(module));
  const [php, ...otherPhp] = await blocks("6. Notifications", "php");
  assert.deepEqual(otherPhp, []);
  const script = join(directory, "verifier.php");
  await writeFile(
    script,
    `<?php\n${php}\n$o = json_decode($argv[1], true);\n` +
      "echo json_encode(isFromGateway($o['uri'], $o['headers'], $o['raw'], $o['prefix'], $o['key']));\n",
  );
  const key = lunas.sandbox.notificationPublicKey;
  const keyFile = join(directory, "notification.pem");
  await writeFile(keyFile, key);
  for (const { path, called, headers, rawHeaders, raw } of await told()) {
    const names = rawHeaders.filter((_, at) => at % 2 === 0);
    const exact = Object.fromEntries(names.map((name, at) => [name, rawHeaders[2 * at + 1]]));
    const byPhp = async (raw) => {
      const order = { uri: path, headers: exact, raw, prefix: receiver.prefix, key };
      return JSON.parse(await run("php", [script, JSON.stringify(order)]));
    };
    const changed = raw.replace(/[0-9a-z](?="[,}])/, (sign) => (sign === "1" ? "2" : "1"));
    assert.notEqual(changed, raw);
    for (const [body, expected] of [
      [raw, true],
      [changed, false],
    ]) {
      assert.equal(isFromGateway({ url: path, headers }, body, receiver.prefix, key), expected, `Node: ${path} ${body}`);
      assert.equal(await byPhp(body), expected, `PHP: ${path} ${body}`);
    }
    const body = join(directory, "body.json");
    await writeFile(body, raw);
    const parts = ["--timestamp", headers["x-timestamp"], "--signature", headers["x-signature"]];
    await lunas.command("verify", "notification", "--path", called, "--key", keyFile, "--body", body, ...parts);
  }
});
