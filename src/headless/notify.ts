import { Type } from "@sinclair/typebox";
import { shape } from "../protocol/index.ts";
import { nodeCommand, type NodeCommand } from "./command.ts";
import { badParams, failed } from "./failure.ts";
import { absent, type Absence, type Machine } from "./machine.ts";
import { runToEnd } from "./program.ts";

/** Notifications on this machine's screen, by what the system has for that. */

const { lenient, oneOf, optional, text } = shape;

const urgencies = { passive: "low", active: "normal", timeSensitive: "critical" } as const;
const outputBytesMax = 64 * 1024;

/** Text reaches the script as arguments: nothing of it is read as AppleScript. */
const appleScript = "on run argv\ndisplay notification (item 2 of argv) with title (item 1 of argv)\nend run";

export function notifyCommand(machine: Machine, isEnabled: boolean): NodeCommand | Absence {
  const name = "system.notify";
  if (!isEnabled) return absent(name, "it is switched off: node.notify in the config");
  const isMac = machine.platform === "darwin";
  const program = machine.which(isMac ? "osascript" : "notify-send");
  if (program === undefined) return absent(name, "notify-send is missing: apt-get install libnotify-bin");
  if (!isMac && !hasBus(machine)) return absent(name, "nobody is logged in at a desktop: there is no session bus");
  return nodeCommand({
    name,
    params: lenient({
      title: optional(text(1024)),
      body: optional(text(8192)),
      priority: optional(oneOf("passive", "active", "timeSensitive")),
      sound: optional(Type.String({ maxLength: 256 })),
    }),
    run: async ({ title = "", body = "", priority = "active" }, { signal }) => {
      if (title.trim() === "" && body.trim() === "") throw badParams("empty notification");
      const words = [title.trim() === "" ? "Clawdia" : title, body];
      const args = isMac
        ? ["-e", appleScript, "--", ...words]
        : ["-a", "Clawdia", "-u", urgencies[priority], "--", ...words];
      const result = await runToEnd(machine, { command: program, args, bytesMax: outputBytesMax }, signal);
      if (result.kind !== "done") throw failed("NOTIFY_FAILED", `nothing shows notifications here: ${result.words}`);
      return undefined;
    },
  });
}

function hasBus({ environment, exists }: Machine): boolean {
  const runtime = environment["XDG_RUNTIME_DIR"];
  return Boolean(environment["DBUS_SESSION_BUS_ADDRESS"]) || (runtime !== undefined && exists(`${runtime}/bus`));
}
