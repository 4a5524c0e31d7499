import { readFileSync, writeFileSync } from "node:fs";
import { defineCommand } from "citty";
import { withGateway } from "./connected.ts";
import { UsageError, wholeNumber } from "./failure.ts";
import { type GatewayFlags, gatewayFlags } from "./gateway-flags.ts";
import { addressOf, adviceFor } from "./outside-address.ts";
import { columnsMax, isTerminal, printJson, printLine } from "./print.ts";
import { qrLines } from "./qr-code.ts";
import { paint } from "./style.ts";
import { printTable } from "./table.ts";
import { shown } from "./words.ts";

/** `clawdia canvas`: screens for the agent, and what they show. */

const board = { type: "string", description: "Which board (default: main)", valueHint: "NAME" } as const;

interface BoardFlags extends GatewayFlags {
  readonly board?: string | undefined;
}

const linkCommand = defineCommand({
  meta: { name: "link", description: "Print the address that makes a browser a screen, or that only shows (--view)" },
  args: {
    ...gatewayFlags,
    board,
    view: { type: "boolean", description: "A link for looking only, which expires" },
    hours: { type: "string", description: "How long a view link is good (default: 24)", valueHint: "N" },
    name: { type: "string", description: "What the screen is called", valueHint: "NAME" },
    screen: { type: "string", description: "Tells several screens of one browser apart", valueHint: "NAME" },
    qr: { type: "boolean", description: "Draw it for a phone or tablet" },
    code: {
      type: "boolean",
      description: "It lets one screen in, once, within five minutes, without the token; so does --qr",
    },
    "ask-token": { type: "boolean", description: "With --qr: without such a code; the screen asks for the token" },
    address: {
      type: "string",
      description: "The gateway as the screen reaches it",
      valueHint: "http(s)://HOST",
    },
  },
  run: ({ args }) => showLink(args),
});

interface LinkFlags extends BoardFlags {
  readonly view?: boolean | undefined;
  readonly hours?: string | undefined;
  readonly name?: string | undefined;
  readonly screen?: string | undefined;
  readonly qr?: boolean | undefined;
  readonly code?: boolean | undefined;
  readonly "ask-token"?: boolean | undefined;
  readonly address?: string | undefined;
}

async function showLink(flags: LinkFlags): Promise<void> {
  const hours = wholeNumber("hours", flags.hours);
  const address = flags.address === undefined ? undefined : webAddress(addressOf(flags.address));
  // Who draws it holds a screen in front of it; who copies it may keep it for later.
  const isInvitation = !flags.view && !flags["ask-token"] && (flags.code || flags.qr) === true;
  const link = await withGateway(flags, async ({ call, target }) => {
    const made = await call("canvas.link", {
      kind: flags.view ? "view" : "tab",
      ...boardOf(flags),
      ...(flags.name && { name: flags.name }),
      ...(flags.screen && { screen: flags.screen }),
      ...(hours !== undefined && { durationMs: hours * 3_600_000 }),
      ...(isInvitation && { code: true as const }),
    });
    // The address under which this command reached the gateway is one that works.
    return { ...made, near: `${webAddress(target.url)}${made.path}` };
  });
  const { near, ...made } = link;
  const isPublic = !/^http:\/\/127\.0\.0\.1[:/]/.test(made.url);
  const url = address === undefined ? (isPublic ? made.url : near) : `${address}${made.path}`;
  if (flags.json) return printJson({ ...made, url });
  printLine(url);
  if (flags.qr) {
    const drawn = qrLines(url, isTerminal(), columnsMax());
    for (const line of drawn ?? ["(the window is too narrow for the code)"]) printLine(line);
  }
  for (const line of nextFor(flags, isInvitation, url)) printLine(`${paint("yellow", "→")} ${line}`);
}

function nextFor(flags: LinkFlags, isInvitation: boolean, url: string): string[] {
  if (flags.view) return [];
  const next = isInvitation
    ? "It lets one screen in, once, within five minutes; then: clawdia nodes"
    : "open it on the screen, enter the gateway's token once (clawdia token), then: clawdia devices approve";
  return [next, ...adviceFor(new URL(url))];
}

