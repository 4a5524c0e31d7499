import { connect } from "node:net";
import { fixFromGpsd } from "./fixes.ts";

/** The first report with a fix from a gpsd, over its socket. */

const watch = '?WATCH={"enable":true,"json":true};\n';
const lineCharsMax = 64 * 1024;

/** Rejects when nobody listens there, or with the signal's reason. */
export function readGpsd(address: string, signal: AbortSignal): Promise<unknown> {
  const [host, port] = address.split(":");
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const socket = connect({ host: host!, port: Number(port) }, () => socket.write(watch));
    const end = (act: () => void) => {
      signal.removeEventListener("abort", onAbort);
      socket.destroy();
      act();
    };
    const onAbort = () => end(() => reject(signal.reason));
    signal.addEventListener("abort", onAbort, { once: true });
    let held = "";
    socket.setEncoding("utf8");
    socket.on("data", (piece: string) => {
      const lines = (held + piece).split("\n");
      held = lines.pop() ?? "";
      if (held.length > lineCharsMax) return end(() => reject(new Error(`${address} is no gpsd`)));
      const report = lines.map(parsed).find((one) => fixFromGpsd(one) !== undefined);
      if (report !== undefined) end(() => resolve(report));
    });
    socket.on("error", (error) => end(() => reject(new Error(`gpsd at ${address}: ${error.message}`))));
    socket.on("close", () => end(() => reject(new Error(`gpsd at ${address} hung up without a fix`))));
  });
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}
