import { expect, test } from "bun:test";
import { qrLines } from "../../src/cli/qr-code.ts";
import type { Provider } from "../../src/providers/index.ts";
import { FakeNetwork } from "../doubles/fake-network.ts";
import { openHouse, ownerToken, temporaryFolder } from "../open-house.ts";
import { Person } from "./command-house.ts";

/** Linking a network from a terminal. */

const linkText = "sgnl://linkdevice?uuid=abc&pub_key=def";

function scannedNetwork(text: string): Provider {
  return {
    ...new FakeNetwork().provider,
    async *login(_account, { clock }) {
      yield { kind: "qr", text, help: "Scan it with your phone.", expiresAtMs: clock.nowMs() + 60_000 };
      return { self: { id: "1", name: "Clawdia Bot" }, message: "Welcome." };
    },
  };
}

const adds = async (provider: Provider, stdin?: string) => {
  using folder = temporaryFolder();
  await using house = await openHouse({ stateDir: folder.path, providers: [provider] });
  using alice = new Person();
  const args = ["providers", "add", "telegram", "--url", house.url];
  return await alice.types(args, { env: { CLAWDIA_GATEWAY_TOKEN: ownerToken }, ...(stdin !== undefined && { stdin }) });
};

test("a code to scan is drawn in the terminal, and the account is linked", async () => {
  const { code, stdout } = await adds(scannedNetwork(linkText));
  const drawing = qrLines(linkText, false, Number.POSITIVE_INFINITY)!.join("\n");
  expect(stdout).toBe(`${drawing}\nScan it with your phone.\nlinked telegram/main: Clawdia Bot. Welcome.\n`);
  expect(code).toBe(0);
});

test("a code that is too long to be drawn is shown as its text", async () => {
  const { stdout } = await adds(scannedNetwork("x".repeat(3_500)));
  expect(stdout).toStartWith(`${"x".repeat(3_500)}\nScan it`);
});

function askingNetwork(given: (string | undefined)[]): Provider {
  return {
    ...new FakeNetwork().provider,
    async *login() {
      for (const name of ["first", "second"]) {
        const answer = yield { kind: "ask", name, label: name, help: `The ${name} one.`, isSecret: true };
        given.push(answer.value);
      }
      return { self: { id: "1", name: "Clawdia Bot" }, message: "Welcome." };
    },
  };
}

test("a network that asks for two secrets gets two lines of standard input", async () => {
  const given: (string | undefined)[] = [];
  const { code, stdout } = await adds(askingNetwork(given), "one\ntwo\n");
  expect([code, given]).toEqual([0, ["one", "two"]]);
  expect(stdout).toBe("The first one.\nThe second one.\nlinked telegram/main: Clawdia Bot. Welcome.\n");
  expect((await adds(askingNetwork([]), "one\n")).stderr).toContain("nothing was given");
});
