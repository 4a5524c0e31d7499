import { expect, test } from "bun:test";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { imessage } from "../../../src/providers/imessage/index.ts";
import { imessageAccount, macEnvironment } from "../../contracts/imessage-stage.ts";
import { FakeClock } from "../../doubles/fake-clock.ts";
import { MessagesDouble } from "../../doubles/imessage/messages-double.ts";
import { realDoor, type SshDoor, wrapperDoor } from "../../doubles/imessage/ssh-door.ts";
import { RecordingPorts } from "../../doubles/recording-ports.ts";
import { direct, never, outbound } from "./linked.ts";
import { withEnvironment } from "../../doubles/with-environment.ts";

/** A Mac at the other end of ssh: the same as here, and nothing of ours is its shell's to read wrong. */

async function behind(makeDoor: (double: MessagesDouble) => SshDoor) {
  const clock = new FakeClock();
  const double = new MessagesDouble({ clock });
  const bob = double.person({ name: "Bob", handle: "+15552223333" });
  const door = makeDoor(double);
  const ports = new RecordingPorts(clock);
  const { attachmentsFolder } = double;
  const account = imessageAccount({ remoteHost: door.host, sshArgs: door.sshArgs, attachmentsFolder });
  const link = await withEnvironment(imessage, macEnvironment(double)).open(account, ports);
  return {
    double,
    bob,
    ports,
    link,
    door,
    async [Symbol.asyncDispose]() {
      await link[Symbol.asyncDispose]();
      await double[Symbol.asyncDispose]();
    },
  };
}

const bytes = new Uint8Array(200_000).map((_, index) => (index * 31) % 256);

test.each([
  ["a program that stands in for ssh", wrapperDoor],
  ["the real ssh and sshd where they are", realDoor],
] as const)("messages and files go both ways through %s", async (_, makeDoor) => {
  await using scene = await behind(makeDoor);
  const { double, bob, ports, link, door } = scene;
  const { self } = await ports.told("connected");
  expect(self.name).toContain(`Messages on ${door.host}`);
  await ports.heard(bob.says("hello: grün 😀 'quoted' $HOME").guid);
  expect(ports.received[0]!.text).toBe("hello: grün 😀 'quoted' $HOME");
  await link.send(outbound(direct(bob.handle), "an answer; rm -rf / `x`"), never);
  await bob.reads(/^an answer; rm -rf \/ `x`$/);
  const fileName = 'it\'s a "file" $(touch pwned) \\ *.bin';
  const { guid } = bob.sendsFile({ bytes, fileName, mimeType: "application/octet-stream" });
  const { handle } = (await ports.heard(guid)).media[0]!;
  expect((await link.download!(handle, 300_000, never)).bytes).toEqual(bytes);
  const media = { kind: "document", mimeType: "text/plain", fileName, bytes: () => bytes } as const;
  const { messageId } = await link.send(outbound(direct(bob.handle), "", { media }), never);
  const [sent] = double.rows.find((row) => row.guid === messageId)!.files;
  expect(new Uint8Array(readFileSync(sent!.path))).toEqual(bytes);
  expect(readdirSync(double.temporaryFolder)).toEqual([]);
});

test("ssh is asked for nothing that it would ask a person, and no path is among its arguments", async () => {
  await using scene = await behind(wrapperDoor);
  const { double, bob, ports, link } = scene;
  await ports.told("connected");
  const { guid } = bob.sendsFile({ bytes, fileName: "private-name.txt", mimeType: "text/plain" });
  await link.download!((await ports.heard(guid)).media[0]!.handle, 300_000, never);
  const asked = readFileSync(join(double.folder, "ssh-arguments"), "utf8");
  expect(asked).toStartWith("-p\n2222\n-T\n-o\nBatchMode=yes\n-o\nConnectTimeout=15\n");
  expect(asked).toContain("me@mac.local\n");
  expect(asked).not.toContain("private-name");
});

test("when the way to the Mac ends, imsg there does too, and the link is lost", async () => {
  await using scene = await behind(realDoor);
  const { double, ports, link } = scene;
  await ports.told("connected");
  await link[Symbol.asyncDispose]();
  await double.until(() => double.connections.length === 0);
});

test("a Mac without imsg is told what to install there", async () => {
  await using scene = await behind((double) => {
    writeFileSync(join(double.binFolder, "imsg"), "");
    double.writeProgram("ssh", "echo 'sh: imsg: command not found' >&2\nexit 127\n");
    return { host: "mac", sshArgs: [] };
  });
  const { reason, cure } = await scene.ports.told("logged-out");
  expect(reason).toBe("imsg is not on the Mac: install it there with: brew install steipete/tap/imsg");
  expect(cure).toBe("clawdia providers add imessage");
});

test.each([
  ["me@mac: Permission denied (publickey,password).", "logged-out", "ssh-copy-id"],
  ["Host key verification failed.", "logged-out", "run ssh to it once by hand"],
  ["command-line: line 0: Bad configuration option: bogus", "logged-out", "its arguments"],
  ["ssh: Could not resolve hostname mac: Name or service not known", "lost", "by its name"],
  ["ssh: connect to host mac port 22: Connection refused", "lost", "Remote Login"],
  ["ssh: connect to host mac port 22: Operation timed out", "lost", "broke or did not come about"],
  ["client_loop: send disconnect: Broken pipe", "lost", "broke or did not come about"],
  ["something new", "lost", "ssh to the Mac ended"],
] as const)("ssh that says %p is %s, in our words", async (said, kind, words) => {
  await using scene = await behind((double) => {
    double.writeProgram("ssh", `echo '${said}' >&2\nexit 255\n`);
    return { host: "mac", sshArgs: [] };
  });
  const { reason } = await scene.ports.told(kind);
  expect(reason).toContain(words);
  expect(scene.ports.captured.text).not.toContain(said);
});

test("a machine without ssh is told so", async () => {
  const clock = new FakeClock();
  const ports = new RecordingPorts(clock);
  const account = imessageAccount({ remoteHost: "mac" });
  await using link = await withEnvironment(imessage, { PATH: "/nowhere" }).open(account, ports);
  expect((await ports.told("logged-out")).reason).toContain("install OpenSSH");
  expect(link).toBeDefined();
});
