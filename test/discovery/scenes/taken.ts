import { types } from "../ear.ts";
import { play } from "../scene.ts";

/** Names that somebody else has: another gateway on this machine, and a stranger. */
await play(async ({ ear, gateway }) => {
  const config = { gateway: { bind: "lan" }, discovery: { mdns: { displayName: "Attic" } } };
  const alice = await gateway("alice", config);
  const first = await ear.all();
  const bob = await gateway("bob", config);
  const ports = [alice, bob].map(({ house }) => house.gateway.port);
  await ear.all(({ port }) => port === bob.house.gateway.port);
  const second = await ear.all();
  const again = types.map((type) => ear.seen(type, (instance) => instance === first[type].instance)!);
  ear.forget();
  await bob.stop("the scene goes on");
  await alice.stop("the scene goes on");

  ear.forget();
  ear.claim((name) => /^clawdia-[0-9a-f]{6}(-[a-z]+)?\.local$/.test(name));
  const carol = await gateway("carol", config);
  const moved = await ear.all();
  const told = ear.records.filter(({ type, ttl }) => type === "TXT" && ttl !== 0).map((one) => String(one.data));
  const url = `http://127.0.0.1:${carol.house.gateway.port}/healthz`;
  const answered = (await fetch(url, { headers: { host: moved["clawdia-gw"].host } })).status;
  await carol.stop("the scene is over");
  return {
    ports,
    first: types.map((type) => first[type]),
    second: types.map((type) => second[type]),
    again,
    moved: types.map((type) => moved[type]),
    staleTexts: told.filter((text) => text.includes("lanHost=") && !text.includes("-(2).local")),
    answered,
  };
});
