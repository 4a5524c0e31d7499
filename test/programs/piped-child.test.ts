import { expect, test } from "bun:test";
import { startPiped, StartError } from "../../src/programs/index.ts";

/** A program that is talked to over its descriptors 3 and 4. */

const shell = (script: string) =>
  startPiped({ program: "/bin/sh", args: ["-c", script], folder: "/", environment: { PATH: "/usr/bin:/bin" } });

test("what is written to 3 is read there, and what 4 says is heard", async () => {
  const child = shell('read -r line <&3; printf "heard %s" "$line" >&4; echo trouble >&2; exit 3');
  const heard = new Promise<string>((resolve) => child.onData((piece) => resolve(Buffer.from(piece).toString())));
  child.write("hello\n");
  expect(await heard).toBe("heard hello");
  expect(await child.ended).toBe("with exit code 3");
});

test("a program that waits for more ends when it is hung up, and one that does not is killed", async () => {
  const polite = shell("cat <&3 >&4");
  polite.hangUp();
  expect(await polite.ended).toBe("with exit code 0");
  const deaf = shell("sleep 60");
  deaf.kill();
  expect(await deaf.ended).toBe("by signal SIGKILL");
  // Twice is once, and nobody else is hit.
  deaf.kill();
});

test("a program that is not there says so", () => {
  const missing = { program: "/no/such/program", args: [], folder: "/", environment: {} };
  expect(() => startPiped(missing)).toThrow(StartError);
});
