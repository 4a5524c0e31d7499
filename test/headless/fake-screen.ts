import { Told } from "../cli/command-house.ts";

/** An X server that draws into memory. */
export interface FakeScreen extends AsyncDisposable {
  readonly display: string;
}

export async function fakeScreen(size: string): Promise<FakeScreen> {
  // It chooses a free number, and says which. Without -noreset it turns away who comes just after the last one left.
  const child = Bun.spawn(["Xvfb", "-displayfd", "1", "-screen", "0", `${size}x24`, "-nolisten", "tcp", "-noreset"], {
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

/** One whose windows are looked after, as on every desktop. */
export async function managedScreen(size: string): Promise<FakeScreen> {
  const screen = await fakeScreen(size);
  const manager = Bun.spawn(["evilwm", "-display", screen.display, "-fn", "fixed"], {
    stdin: "ignore",
    stdout: "ignore",
    stderr: "ignore",
  });
  return {
    display: screen.display,
    [Symbol.asyncDispose]: async () => {
      manager.kill();
      await manager.exited;
      await screen[Symbol.asyncDispose]();
    },
  };
}
