import { createSocket } from "node:dgram";
import { play } from "../scene.ts";

/** Networks that fail, go and come. */
await play(async ({ ear, gateway, command, ip }) => {
  await ear[Symbol.asyncDispose]();
  const greedy = createSocket({ type: "udp4", reuseAddr: false });
  await new Promise<void>((resolve) => greedy.bind(5353, () => resolve()));
  const config = { gateway: { bind: "lan" }, discovery: { mdns: { displayName: "Attic" } } };
  const alice = await gateway("alice", config);
  const taken = await alice.logged("mdns.failed");
  const status = await command("alice", "status");
  const doctor = await command("alice", "doctor", "--json");
  await alice.stop("the scene goes on");
  const timesTold = alice.log.filter(({ event }) => event === "mdns.failed").length;
  await new Promise<void>((resolve) => greedy.close(() => resolve()));

  const plug = () => {
    ip("link add lan0 type veth peer name lan1");
    ip("link set lan1 up");
    ip("link set lan0 up");
    ip("addr add 10.77.0.5/24 dev lan0");
  };
  ip("link del lan0");
  const bob = await gateway("bob", config);
  const nowhere = await bob.logged("mdns.failed");
  plug();
  const came = await bob.logged("mdns.announced");
  const health = async (host: string) => {
    const url = `http://127.0.0.1:${bob.house.gateway.port}/healthz`;
    return (await fetch(url, { headers: { host } })).status;
  };
  // An address that was not there when the gateway started.
  const answered = [await health("10.77.0.5"), await health("10.77.0.6")];
  ip("link del lan0");
  const gone = await bob.logged("mdns.failed", 1);
  plug();
  const back = await bob.logged("mdns.announced", 1);
  await bob.stop("the scene is over");
  return {
    taken,
    timesTold,
    status: status.output,
    doctor: JSON.parse(doctor.output) as object,
    nowhere,
    came,
    gone,
    back,
    answered,
  };
});
