import { types } from "../ear.ts";
import { isCiaoLoaded, play } from "../scene.ts";

/** What is told in each mode, and how it ends. */
await play(async ({ ear, gateway }) => {
  const gatewayConfig = { bind: "lan", tls: { enabled: true }, allowedHosts: ["attic.tail1234.ts.net"] };
  const config = (mode: string) => ({ gateway: gatewayConfig, discovery: { mdns: { mode, displayName: "Attic" } } });
  const alice = await gateway("alice", config("minimal"));
  const { port, sidePort: canvasPort } = alice.house.gateway;
  const status = async (host: string) => {
    const url = `https://127.0.0.1:${port}/healthz`;
    return (await fetch(url, { headers: { host }, tls: { rejectUnauthorized: false } })).status;
  };
  await ear.all();
  const minimal = [];
  for (const type of types) minimal.push(await ear.ask(type));
  const hosts = minimal.map(({ host }) => host);
  const answered = [];
  for (const host of [...hosts, "clawdia-000000.local"]) answered.push(await status(`${host}:1234`));

  ear.forget();
  alice.set(config("full"));
  const full = await ear.all(({ txt }) => "sshPort" in txt);

  ear.forget();
  alice.set(config("off"));
  await ear.until(() => ear.goodbyes.length === types.length);
  const whenOff = { goodbyes: ear.goodbyes, answered: await status(hosts[0]!) };

  ear.forget();
  alice.set(config("minimal"));
  await ear.all();
  ear.forget();
  const startedAt = performance.now();
  await alice.stop("the scene is over");
  const stopMs = performance.now() - startedAt;
  await ear.until(() => ear.goodbyes.length === types.length);
  const lives = [...new Set(ear.records.map(({ ttl }) => ttl))];
  return {
    port,
    canvasPort,
    fingerprint: alice.tlsFingerprint,
    minimal,
    isLoaded: isCiaoLoaded(),
    answered,
    full: Object.values(full),
    whenOff,
    atStop: { goodbyes: ear.goodbyes, lives, isQuick: stopMs < 3_000 },
  };
});
