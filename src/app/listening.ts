import { type Config, isSame, usualDelayMs } from "../config/index.ts";
import type { Secrets } from "../devices/index.ts";
import type { GatewaySettings } from "../gateway/index.ts";
import { errorFields, sha256Text } from "../lib/index.ts";
import { certificateFacts } from "../net/index.ts";
import { bindAddresses } from "./bind.ts";
import type { CanvasDesk } from "./canvas-desk.ts";
import type { Ground } from "./ground.ts";
import type { HouseOptions } from "./house-options.ts";

/** Where the house listens and what opens it, by the config of the moment. */

type ListenSettings = Pick<GatewaySettings, "addresses" | "port" | "sidePort" | "tls" | "sideTls">;

/** What opens the gateway: the config's own credentials beside those that the start was given. Read, not kept. */
export function secretsBy(given: HouseOptions["secrets"], config: () => Config): Secrets {
  return {
    get tokens() {
      const { token } = config().gateway.auth;
      return token === undefined ? given.tokens : [...new Set([token, ...given.tokens])];
    },
    get password() {
      return config().gateway.auth.password ?? given.password;
    },
  };
}

/** The canvas's own port comes this far behind the gateway's: 18793 behind 18789. */
const canvasPortDistance = 4;

export function sidePortOf({ enabled, port }: Config["canvasHost"], gatewayPort: number): number | undefined {
  if (!enabled) return undefined;
  return port ?? (gatewayPort === 0 ? 0 : gatewayPort + canvasPortDistance);
}

/** The canvas's own port, and what it speaks. */
export function sideOf(
  canvasHost: Config["canvasHost"],
  { port, tls }: Pick<ListenSettings, "port" | "tls">,
): Pick<ListenSettings, "sidePort" | "sideTls"> {
  return { sidePort: sidePortOf(canvasHost, port), sideTls: canvasHost.tls === "off" ? undefined : tls };
}

/** Follows the config with the sockets: the address moves, and who came by a credential that is gone goes. */
export class Listening {
  readonly #ground: Ground;
  readonly #canvas: Pick<CanvasDesk, "moved">;
  /** By config, so that a change that is taken back leads to the very same address. */
  readonly #known = new WeakMap<Config, ListenSettings>();
  #turn: Promise<unknown> = Promise.resolve();
  #renewalFault: string | undefined;

  constructor(ground: Ground, canvas: Pick<CanvasDesk, "moved">) {
    this.#ground = ground;
    this.#canvas = canvas;
  }

  /** Opens what is new. What it returns ends what is old, and says so. */
  follow(next: Config, before: Config): Promise<(delayMs: number) => readonly string[]> {
    return this.#inTurn(() => this.#follow(next, before));
  }

  /**
   * Takes a given certificate that was renewed under its path; clients come back to the new one. While the files are of
   * no use (one of them is not written yet), the one before goes on, and why is told once.
   */
  renewCertificate(): Promise<void> {
    return this.#inTurn(async () => {
      const { gateway, options } = this.#ground;
      const { tls: settings } = options.config.gateway;
      if (!settings.enabled || settings.certPath === undefined) return;
      const log = options.world.log.for("tls");
      try {
        const tls = options.certificateFor?.(settings);
        const now = gateway.listening;
        this.#renewalFault = undefined;
        if (isSame(tls, now.tls)) return;
        const ports = [gateway.port, gateway.sidePort] as const;
        // Where any port would do, it is this one from now on: nobody is to look for another.
        const [port, sidePort] = ports;
        await gateway.move({ ...now, port, sidePort, tls, sideTls: now.sideTls && tls }, options.config.gateway);
        this.#moved(ports, usualDelayMs);
      } catch (error) {
        const fault = error instanceof Error ? error.message : String(error);
        if (fault !== this.#renewalFault) log.warn("tls.renewal-failed", errorFields(error));
        this.#renewalFault = fault;
      }
    });
  }

  /** One move at a time. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #follow(next: Config, before: Config): Promise<(delayMs: number) => readonly string[]> {
    const { gateway } = this.#ground;
    const now = gateway.listening;
    const ports = [gateway.port, gateway.sidePort] as const;
    this.#known.set(before, now);
    const wanted = this.#known.get(next) ?? this.#settingsOf(next, before, now);
    const isMoved = !isSame(now, wanted);
    if (isMoved) await gateway.move(wanted, next.gateway);
    else gateway.follow(next.gateway);
    return (delayMs) => [
      ...(isMoved ? this.#moved(ports, delayMs) : []),
      ...(isSame(next.gateway.auth, before.gateway.auth) ? [] : this.#credentialsChanged()),
    ];
  }

  #settingsOf(next: Config, before: Config, now: ListenSettings): ListenSettings {
    const { certificateFor } = this.#ground.options;
    const [after, earlier] = [next.gateway, before.gateway];
    const port = after.port === earlier.port ? now.port : after.port;
    const tls = isSame(after.tls, earlier.tls) ? now.tls : certificateFor?.(after.tls);
    return {
      port,
      addresses: after.bind === earlier.bind ? now.addresses : bindAddresses(after.bind),
      tls,
      ...sideOf(next.canvasHost, { port, tls }),
    };
  }

  #moved([port, sidePort]: readonly [number, number | undefined], delayMs: number): string[] {
    const { gateway, options } = this.#ground;
    const { addresses, tls } = gateway.listening;
    const at = addressOf(addresses, gateway.port, tls !== undefined);
    if (sidePort !== gateway.sidePort) this.#canvas.moved(sidePort, gateway.sidePort);
    if (port !== gateway.port) this.#canvas.moved(port, gateway.port);
    const count = gateway.leave(`the gateway moved to ${at}`, delayMs);
    const tlsFingerprint = tls && certificateFacts({ certificate: tls.cert, key: tls.key }).fingerprint;
    const facts = { url: at, ...(tlsFingerprint !== undefined && { tlsFingerprint }) };
    options.world.log.for("gateway").info("gateway.moved", { ...facts, clients: count });
    options.moved?.(facts);
    return count === 0 ? [] : [`the gateway moved to ${at}: ${clients(count)} of its old address come back there`];
  }

  #credentialsChanged(): string[] {
    const { gateway, options } = this.#ground;
    const { tokens, password } = options.secrets;
    const good = new Set([...tokens, ...(password === undefined ? [] : [password])].map((text) => sha256Text(text)));
    const count = gateway.closeOpenedBy((hash) => good.has(hash));
    return count === 0 ? [] : [`${clients(count)} of a credential that was changed come back with the new one`];
  }
}

/** As this machine's own programs reach it. */
export function addressOf(addresses: readonly string[], port: number, isTls: boolean): string {
  const isNear = addresses.some((address) => ["127.0.0.1", "0.0.0.0", "::"].includes(address));
  const host = isNear ? "127.0.0.1" : addresses[0]!;
  const name = host.includes(":") ? `[${host}]` : host;
  return `${isTls ? "wss" : "ws"}://${name}:${port}`;
}

function clients(count: number): string {
  return count === 1 ? "1 client" : `${count} clients`;
}
