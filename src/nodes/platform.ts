/** What a node may be asked to do at all, by what kind of machine it is. Pure; section 10.3 of the wire document. */

export type NodePlatform = "ios" | "android" | "macos" | "windows" | "linux" | "web" | "unknown";

export interface PlatformFacts {
  readonly platform: string | undefined;
  readonly deviceFamily: string | undefined;
}

/** The owner's own words on top of the platform's lists. */
export interface CommandRules {
  readonly allowCommands: readonly string[];
  readonly denyCommands: readonly string[];
}

/**
 * No command of a node's program: it stands for talking to the agent from there, and for hearing the conversations
 * that it asks for. It waits for a person like every dangerous command.
 */
export const chatCommand = "chat";

const groups = {
  canvas: [
    "canvas.present",
    "canvas.hide",
    "canvas.navigate",
    "canvas.eval",
    "canvas.snapshot",
    "canvas.a2ui.push",
    "canvas.a2ui.pushJSONL",
    "canvas.a2ui.reset",
  ],
  camera: ["camera.list", "camera.snap", "camera.clip"],
  screen: ["screen.record", "screen.snapshot"],
  location: ["location.get"],
  device: ["device.info", "device.status"],
  sms: ["sms.send"],
  notify: ["system.notify"],
  system: ["system.run", "system.which", "system.execApprovals.get", "system.execApprovals.set", "browser.proxy"],
} as const satisfies Record<string, readonly string[]>;

type Group = keyof typeof groups;

const mobile: readonly Group[] = ["canvas", "camera", "screen", "location", "device", "notify"];
const desktop: readonly Group[] = [...mobile, "system"];

const groupsOf: Readonly<Record<NodePlatform, readonly Group[]>> = {
  ios: mobile,
  android: [...mobile, "sms"],
  macos: desktop,
  windows: desktop,
  linux: desktop,
  web: ["canvas", "camera", "location", "device", "notify"],
  unknown: ["canvas", "location", "device", "notify"],
};

/** These come with the pairing. Whatever is not here waits for a person who says yes to it on this node. */
const harmless: readonly string[] = [
  ...groups.canvas,
  ...groups.location,
  ...groups.device,
  ...groups.notify,
  "camera.list",
  "system.which",
];

export const isHarmless = (command: string): boolean => harmless.includes(command);

const prefixes: readonly (readonly [prefix: string, platform: NodePlatform])[] = [
  ["ios", "ios"],
  ["ipados", "ios"],
  ["iphone", "ios"],
  ["ipad", "ios"],
  ["android", "android"],
  ["mac", "macos"],
  ["darwin", "macos"],
  ["win", "windows"],
  ["linux", "linux"],
  ["web", "web"],
];

const families: readonly (readonly [part: string, platform: NodePlatform])[] = [
  ["iphone", "ios"],
  ["ipad", "ios"],
  ["ios", "ios"],
  ["android", "android"],
  ["mac", "macos"],
  ["windows", "windows"],
  ["linux", "linux"],
];

export function platformOf({ platform = "", deviceFamily = "" }: Partial<PlatformFacts>): NodePlatform {
  const name = platform.trim().toLowerCase();
  const family = deviceFamily.trim().toLowerCase();
  return (
    prefixes.find(([prefix]) => name.startsWith(prefix))?.[1] ??
    families.find(([part]) => family.includes(part))?.[1] ??
    "unknown"
  );
}

/** True when a node of this kind may be asked for it, once that is approved. */
export function isAllowed(command: string, platform: NodePlatform, rules: CommandRules): boolean {
  if (rules.denyCommands.includes(command)) return false;
  if (command === chatCommand || rules.allowCommands.includes(command)) return true;
  return groupsOf[platform].some((group) => (groups[group] as readonly string[]).includes(command));
}

/** Apps with a chat of their own, or with ears, talk to the agent; a camera on a pole does not. */
export function talks(platform: NodePlatform, caps: readonly string[]): boolean {
  return ["ios", "android", "macos"].includes(platform) || caps.includes("voiceWake") || caps.includes("chat");
}
