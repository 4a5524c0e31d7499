import { isIP } from "node:net";
import { ConfigError } from "../config/index.ts";
import { tailnetAddresses } from "../gateway/index.ts";
import { isLoopback, ownAddresses } from "../lib/index.ts";

/** The addresses behind a `bind` setting. Every gateway has a token, so none is open to strangers. */
export function bindAddresses(bind: string, own: readonly string[] = ownAddresses()): string[] {
  switch (bind) {
    case "loopback":
      return ["127.0.0.1", "::1"];
    case "lan":
      return ["0.0.0.0"];
    case "tailnet": {
      const tailnet = tailnetAddresses(own);
      if (tailnet.length === 0)
        throw new ConfigError(
          "bind tailnet: this machine has no Tailscale address; start Tailscale or use --bind loopback",
        );
      return [...tailnet, "127.0.0.1"];
    }
    default:
      if (isIP(bind) === 0)
        throw new ConfigError(`bind "${bind}": use loopback, lan, tailnet or an IP address of this machine`);
      // This machine's own tools always come over loopback, where plain text goes nowhere.
      return isLoopback(bind) ? [bind] : [bind, "127.0.0.1"];
  }
}
