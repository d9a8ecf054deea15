// Asks a person before adsteward applies a change set, and signs their approval: for that set, once, for some minutes.
// The text of the question and the digest come from a file that adsteward wrote, never from the model.
import { createHash, createHmac, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { definePluginEntry } from "openclaw/plugin-sdk/plugin-entry";

const TOOL = "adsteward__apply_changes";
const ASKED_FOR_MS = 300_000;
const SLACK_S = 60;
const LONGEST = 500;
const folder = () => join(homedir(), ".adsteward", "hosts");

function waiting(id) {
  if (!/^cs-[0-9a-f]{12}$/.test(id)) throw new Error("no such change set");
  const told = JSON.parse(readFileSync(join(folder(), "waiting", `${id}.json`), "utf8"));
  if (told.id !== id || !/^[0-9a-f]{64}$/.test(told.digest)) throw new Error("its notice is damaged");
  if (String(told.summary).length > LONGEST) throw new Error("its notice does not fit the prompt");
  if (told.sha256 !== createHash("sha256").update(readFileSync(join(folder(), "waiting", `${id}.txt`))).digest("hex"))
    throw new Error("the file with all its changes is damaged");
  return told;
}

function sign(id, digest) {
  const key = readFileSync(join(folder(), "gate.key"), "utf8").trim();
  const expires = Math.floor(Date.now() / 1000) + ASKED_FOR_MS / 1000 + SLACK_S;
  const nonce = randomBytes(16).toString("hex");
  const text = ["adsteward-approval-v1", id, digest, expires, nonce].join("\n");
  return `v1.${expires}.${nonce}.${createHmac("sha256", key).update(text).digest("hex")}`;
}

export function gate(event) {
  if (event.toolName !== TOOL) return undefined;
  const id = String(event.params?.change_set_id ?? "").trim();
  try {
    const { digest, summary } = waiting(id);
    return {
      params: { change_set_id: id, approval_token: sign(id, digest) },
      requireApproval: {
        title: `Apply ${id} in the ad account`,
        description: String(summary),
        severity: "critical",
        timeoutMs: ASKED_FOR_MS,
        allowedDecisions: ["allow-once", "deny"],
      },
    };
  } catch (error) {
    return { block: true, blockReason: `adsteward: ${error.message}. Nothing was changed; propose the change again.` };
  }
}

export default definePluginEntry({
  id: "adsteward",
  name: "Adsteward",
  description: "Asks a person before adsteward changes the ad account",
  register(api) {
    api.on("before_tool_call", gate);
  },
});
