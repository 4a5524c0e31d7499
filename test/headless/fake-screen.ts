import { Told } from "../cli/command-house.ts";

/** An X server that draws into memory. */
export interface FakeScreen extends AsyncDisposable {
  readonly display: string;
}

export async function fakeScreen(size: string): Promise<FakeScreen> {
  // It chooses a free number, and says which.
  const child = Bun.spawn(["Xvfb", "-displayfd", "1", "-screen", "0", `${size}x24`, "-nolisten", "tcp"], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "ignore",
  });
  const output = new Told(child.stdout);
  await output.until("\n");
  return {
    display: `:${output.text.trim()}`,
    [Symbol.asyncDispose]: async () => {
      child.kill();
      await child.exited;
    },
  };
}
