import { types } from "../ear.ts";
import { play } from "../scene.ts";

const sorted = (texts: readonly string[]) => [...new Set(texts)].toSorted((a, b) => a.localeCompare(b));

/** A machine in two networks hears on one what it says on the other. */
await play(async ({ ear, gateway, ip }) => {
  ip("link add lan2 type veth peer name lan3");
  ip("link set lan3 up");
  ip("link set lan2 up");
  ip("addr add 10.78.0.1/24 dev lan2");
  const alice = await gateway("alice", { gateway: { bind: "lan" }, discovery: { mdns: { displayName: "Attic" } } });
  const announced = await alice.logged("mdns.announced");
  // Each is announced three times on each of the two, within some seconds.
  const timesHeard = (type: string) =>
    ear.records.filter((one) => one.type === "SRV" && one.name.endsWith(`._${type}._tcp.local`)).length;
  await ear.until(() => types.every((type) => timesHeard(type) >= 5));
  const instances = ear.records.filter(({ type }) => type === "SRV").map(({ name }) => name);
  const addresses = ear.records.filter(({ type }) => type === "A").map(({ data }) => String(data));
  await alice.stop("the scene goes on");

  // Bound to one of them alone.
  ear.forget();
  const bob = await gateway("bob", { gateway: { bind: "10.78.0.1" }, discovery: { mdns: { displayName: "Attic" } } });
  const alone = await bob.logged("mdns.announced");
  await bob.stop("the scene is over");
  return {
    announced,
    instances: sorted(instances),
    addresses: sorted(addresses),
    alone,
    aloneAddresses: sorted(
      ear.records.filter(({ type, ttl }) => type === "A" && ttl !== 0).map(({ data }) => String(data)),
    ),
  };
});
