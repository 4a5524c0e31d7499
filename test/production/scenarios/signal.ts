import { equal, match } from "node:assert/strict";
import { join } from "node:path";
import { SignalDouble } from "../../doubles/signal/signal-double.ts";
import { play } from "../scene.ts";

/**
 * A stranger writes, is approved in a terminal, and is answered once, also when the gateway is killed meanwhile. The
 * binary finds signal-cli in PATH, runs it, and leaves none behind.
 */
const bin = join(process.env["SCENARIO_FOLDER"]!, "bin");
process.env["PATH"] = `${bin}:${process.env["PATH"]}`;

await play(async ({ folder, gateway, run, owner }) => {
  await using signal = await SignalDouble.start();
  signal.program(folder);
  const bob = signal.person({ name: "Bob" });
  const config = { providers: { signal: { accounts: { main: { number: signal.number } } } } };
  {
    await using first = await gateway(config);
    bob.says("hello");
    const { text } = await bob.hearsOf(/Your code is/);
    await run("approvals", "approve", /code is (\S{8})\./.exec(text)![1]!);
    await bob.hearsOf(/echo: .*hello/);
    equal(daemons(folder), 1);
    first.process.kill("SIGKILL");
    await first.process.exited;
    await signal.until(() => signal.listeners === 0);
  }
  bob.says("are you back?");
  {
    await using second = await gateway(config);
    await bob.hearsOf(/echo: .*are you back/);
    equal(daemons(folder), 1);
    const client = await owner();
    const { channels } = await client.call("channels.status", { probe: true });
    equal((channels["signal"] as { readonly connected?: boolean }).connected, true);
    client.close();
    equal(bob.sees().filter(({ isOurs, text }) => isOurs && /echo:/.test(text)).length, 2);
    match(second.log(), /gateway\.started/);
    equal(second.log().includes(signal.number), false);
  }
  equal(daemons(folder), 0);
});

/** Daemons that run on the scene's state, without the watcher that each has. */
function daemons(folder: string): number {
  const listed = Bun.spawnSync(["ps", "-eo", "pid,stat,args"]).stdout.toString().split("\n");
  return listed.filter((line) => line.includes(`--config=${folder}`) && !/^\s*\d+ Z|kill -s KILL/.test(line)).length;
}
