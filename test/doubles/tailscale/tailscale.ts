import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Call, freshMind, type Mind, readCalls, readMind, writeMind } from "./mind.ts";

/** A machine's Tailscale: a `tailscale` command in a folder for PATH, and the daemon's mind in a file. */
export class FakeTailscale implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), "clawdia-tailscale-"));

  constructor(mind: Partial<Mind> = {}) {
    writeMind(this.folder, { ...freshMind, ...mind });
    this.install();
  }

  /** PATH with the command in it. */
  get path(): string {
    return `${join(this.folder, "bin")}:${process.env["PATH"] ?? ""}`;
  }

  get environment(): Record<string, string> {
    return { PATH: this.path, HOME: this.folder, USER: "alice" };
  }

  get mind(): Mind {
    return readMind(this.folder);
  }

  get calls(): readonly Call[] {
    return readCalls(this.folder);
  }

  /** The calls as they would be typed. */
  get typed(): readonly string[] {
    return this.calls.map(({ args }) => args.join(" "));
  }

  becomes(mind: Partial<Mind>): void {
    writeMind(this.folder, { ...this.mind, ...mind });
  }

  install(): void {
    mkdirSync(join(this.folder, "bin"), { recursive: true });
    const command = `exec ${process.execPath} ${join(import.meta.dir, "command.ts")} ${this.folder} "$@"`;
    writeFileSync(join(this.folder, "bin", "tailscale"), `#!/bin/sh\n${command}\n`, { mode: 0o755 });
  }

  uninstall(): void {
    rmSync(join(this.folder, "bin"), { recursive: true, force: true });
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
