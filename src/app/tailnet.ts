import { type Config, ConfigError } from "../config/index.ts";
import type { Gateway } from "../gateway/index.ts";
import type { Supervisor } from "../lib/index.ts";
import { Choices, type Database } from "../storage/index.ts";
import { Peers, Tailscale, WayIn } from "../tailscale/index.ts";
import type { HouseOptions } from "./house-options.ts";

/** Tailscale in front of the gateway: what refuses it, who keeps it, and whom it stands in for. */

export interface Tailnet {
  readonly wayIn: WayIn;
  readonly peers: Peers;
}

export interface TailnetParts {
  readonly database: Database;
  readonly gateway: Gateway;
  readonly supervisor: Supervisor;
  readonly told: () => void;
}

/** Which target was given to Tailscale last. */
const targetChoice = "tailscale.target";

export function buildTailnet(options: HouseOptions, parts: TailnetParts): Tailnet {
  const { world, environment = {}, config, secrets } = options;
  const { database, gateway, supervisor, told } = parts;
  const { clock, random } = world;
  const log = world.log.for("tailscale");
  const tailscale = new Tailscale({ environment, clock });
  const choices = new Choices(database, clock);
  const wayIn: WayIn = new WayIn({
    tailscale,
    settings: () => config.gateway.tailscale,
    target: () => `${gateway.listening.tls ? "https+insecure" : "http"}://127.0.0.1:${gateway.port}`,
    hasPassword: () => secrets.password !== undefined,
    memory: { read: () => choices.get(targetChoice), write: (target) => choices.set(targetChoice, target) },
    clock,
    random,
    log,
    supervisor,
    changed: () => {
      gateway.standBehind(wayIn.front);
      told();
    },
  });
  return { wayIn, peers: new Peers({ tailscale, clock, log }) };
}

/** Whom Tailscale's daemon knows needs no secret: with serve, and unless a password was set for people. */
export function acceptsTailscale({ config, secrets }: Pick<HouseOptions, "config" | "secrets">): boolean {
  const { tailscale, auth } = config.gateway;
  return tailscale.mode === "serve" && (auth.allowTailscale ?? secrets.password === undefined);
}

/** Throws a ConfigError for a front that would open more than was meant. */
export function refuseUnsafeFront({ gateway }: Config): void {
  const { tailscale, bind, auth } = gateway;
  const { mode } = tailscale;
  if (mode === "off") return;
  if (bind !== "loopback" && bind !== "127.0.0.1") {
    throw new ConfigError(
      `gateway.tailscale.mode ${mode} needs bind loopback, for Tailscale is the way in then, and bind is ${bind}: ` +
        "clawdia config set gateway.bind loopback, or gateway.tailscale.mode off",
    );
  }
  if (mode === "funnel" && auth.password === undefined) {
    throw new ConfigError(
      "gateway.tailscale.mode funnel puts the gateway on the internet and needs a password: " +
        "clawdia config set gateway.auth.password -, or gateway.tailscale.mode serve",
    );
  }
}
