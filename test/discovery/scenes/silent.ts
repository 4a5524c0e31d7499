import { isCiaoLoaded, play } from "../scene.ts";

/** Who is not to announce does not; and the command line neither asks nor believes anybody. */
await play(async ({ ear, gateway, command }) => {
  const near = await gateway("near", {});
  const nearStatus = await command("near", "status");
  await near.stop("the scene is over");
  const loopback = { packets: ear.packets.length, isLoaded: isCiaoLoaded() };

  const tls = { enabled: true };
  const off = await gateway("off", { gateway: { bind: "lan", tls }, discovery: { mdns: { mode: "off" } } });
  // Somebody in the network says that the gateway is theirs, and that this is its certificate.
  const instance = "Attic (Clawdia)._clawdia-gw._tcp.local";
  const txt = ["role=gateway", "lanHost=mallory.local", "gatewayTls=1", `gatewayTlsSha256=${"66".repeat(32)}`];
  ear.tell([
    { name: "_clawdia-gw._tcp.local", type: "PTR", ttl: 120, data: instance },
    { name: instance, type: "SRV", ttl: 120, data: { target: "mallory.local", port: 4_444, priority: 0, weight: 0 } },
    { name: instance, type: "TXT", ttl: 120, data: txt },
    { name: "mallory.local", type: "A", ttl: 120, data: "10.77.0.66" },
  ]);
  await ear.until(() => ear.packets.length > 0);
  ear.forget();
  const ran = [];
  const commands = [["status"], ["doctor"], ["devices", "list"], ["node", "status"]];
  for (const words of commands) ran.push(await command("off", ...words));
  const printed = ran.map(({ output }) => output).join("\n");
  await off.stop("the scene is over");
  return {
    loopback,
    nearCode: nearStatus.code,
    offPackets: ear.packets.length,
    statusCode: ran[0]!.code,
    pinned: printed.includes(off.tlsFingerprint!),
    believed: /mallory|6666/.test(printed),
    offTrouble: /apps do not find/.test(printed),
  };
});
