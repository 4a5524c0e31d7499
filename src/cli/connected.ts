import { Client, type ClientOptions, ConnectError } from "../client/index.ts";
import { realClock, spanWords } from "../lib/index.ts";
import type { EventFrame } from "../protocol/index.ts";
import { Failure, wholeNumber } from "./failure.ts";
import type { GatewayFlags } from "./gateway-flags.ts";
import { clientIdentity, loadSigner } from "./identity.ts";
import { complain } from "./print.ts";
import { callFailure, connectFailure } from "./refusals.ts";
import { findTarget, type Target } from "./target.ts";

/** Opens a connection for a command, lends it, and closes it. */

export interface Connected {
  readonly client: Client;
  readonly target: Target;
  /** `client.call`, with the time that --timeout allows. */
  readonly call: Client["call"];
}

/** A difference of clocks that is worth a word. */
const skewNoticeMs = 120_000;
/** A gateway that is starting is asked again, this often at most. */
const startAttemptsMax = 20;

export async function withGateway<T>(
  flags: GatewayFlags,
  use: (gateway: Connected) => Promise<T>,
  hear?: (frame: EventFrame) => void,
): Promise<T> {
  const timeoutMs = wholeNumber("timeout", flags.timeout);
  const target = await findTarget(flags);
  const client = await connect(target, hear).catch(async (error: unknown) => {
    await target.sockets.end();
    throw error;
  });
  warnOfSkew(client.skewMs);
  const call: Client["call"] = (name, params, options) =>
    client.call(name, params, { ...(timeoutMs !== undefined && { timeoutMs }), ...options });
  try {
    return await use({ client, target, call });
  } catch (error) {
    throw callFailure(error, target);
  } finally {
    client.close();
    await target.sockets.end();
  }
}

/** What a connection to the target is made of, for one connection or one that stays. */
export function clientOptions(target: Target): Omit<ClientOptions, "credentials"> {
  return {
    url: target.url,
    identity: clientIdentity(),
    clock: realClock,
    signer: loadSigner(target.paths.identityFile),
    openSocket: target.sockets.open,
  };
}

export function warnOfSkew(skewMs: number): void {
  if (Math.abs(skewMs) <= skewNoticeMs) return;
  const direction = skewMs > 0 ? "ahead of" : "behind";
  complain(`warning: this machine's clock is ${spanWords(Math.abs(skewMs))} ${direction} the gateway's; set it right`);
}

async function connect(target: Target, hear: ((frame: EventFrame) => void) | undefined): Promise<Client> {
  const options = { ...clientOptions(target), ...(hear && { onEvent: hear }) };
  const { token, password } = target.credentials;
  const credentials = token || password ? target.credentials : { deviceToken: target.tokens.read() };
  for (let attempt = 1; ; attempt++) {
    try {
      const client = await Client.connect({ ...options, credentials });
      const deviceToken = client.hello.auth?.deviceToken;
      if (deviceToken !== undefined) target.tokens.write(deviceToken);
      return client;
    } catch (error) {
      target.sockets.drop();
      const retryInMs = attempt < startAttemptsMax ? startingRetryMs(error) : undefined;
      if (retryInMs === undefined) throw connectFailure(error, target);
      await realClock.sleep(retryInMs);
    }
  }
}

/** How long a gateway that is still starting asks to wait; undefined for every other failure. */
function startingRetryMs(error: unknown): number | undefined {
  if (!(error instanceof ConnectError) || error instanceof Failure) return undefined;
  const details = error.shape?.details as { readonly reason?: unknown } | undefined;
  return details?.reason === "startup" ? (error.shape?.retryAfterMs ?? 500) : undefined;
}