const status = defineCommand({
  meta: { name: "status", description: "List the boards, their surfaces and the screens that are open" },
  args: gatewayFlags,
  run: async ({ args }) => {
    const { boards } = await withGateway(args, ({ call }) => call("canvas.status", {}));
    if (args.json) return printJson({ boards });
    return printTable(
      ["board", "shows", "surfaces", "screens"],
      boards.map(({ id, shows, surfaces, screens }) => [
        id,
        shown(shows ?? "surfaces"),
        shown(surfaces.join(", ") || "none"),
        shown(screens.join(", ") || "none"),
      ]),
    );
  },
});

const push = defineCommand({
  meta: { name: "push", description: "Draw A2UI messages (JSON lines) from a file, or from standard input" },
  args: { ...gatewayFlags, board, file: { type: "positional", required: false, description: "File, or - for stdin" } },
  run: async ({ args }) => {
    const jsonl = readFileSync(args.file === undefined || args.file === "-" ? 0 : args.file, "utf8");
    const pushed = await withGateway(args, ({ call }) => call("canvas.push", { jsonl, ...boardOf(args) }));
    if (args.json) return printJson(pushed);
    printLine(`drawn on ${pushed.screens} screens; surfaces: ${shown(pushed.surfaces.join(", ") || "none")}`);
    for (const trouble of pushed.troubles) printLine(`${paint("yellow", "!")} ${shown(trouble)}`);
  },
});

const show = defineCommand({
  meta: { name: "show", description: "Show a page of the canvas folder; without one, the surfaces" },
  args: {
    ...gatewayFlags,
    board,
    path: { type: "positional", required: false, description: "For instance index.html" },
  },
  run: async ({ args }) => {
    const { path } = args;
    const given = { ...(path && { path }), ...boardOf(args) };
    const { screens } = await withGateway(args, ({ call }) => call("canvas.show", given));
    if (args.json) return printJson({ screens });
    printLine(`${screens} screens show ${shown(path ?? "the surfaces")}`);
  },
});

const reset = defineCommand({
  meta: { name: "reset", description: "Take every surface off a board" },
  args: { ...gatewayFlags, board },
  run: async ({ args }) => {
    const { screens } = await withGateway(args, ({ call }) => call("canvas.reset", boardOf(args)));
    if (args.json) return printJson({ screens });
    printLine(`the board is empty on ${screens} screens`);
  },
});

const snapshot = defineCommand({
  meta: { name: "snapshot", description: "Save a picture of what a screen shows" },
  args: {
    ...gatewayFlags,
    board,
    out: { type: "string", description: "File (default: canvas.png)", valueHint: "FILE" },
  },
  run: async ({ args }) => {
    const file = args.out ?? "canvas.png";
    const format = /\.jpe?g$/i.test(file) ? ("jpeg" as const) : ("png" as const);
    if (format === "png" && !/\.png$/i.test(file)) throw new UsageError("--out must end in .png or .jpg");
    const picture = await withGateway(args, ({ call }) =>
      call("canvas.snapshot", { format, ...boardOf(args) }, { timeoutMs: 30_000 }),
    );
    writeFileSync(file, Buffer.from(picture.base64, "base64"), { mode: 0o600 });
    const { width, height } = picture;
    if (args.json) return printJson({ file, format, width, height });
    printLine(`${file}: ${width} by ${height}`);
  },
});

function boardOf(flags: BoardFlags): { readonly board?: string } {
  return flags.board ? { board: flags.board } : {};
}

function webAddress(url: string): string {
  return url.replace(/^ws/i, "http").replace(/\/$/, "");
}

export const canvasCommand = defineCommand({
  meta: { name: "canvas", description: "Screens for your agent, and what they show" },
  subCommands: { link: linkCommand, status, push, show, reset, snapshot },
});
