import "../../../src/app/start.ts";
import "../../../src/cli/index.ts";

/** Prints whether WhatsApp's library is loaded: with the gateway's start path, and once an account is opened. */
const isLoaded = () => Object.keys(require.cache).some((path) => path.includes("@whiskeysockets/baileys"));

const before = isLoaded();
await import("../../../src/providers/whatsapp/link.ts");
process.stdout.write(`${JSON.stringify([before, isLoaded()])}\n`);
