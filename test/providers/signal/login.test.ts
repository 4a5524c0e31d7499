import { expect, test } from "bun:test";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import type { LoginStep } from "../../../src/providers/index.ts";
import { signal } from "../../../src/providers/signal/index.ts";
import type { SignalSettings } from "../../../src/providers/signal/settings.ts";
import { signalAccount } from "../../contracts/signal-stage.ts";
import { hastyClock } from "../../doubles/hasty-clock.ts";
import { RecordingPorts } from "../../doubles/recording-ports.ts";
import { SignalDouble, type SignalDoubleOptions } from "../../doubles/signal/signal-double.ts";
import { temporaryFolder } from "../../open-house.ts";

/** A phone scans a code. */

interface Talk {
  readonly double?: SignalDoubleOptions;
  readonly settings?: (double: SignalDouble, program: string) => Partial<SignalSettings>;
  /** What the person does at each code. */
  readonly atCode?: (double: SignalDouble, codes: number) => Promise<unknown>;
  readonly answer?: string;
}

async function loginWith({ double: options = { isLinked: false }, settings, atCode, answer }: Talk) {
  using folder = temporaryFolder();
  await using double = await SignalDouble.start(options);
  const ports = new RecordingPorts(hastyClock);
  ports.programsFolder = mkdtempSync(join(folder.path, "account-"));
  const program = double.program(folder.path);
  const account = signalAccount(settings?.(double, program) ?? { command: program });
  const steps: LoginStep[] = [];
  const talk = signal.login!(account, ports);
  const end = await (async () => {
    for (let turn = await talk.next({}); ; turn = await talk.next(answer === undefined ? {} : { value: answer })) {
      if (turn.done) return turn.value;
      steps.push(turn.value);
      if (turn.value.kind !== "qr") continue;
      const codes = steps.filter(({ kind }) => kind === "qr").length;
      void (atCode ?? ((at: SignalDouble) => at.scan()))(double, codes);
    }
  })().catch((error: unknown) => error);
  const { number, aci } = double;
  return { ports, account, steps, end, number, aci };
}

const atItsUrl = ({ url }: SignalDouble) => ({ httpUrl: url });
const itsAccount = ({ url, number }: SignalDouble) => ({ httpUrl: url, number });
const withAnotherNumber = (_: SignalDouble, command: string) => ({ command, number: "+15550100111" });
const tooLateAtFirst = (at: SignalDouble, codes: number) => (codes === 1 ? at.lapse() : at.scan());

const kinds = (steps: readonly LoginStep[]) => steps.map(({ kind }) => kind);

test("a code is shown, scanned, and the account is kept with a folder of its own", async () => {
  const { ports, account, steps, end, number, aci } = await loginWith({});
  expect(end).toMatchObject({
    self: { id: aci, name: number, handle: number },
    message: expect.stringContaining(number),
  });
  expect(kinds(steps)).toEqual(["wait", "qr"]);
  expect(steps[1]).toMatchObject({ text: expect.stringMatching(/^sgnl:\/\/linkdevice\?uuid=/) });
  expect(ports.secrets.get("number")).toBe(number);
  expect(ports.secrets.get("dataFolder")).toMatch(/^signal-cli-[0-9a-f]{12}$/);
  expect(signal.configured(account, ports.secrets)).toEqual({ isConfigured: true, source: "login" });
  expect(ports.captured.text).not.toContain(number);
});

test("a code that got too old is followed by another one", async () => {
  const { steps, end } = await loginWith({ atCode: tooLateAtFirst });
  expect(kinds(steps)).toEqual(["wait", "qr", "qr"]);
  expect(end).toMatchObject({ message: expect.stringContaining("Linked with") });
});

test("codes that nobody scans come to an end", async () => {
  const { steps, end, ports } = await loginWith({ atCode: (double) => double.lapse() });
  expect(kinds(steps)).toEqual(["wait", "qr", "qr", "qr", "qr", "qr"]);
  expect(end).toMatchObject({ name: "LoginError", message: "no phone scanned a code in time: start again" });
  expect(ports.secrets.get("number")).toBeUndefined();
});

test("a daemon that runs already and has the account is only asked", async () => {
  const { steps, end, ports } = await loginWith({ double: {}, settings: itsAccount });
  expect(kinds(steps)).toEqual(["wait"]);
  expect(end).toMatchObject({ message: expect.stringContaining("Linked with") });
  expect(ports.secrets.get("dataFolder")).toBeUndefined();
});

test("a daemon with accounts asks which, and a daemon for one account asks for its number", async () => {
  for (const isSingle of [false, true]) {
    const { steps, end } = await loginWith({ double: { isSingle }, settings: atItsUrl, answer: "+1 555 010-0999" });
    expect(kinds(steps)).toEqual(["wait", "ask"]);
    expect(end).toMatchObject({ self: { handle: "+15550100999" } });
  }
});

test("a daemon with accounts links another one when none is named", async () => {
  const { steps, end } = await loginWith({ double: {}, settings: atItsUrl, answer: "new" });
  expect(kinds(steps)).toEqual(["wait", "ask", "qr"]);
  expect(end).toMatchObject({ message: expect.stringContaining("Linked with") });
});

test("what is no number is said to be none", async () => {
  const { end } = await loginWith({ double: {}, settings: atItsUrl, answer: "Bob" });
  expect(end).toMatchObject({ name: "LoginError", message: "that is no number: it looks like +15551234567" });
});

test("a phone with another number than the config's is not taken", async () => {
  const { end, ports } = await loginWith({ settings: withAnotherNumber });
  expect(end).toMatchObject({ name: "LoginError", message: expect.stringContaining("providers.signal.accounts.main") });
  expect(ports.secrets.get("number")).toBeUndefined();
});

test("without signal-cli the login says what to install", async () => {
  const { end } = await loginWith({ settings: () => ({ command: "no-such-signal-cli" }) });
  expect(end).toMatchObject({ name: "LoginError", message: expect.stringMatching(/no-such-signal-cli.*install/) });
});
