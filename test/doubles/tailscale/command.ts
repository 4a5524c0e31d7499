import { type DoublePeer, type Mind, noteCall, readMind, writeMind } from "./mind.ts";

/**
 * Stands in for the program `tailscale` (1.52 or later), as far as the gateway uses it, with its texts and exit codes:
 *
 *     bun test/doubles/tailscale/command.ts FOLDER status --json
 */
const [folder = "", ...args] = process.argv.slice(2);
noteCall(folder, { args, environment: Object.keys(process.env) });
const mind = readMind(folder);

if (mind.hangs.includes(args[0] ?? "")) await forever();
await Bun.sleep(mind.slowMs);
if (!mind.isUp)
  fail("failed to connect to local tailscaled; it doesn't appear to be running (sudo systemctl start tailscaled ?)");
answer();

function answer(): void {
  const [first, second] = args;
  if (first === "status" && second === "--json") return say(status(mind));
  if (first === "serve" && second === "status") return say(mind.config);
  if (first === "whois" && second === "--json") return whois(args[2] ?? "");
  if (first === "serve" || first === "funnel") return void change(first);
  return fail(`tailscale: unknown subcommand: ${first}`);
}

async function change(how: "serve" | "funnel"): Promise<void> {
  const target = args.at(-1) ?? "";
  const known = ["--bg", "--yes", "--https=443", "--set-path=/"];
  const odd = args.slice(1, -1).find((flag) => !known.includes(flag));
  if (odd !== undefined) fail(`flag provided but not defined: ${odd}`);
  if (target !== "off") await refuse(how);
  if (!mind.isOperator) {
    const words = args.join(" ");
    fail(
      `sending serve config: Access denied: serve config denied\n\nUse 'sudo tailscale ${words}'.\n` +
        "To not require root, use 'sudo tailscale set --operator=$USER' once.",
    );
  }
  const at = `${mind.name}:443`;
  if (target === "off") {
    const isThere = mind.config.Web?.[at]?.Handlers["/"] !== undefined;
    if (!isThere) fail("error: failed to remove web serve: handler does not exist");
    return writeMind(folder, { ...mind, config: {} });
  }
  const funnel = how === "funnel" ? { AllowFunnel: { [at]: true } } : {};
  const web = { TCP: { "443": { HTTPS: true } }, Web: { [at]: { Handlers: { "/": { Proxy: target } } } } } as const;
  writeMind(folder, { ...mind, config: { ...web, ...funnel } });
  say(`Available within your tailnet:\n\nhttps://${mind.name}/\n|-- proxy ${target}\n`);
}

/** It does not end before somebody agreed on the page, or Ctrl-C. */
async function refuse(how: "serve" | "funnel"): Promise<void> {
  if (how === "funnel" && mind.funnel === "forbidden")
    fail('Funnel not available; "funnel" node attribute not set. See https://tailscale.com/s/no-funnel.');
  const word = how === "serve" ? "Serve" : "Funnel";
  if (mind[how] !== "ask") return;
  const page = `https://login.tailscale.com/f/${how}?node=n1`;
  process.stdout.write(`${word} is not enabled on your tailnet.\nTo enable, visit:\n\n         ${page}\n\n`);
  await forever();
}

function status({ backend, name, addresses, hasCertificates }: Mind): object {
  const isIn = backend === "Running";
  return {
    Version: "1.96.2",
    BackendState: backend,
    AuthURL: backend === "NeedsLogin" ? "https://login.tailscale.com/a/0123456789" : "",
    TailscaleIPs: isIn ? addresses : null,
    Self: { HostName: "box", DNSName: isIn ? `${name}.` : "", TailscaleIPs: isIn ? addresses : null, Online: isIn },
    MagicDNSSuffix: name.slice(name.indexOf(".") + 1),
    CertDomains: isIn && hasCertificates ? [name] : null,
  };
}

function whois(address: string): void {
  const peer = mind.peers.find((one) => one.address === address);
  if (!peer) return fail("peer not found");
  say(peerAnswer(peer));
}

function peerAnswer({ address, machine, login, displayName = login, tags }: DoublePeer): object {
  return {
    Node: {
      ID: 7,
      StableID: "n7CNTRL",
      Name: `${machine}.tail1234.ts.net.`,
      User: 12,
      Addresses: [`${address}/${address.includes(":") ? 128 : 32}`],
      ...(tags && { Tags: tags }),
    },
    UserProfile: { ID: 12, LoginName: tags ? "tagged-devices" : login, DisplayName: displayName, ProfilePicURL: "" },
    CapMap: null,
  };
}

function say(value: object | string): void {
  process.stdout.write(typeof value === "string" ? `${value}\n` : `${JSON.stringify(value, null, 2)}\n`);
}

function fail(words: string): never {
  process.stderr.write(`${words}\n`);
  process.exit(1);
}

function forever(): Promise<never> {
  setInterval(() => undefined, 60_000);
  return new Promise(() => undefined);
}
