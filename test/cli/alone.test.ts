import { afterAll, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import manifest from "../../package.json";
import { Person, textOf } from "./command-house.ts";

/** What the command line does without any gateway. */

const alice = new Person();
afterAll(() => alice[Symbol.dispose]());

test("the version is one line", async () => {
  const said = await Promise.all([alice.types(["--version"]), alice.types(["-v"])]);
  const version = { code: 0, stdout: `${manifest.version}\n`, stderr: "" };
  expect(said).toEqual([version, version]);
});

test("the version for programs names the protocol and the runtime", async () => {
  expect(await alice.asks("version")).toMatchObject({
    version: manifest.version,
    protocol: { min: 3, max: 4 },
    bun: Bun.version,
  });
});

test("help lists every command and is no error", async () => {
  const [plain, word] = await Promise.all([alice.types(["--help"]), alice.types(["help"])]);
  expect(plain).toEqual(word);
  expect(plain.code).toBe(0);
  const commands = ["gateway", "status", "health", "call", "agent", "chat", "sessions", "devices", "logs", "models"];
  for (const name of [...commands, "schema", "token", "licenses", "version", "completion"]) {
    expect(plain.stdout).toContain(` ${name} `);
  }
  expect(plain.stdout).not.toContain("\u001b");
});

test("help of a command shows its flags", async () => {
  const { code, stdout } = await alice.types(["devices", "approve", "--help"]);
  expect(code).toBe(0);
  for (const word of ["clawdia devices approve", "--latest", "--tls-fingerprint=<HEX>"]) expect(stdout).toContain(word);
});

for (const [name, args, words] of [
  ["an unknown command", ["healht"], ['unknown command "healht"', "did you mean clawdia health?"]],
  ["an unknown sub-command", ["devices", "aprove"], ["did you mean clawdia devices approve?"]],
  ["no command at all", [], ["say what to do"]],
  ["an unknown flag", ["health", "--fast"], ["unknown flag --fast", "USAGE clawdia health"]],
  ["an unknown flag in front", ["--fast", "health"], ["unknown flag --fast"]],
  ["a bad number", ["call", "health", "--timeout", "soon"], ["--timeout soon: give a whole number"]],
  ["broken parameters", ["call", "health", "--params", "{"], ["--params is not JSON"]],
  ["an address of another protocol", ["health", "--url", "ftp://x"], ["write ws://host:port"]],
  ["credentials in an address", ["health", "--url", "wss://me:secret@host"], ["no credentials in the address"]],
  ["a fingerprint without TLS", ["health", "--tls-fingerprint", "ab".repeat(32)], ["needs --url wss://"]],
  ["an empty message", ["agent", "--message", ""], ["--message is empty"]],
  ["no message", ["agent"], ["--message is missing"]],
  ["an unknown shell", ["completion", "tcsh"], ["choose bash, zsh or fish"]],
  ["a bad port", ["gateway", "--port", "abc"], ["--port abc", "from 0 to 65535"]],
] as const) {
  test(`${name} is a usage error: exit code 2, message and usage`, async () => {
    const { code, stdout, stderr } = await alice.types(args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toStartWith("clawdia: ");
    expect(stderr).toContain("USAGE clawdia");
    for (const word of words) expect(stderr).toContain(word);
  });
}

test("a usage error is JSON for a program", async () => {
  const { code, stdout, stderr } = await alice.types(["health", "--fast", "--json"]);
  expect([code, stderr]).toEqual([2, ""]);
  expect(JSON.parse(stdout)).toEqual({ error: { code: "USAGE", message: "unknown flag --fast" } });
});

test("without a gateway every command says where it looked and how to start one", async () => {
  const port = unusedPort();
  const env = { CLAWDIA_GATEWAY_PORT: String(port) };
  for (const args of [["status"], ["agent", "--message", "hi"]]) {
    const { code, stdout, stderr } = await alice.types(args, { env });
    expect([code, stdout]).toEqual([69, ""]);
    expect(stderr).toContain(`no gateway at ws://127.0.0.1:${port}`);
    expect(stderr).toContain("gateway.json");
    expect(stderr).toContain("next: clawdia gateway");
  }
  const piped = await alice.types(["chat"], { env, stdin: "hi\n" });
  expect([piped.code, piped.stderr]).toEqual([69, expect.stringContaining("next: clawdia gateway")]);
  const json = await alice.types(["health", "--json"], { env });
  expect([json.code, JSON.parse(json.stdout)]).toEqual([
    69,
    { error: { code: "NO_GATEWAY", message: expect.any(String) } },
  ]);
});

test("a token is never sent unencrypted over a network", async () => {
  const { code, stderr } = await alice.types(["health", "--url", "ws://gateway.example.org"], {
    env: { CLAWDIA_GATEWAY_TOKEN: "secret" },
  });
  expect([code, stderr]).toEqual([1, expect.stringContaining("would send the token unencrypted")]);
});

test("there is no token before the first gateway", async () => {
  using bob = new Person();
  const { code, stdout, stderr } = await bob.types(["token"]);
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toContain("next: clawdia gateway");
});

test("a config that cannot be used is exit code 78", async () => {
  using bob = new Person();
  bob.writesConfig({ gateway: { port: "many" } });
  const { code, stderr } = await bob.types(["token"]);
  expect([code, stderr]).toEqual([78, expect.stringContaining("clawdia.json cannot be used, at gateway.port")]);
});

test("a profile's name cannot leave its folder", async () => {
  const { code, stderr } = await alice.types(["token", "--profile", "../x"]);
  expect([code, stderr]).toEqual([78, expect.stringContaining("cannot be a folder name")]);
});

test("the schemas in the binary are those in the repository", async () => {
  const schemas = join(import.meta.dir, "../../schemas");
  const [wire, config, swift] = await Promise.all([
    alice.types(["schema"]),
    alice.types(["schema", "--config"]),
    alice.types(["schema", "--swift"]),
  ]);
  expect(wire.stdout).toBe(readFileSync(join(schemas, "protocol.schema.json"), "utf8"));
  expect(config.stdout).toBe(readFileSync(join(schemas, "config.schema.json"), "utf8"));
  expect(swift.stdout).toContain("// ======== Package.swift");
  const out = join(alice.home, "package");
  const written = await alice.types(["schema", "--swift", "--out", out]);
  expect(written.code).toBe(0);
  expect(existsSync(join(out, "Package.swift"))).toBe(true);
  const sources = "Sources/ClawdiaProtocol";
  expect(readdirSync(join(out, sources)).sort()).toEqual(readdirSync(join(schemas, "swift", sources)).sort());
});

test("the licences say what the whole is under and name every package", async () => {
  const { stdout } = await alice.types(["licenses"]);
  for (const word of ["MIT", "GPL-3.0", "libsignal"]) expect(stdout).toContain(word);
  const { packages, ...terms } = await alice.asks<{ packages: { name: string; license: string; text: string }[] }>(
    "licenses",
  );
  expect(terms).toEqual({ sources: "MIT", binary: "GPL-3.0" } as object);
  const names = packages.map(({ name }) => name);
  for (const name of Object.keys(manifest.dependencies)) expect(names).toContain(name);
  expect(packages.find(({ name }) => name === "citty")).toMatchObject({
    license: "MIT",
    text: expect.stringContaining("Permission is hereby granted"),
  });
});

test("completion scripts know commands, sub-commands and flags, and shells can read them", async () => {
  const [bash, zsh, fish] = await Promise.all(
    ["bash", "zsh", "fish"].map((shell) => alice.types(["completion", shell])),
  );
  for (const { code, stdout } of [bash!, zsh!, fish!]) {
    expect(code).toBe(0);
    for (const word of ["devices", "approve", "latest", "tls-fingerprint"]) expect(stdout).toContain(word);
  }
  const check = Bun.spawn(["bash", "-n"], { stdin: Buffer.from(bash!.stdout), stderr: "pipe" });
  expect([await check.exited, await textOf(check.stderr)]).toEqual([0, ""]);
  const complete = (words: readonly string[]) => {
    const line = words.map((word) => `"${word}"`).join(" ");
    const asked = `COMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}; _clawdia; echo "\${COMPREPLY[@]}"`;
    return Bun.spawnSync(["bash", "-c", `${bash!.stdout}\n${asked}`])
      .stdout.toString()
      .trim();
  };
  expect(complete(["clawdia", "dev"])).toBe("devices");
  expect(complete(["clawdia", "devices", "appr"])).toBe("approve");
  expect(complete(["clawdia", "devices", "approve", "--la"])).toBe("--latest");
  expect(complete(["clawdia", "logs", "--level", "w"])).toBe("warn");
});

/** A port that was free a moment ago. */
function unusedPort(): number {
  const server = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => undefined } });
  server.stop(true);
  return server.port;
}
