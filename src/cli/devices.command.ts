import { defineCommand } from "citty";
import type { Methods } from "../gateway/index.ts";
import { realClock } from "../lib/index.ts";
import type { ResultOf } from "../protocol/index.ts";
import { type Connected, withGateway } from "./connected.ts";
import { refused } from "./failure.ts";
import { type GatewayFlags, gatewayFlags } from "./gateway-flags.ts";
import { printJson, printLine } from "./print.ts";
import { confirmed } from "./prompt.ts";
import { paint } from "./style.ts";
import { printTable } from "./table.ts";
import { agoWords, shortId, shown } from "./words.ts";

/** `clawdia devices`: who may connect. A device is named by its id, the start of it, or its name. */

const device = { type: "positional", required: true, description: "Device id, its start, or its name" } as const;
const role = { type: "string", description: "Role of the device (default operator)", valueHint: "ROLE" } as const;
const request = { type: "positional", description: "Request id or its start" } as const;

export const devicesCommand = defineCommand({
  meta: { name: "devices", description: "Approve and manage the devices that may connect" },
  default: "list",
  subCommands: {
    list: defineCommand({
      meta: { name: "list", description: "List devices that wait for approval, and approved ones" },
      args: gatewayFlags,
      run: ({ args }) => list(args),
    }),
    approve: defineCommand({
      meta: { name: "approve", description: "Approve a waiting device" },
      args: {
        request: { ...request, required: false },
        latest: { type: "boolean", description: "Approve the newest request" },
        ...gatewayFlags,
      },
      run: ({ args }) => approve(args.request, args),
    }),
    reject: defineCommand({
      meta: { name: "reject", description: "Reject a waiting device" },
      args: { request: { ...request, required: true }, ...gatewayFlags },
      run: ({ args }) => reject(args.request, args),
    }),
    rename: defineCommand({
      meta: { name: "rename", description: "Give a device a name" },
      args: { device, name: { type: "positional", required: true, description: "New name" }, ...gatewayFlags },
      run: ({ args }) => rename(args.device, args.name, args),
    }),
    remove: defineCommand({
      meta: { name: "remove", description: "Forget a device; its connections end" },
      args: { device, yes: { type: "boolean", description: "Do not ask" }, ...gatewayFlags },
      run: ({ args }) => remove(args.device, args),
    }),
    rotate: defineCommand({
      meta: { name: "rotate", description: "Replace a device's token; its connections end" },
      args: { device, role, ...gatewayFlags },
      run: ({ args }) => rotate(args.device, args.role ?? "operator", args),
    }),
    revoke: defineCommand({
      meta: { name: "revoke", description: "End a device's token and approval" },
      args: { device, role, ...gatewayFlags },
      run: ({ args }) => revoke(args.device, args.role ?? "operator", args),
    }),
  },
});

type Listed = ResultOf<Methods["device.pair.list"]>;
type Waiting = Listed["pending"][number];
type Paired = Listed["paired"][number];

async function list(flags: GatewayFlags): Promise<void> {
  const listed = await withGateway(flags, ({ call }) => call("device.pair.list", {}));
  if (flags.json) return printJson(listed);
  const nowMs = realClock.nowMs();
  if (listed.pending.length > 0) {
    printLine(paint("yellow", "Waiting for approval"));
    printWaiting(listed.pending, nowMs);
    printLine();
  }
  if (listed.paired.length === 0) return printLine("No device is approved yet.");
  printTable(
    ["DEVICE", "NAME", "PLATFORM", "ROLES", "SCOPES", "LAST SEEN"],
    listed.paired.map((one) => [
      shortId(one.deviceId),
      nameOf(one),
      one.platform ?? "",
      (one.roles ?? []).join(", ") || "revoked",
      scopeWords(one.scopes),
      agoWords(one.lastSeenAtMs, nowMs),
    ]),
  );
}

async function approve(
  written: string | undefined,
  flags: GatewayFlags & { readonly latest?: boolean | undefined },
): Promise<void> {
  const done = await withGateway(flags, async (gateway) => {
    const { pending } = await gateway.call("device.pair.list", {});
    const { requestId } = chosen(pending, written, flags.latest === true);
    return gateway.call("device.pair.approve", { requestId });
  });
  if (flags.json) return printJson(done);
  printLine(`${nameOf(done.device)} may connect now: ${scopeWords(done.device.scopes) || "as a node"}.`);
}

