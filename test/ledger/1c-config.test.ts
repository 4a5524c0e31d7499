import { expect, test } from "bun:test";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chooseConfig } from "../../src/app/choose-config.ts";
import { parseConfig, referenceIn } from "../../src/config/index.ts";
import { Workspaces } from "../../src/exec/index.ts";
import { methods } from "../../src/gateway/index.ts";
import { judgeAccess, operatorScopes } from "../../src/protocol/index.ts";
import { editTool, makeFilesOf, readTool, toolGroups, writeTool } from "../../src/tools/index.ts";
import { temporaryFolder } from "../open-house.ts";
import { calls } from "../tools/tool-call.ts";
import { LedgerHouse, refusalIn } from "./ledger-house.ts";

/** Block 1C of the ledger: who may change the config, and what a change leaves as it is. */

const source = `{
  // the owner's
  gateway: { auth: { token: "\${CLAWDIA_TOKEN_OF_MINE}", password: "\${secret:word}" } },
  models: { vendors: { acme: { kind: "anthropic", apiKey: "\${file:/run/acme-key}" } } },
}
`;

test("S-42 nobody below admin changes the config, and no agent by its tools or by a link to the file", async () => {
  const writers = Object.entries(methods).filter(([name]) => name.startsWith("config."));
  expect(writers.map(([name]) => name)).toContain("config.patch");
  for (const [name, { access }] of writers) {
    const allowed = operatorScopes.filter(
      (scope) => judgeAccess(access, { role: "operator", scopes: [scope] }).kind === "allowed",
    );
    expect([name, allowed, judgeAccess(access, { role: "node", scopes: [] }).kind]).toEqual([
      name,
      ["operator.admin"],
      "wrong-role",
    ]);
  }
  await using house = await LedgerHouse.open();
  const path = join(house.folder, "clawdia.json");
  writeFileSync(path, source);
  const bob = await house.operator(["operator.read", "operator.write", "operator.approvals", "operator.pairing"]);
  for (const section of ["gateway: { auth: {} }", "providers: {}", "tools: { deny: [] }"]) {
    const answer = await house.refuses(() => bob.call("config.patch", { raw: `{ ${section} }` }));
    expect(refusalIn(answer)).toContain("missing scope: operator.admin");
  }
  const workspaces = new Workspaces({ stateDir: house.folder, agents: [{ id: "main" }], homeDir: undefined });
  const workspace = workspaces.folderOf("main");
  symlinkSync(path, join(workspace, "link"));
  symlinkSync(house.folder, join(workspace, "folder"));
  const filesOf = makeFilesOf({ workspaces, stateDir: house.folder });
  for (const name of [path, "../clawdia.json", "link", "folder/clawdia.json"]) {
    for (const { isError } of [
      await calls(writeTool(filesOf), { path: name, content: "{}" }),
      await calls(editTool(filesOf), { path: name, oldText: "owner", newText: "agent" }),
      await calls(readTool(filesOf), { path: name }),
    ]) {
      expect([name, isError]).toEqual([name, true]);
    }
  }
  expect(readFileSync(path, "utf8")).toBe(source);
  expect(
    Object.values(toolGroups)
      .flat()
      .filter((name) => name.includes("config")),
  ).toEqual([]);
});

test("S-42 a config that lies in an agent's workspace is not used", async () => {
  using folder = temporaryFolder();
  const stateDir = join(folder.path, "state");
  const workspace = join(folder.path, "work");
  mkdirSync(workspace);
  const path = join(workspace, "clawdia.json");
  writeFileSync(path, JSON.stringify({ agents: { list: [{ id: "main", workspace }] } }));
  const environment = { CLAWDIA_STATE_DIR: stateDir, CLAWDIA_CONFIG_PATH: path, HOME: folder.path };
  const { config, place } = await chooseConfig(environment, {});
  expect(place.trouble?.reason).toContain("holds the config itself");
  expect(config.agents.list).toMatchObject([{ id: "main" }]);
  expect(config.tools.allow).toEqual(["none-in-recovery-mode"]);
});

test("S-50 references to secrets stay as they are written, whoever writes beside them and however many", async () => {
  const secrets = {
    CLAWDIA_TOKEN_OF_MINE: "canary-expanded-1",
    word: "canary-expanded-2",
    "/run/acme-key": "canary-expanded-3",
  };
  const lookup = ({ name }: { readonly name: string }) => secrets[name as keyof typeof secrets];
  expect(parseConfig(source, lookup).config.gateway.auth).toEqual({
    token: "canary-expanded-1",
    password: "canary-expanded-2",
  });
  await using house = await LedgerHouse.open({ lookup });
  const path = join(house.folder, "clawdia.json");
  writeFileSync(path, source);
  const admins = await Promise.all(Array.from({ length: 8 }, () => house.operator()));
  const written = await Promise.all(
    admins.map(async (admin, index) => {
      for (let attempt = 0; attempt < 3; attempt++) {
        const { payload } = await admin.call("config.get");
        expect(JSON.stringify(payload)).not.toContain("canary-expanded");
        const raw = `{ models: { aliases: { a${index}: "acme/m${attempt}" } } }`;
        const answer = await admin.call("config.patch", { raw, baseHash: payload!["hash"] });
        if (answer.ok) return true;
        expect(refusalIn(answer)).toMatch(/config changed since last load|RATE_LIMITED/);
      }
      return false;
    }),
  );
  expect(written).toContain(true);
  const after = readFileSync(path, "utf8");
  expect(references(after)).toEqual(references(source));
  expect(references(source).map((text) => referenceIn(text)?.kind)).toEqual(["environment", "secret", "file"]);
  expect(after).toContain("// the owner's");
  expect(after).not.toContain("canary-expanded");
  house.secrets.push(...Object.values(secrets));
  house.expectNoSecretIn(admins.flatMap(({ texts }) => texts).join());
});

function references(text: string): string[] {
  return [...text.matchAll(/"(\$\{[^"]+\})"/g)].map(([, reference]) => reference!);
}

test("S-53 of a hundred changes in a row thirty are taken, and none restarts anything", async () => {
  await using house = await LedgerHouse.openTimed();
  const admin = await house.operator();
  let hash: unknown = (await admin.call("config.get")).payload!["hash"];
  let taken = 0;
  for (let index = 0; index < 100; index++) {
    const raw = `{ messages: { queueMax: ${1 + (index % 60)} } }`;
    const answer = await admin.call("config.patch", { raw, baseHash: hash });
    if (answer.ok) {
      taken++;
      hash = answer.payload!["hash"];
      expect(answer.payload).toMatchObject({ restart: { ok: false } });
    } else expect(refusalIn(answer)).toContain("RATE_LIMITED");
  }
  expect(taken).toBe(30);
  expect(house.open.log.records.filter(({ event }) => event.startsWith("gateway.st"))).toEqual([]);
  expect((await admin.call("health")).ok).toBe(true);
});
