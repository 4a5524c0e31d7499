import { LoginError, type Provider } from "../../src/providers/index.ts";
import { FakeNetwork } from "./fake-network.ts";

/**
 * A network that is linked by a person: `qr` shows codes to scan, a number a code to type, and `word` asks for a
 * secret. It tells when the person gave up.
 */
export class LinkedNetwork {
  readonly network = new FakeNetwork();
  /** The phone has scanned or typed the code. */
  readonly scanned = Promise.withResolvers<void>();
  /** The next code is shown instead. */
  renewed = Promise.withResolvers<void>();
  readonly canceled = Promise.withResolvers<void>();
  readonly secret = "open-sesame-SECRET-77";
  isLinked = false;
  isBroken = false;

  get provider(): Provider {
    const { scanned, canceled, secret } = this;
    const renewed = () => this.renewed.promise;
    const link = () => (this.isLinked = true);
    const isBroken = () => this.isBroken;
    return {
      ...this.network.provider,
      configured: () => ({ isConfigured: this.isLinked, source: this.isLinked ? "login" : undefined }),
      async *login(_account, { clock, signal }) {
        signal.addEventListener("abort", () => canceled.resolve());
        const way = yield { kind: "ask", name: "way", label: "qr or number", help: "How?", isSecret: false };
        // A fault of ours, which no person can mend.
        if (isBroken()) throw new TypeError("the login is broken");
        if (way.value === "word") {
          const word = yield { kind: "ask", name: "word", label: "Password", help: "Say it", isSecret: true };
          if (word.value !== secret) throw new LoginError("that is not the password");
        } else if (way.value === "qr") {
          const first = { kind: "qr", text: "link:1", help: "Scan it", expiresAtMs: clock.nowMs() + 60_000 } as const;
          yield first;
          await Promise.race([scanned.promise, renewed()]);
          yield { ...first, text: "link:2" };
          await scanned.promise;
        } else if (way.value?.startsWith("+")) {
          yield { kind: "wait", message: `Type ABCD-EFGH into the phone with the number ${way.value}` };
          await scanned.promise;
        } else throw new LoginError("type qr, or a phone number");
        link();
        return { self: { id: "1", name: "Clawdia Bot" }, message: "Welcome." };
      },
    };
  }
}