async function reject(written: string, flags: GatewayFlags): Promise<void> {
  const done = await withGateway(flags, async (gateway) => {
    const { pending } = await gateway.call("device.pair.list", {});
    return gateway.call("device.pair.reject", { requestId: chosen(pending, written, false).requestId });
  });
  if (flags.json) return printJson(done);
  printLine(`The request of device ${shortId(done.deviceId)} is rejected.`);
}

async function rename(written: string, displayName: string, flags: GatewayFlags): Promise<void> {
  const done = await withGateway(flags, async (gateway) => {
    const { deviceId } = await paired(gateway, written);
    return gateway.call("device.pair.rename", { deviceId, displayName });
  });
  if (flags.json) return printJson(done);
  printLine(`Device ${shortId(done.device.deviceId)} is called "${nameOf(done.device)}" now.`);
}

async function remove(written: string, flags: GatewayFlags & { readonly yes?: boolean | undefined }): Promise<void> {
  const done = await withGateway(flags, async (gateway) => {
    const found = await paired(gateway, written);
    const isSure = flags.yes || (await confirmed(`Forget ${nameOf(found)} (${shortId(found.deviceId)})?`));
    return isSure ? gateway.call("device.pair.remove", { deviceId: found.deviceId }) : undefined;
  });
  if (!done) throw refused("no device was removed");
  if (flags.json) return printJson(done);
  printLine(`Device ${shortId(done.deviceId)} is forgotten; it must be approved again to connect.`);
}

async function rotate(written: string, roleName: string, flags: GatewayFlags): Promise<void> {
  const rotated = await withGateway(flags, async (gateway) => {
    const { deviceId } = await paired(gateway, written);
    const { token, ...done } = await gateway.call("device.token.rotate", { deviceId, role: roleName });
    // The gateway tells a token only to the device that owns it: this one keeps it and shows it to nobody.
    if (token !== undefined) gateway.target.tokens.write(token);
    return done;
  });
  if (flags.json) return printJson(rotated);
  printLine(`Device ${shortId(rotated.deviceId)} needs its new token now; it fetches it with the gateway's token.`);
}

async function revoke(written: string, roleName: string, flags: GatewayFlags): Promise<void> {
  const done = await withGateway(flags, async (gateway) => {
    const { deviceId } = await paired(gateway, written);
    return gateway.call("device.token.revoke", { deviceId, role: roleName });
  });
  if (flags.json) return printJson(done);
  printLine(`Device ${shortId(done.deviceId)} is no ${shown(done.role)} any more, until it is approved again.`);
}

/** The request that is meant; undefined `written` means the only one. */
function chosen(pending: readonly Waiting[], written: string | undefined, latest: boolean): Waiting {
  const [newest] = pending;
  if (!newest) throw refused("no device waits for approval; requests last 5 minutes", "connect the device once more");
  const fitting = written === undefined ? pending : pending.filter(({ requestId }) => requestId.startsWith(written));
  if (fitting.length === 1 || (latest && written === undefined)) return fitting[0]!;
  printWaiting(fitting.length === 0 ? pending : fitting, realClock.nowMs());
  throw refused(
    fitting.length === 0 ? `no request starts with ${shown(written)}` : `${fitting.length} devices wait: say which one`,
    "clawdia devices approve REQUEST, with a request of this list",
  );
}

async function paired({ call }: Connected, written: string): Promise<Paired> {
  const { paired: known } = await call("device.pair.list", {});
  const fitting = known.filter(({ deviceId, displayName }) => deviceId.startsWith(written) || displayName === written);
  if (fitting.length === 1) return fitting[0]!;
  const many = fitting.length > 1;
  throw refused(
    `${many ? `${fitting.length} devices fit` : "no device fits"} "${shown(written)}"`,
    many ? "the same command with more of the device's id (clawdia devices list --json)" : "clawdia devices list",
  );
}

function printWaiting(pending: readonly Waiting[], nowMs: number): void {
  printTable(
    ["NAME", "PLATFORM", "FROM", "WANTS", "ASKED", "APPROVE WITH"],
    pending.map((one) => [
      nameOf(one),
      one.platform ?? "",
      one.remoteIp ?? "this machine",
      [one.role, scopeWords(one.scopes)].filter(Boolean).join(": "),
      agoWords(one.ts, nowMs),
      `clawdia devices approve ${shortId(one.requestId)}`,
    ]),
  );
}

function nameOf({ displayName, clientId, deviceId }: Pick<Paired, "displayName" | "clientId" | "deviceId">): string {
  return shown(displayName ?? clientId ?? shortId(deviceId));
}

function scopeWords(scopes: readonly string[] | undefined): string {
  return shown((scopes ?? []).map((scope) => scope.replace(/^operator\./, "")).join(", "));
}
