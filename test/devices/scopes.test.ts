import { expect, test } from "bun:test";
import { coversScope, GatewayError, type OperatorScope, operatorScopes } from "../../src/protocol/index.ts";
import { asking, DevicesStage, principal } from "./stage.ts";

/** Whatever is asked, approved and rotated in whatever order: nobody gives what they do not hold. */

const rounds = 400;
const seed = 20_260_131;

/** A small generator of the same numbers on every machine. */
function makeChance(state: number): () => number {
  let value = state;
  return () => {
    value = (Math.imul(value, 1_664_525) + 1_013_904_223) >>> 0;
    return value / 2 ** 32;
  };
}

const chance = makeChance(seed);
const someScopes = (): OperatorScope[] => operatorScopes.filter(() => chance() < 0.4);
const covered = (held: readonly OperatorScope[], wanted: readonly OperatorScope[]) =>
  wanted.every((scope) => coversScope(held, scope));

test("a rotated token is never wider than what was approved or than who rotates it", () => {
  using stage = new DevicesStage();
  for (let round = 0; round < rounds; round++) {
    const [approved, caller] = [someScopes(), someScopes()];
    const asked = chance() < 0.2 ? undefined : [...someScopes(), "operator.unknown", "*"];
    const { id } = stage.devices.approveSilently(asking({ scopes: approved }));
    const request = { deviceId: id, role: "operator", ...(asked && { scopes: asked }) };
    const { scopes } = stage.devices.rotate(request, principal(caller), "c1");
    const facts = { approved, caller, asked, scopes };
    expect({ ...facts, ok: covered(approved, scopes) && covered(caller, scopes) }).toEqual({ ...facts, ok: true });
    expect(stage.devices.find(id)!.roles[0]!.tokenScopes).toEqual(scopes);
  }
});

test("an approval gives exactly what was asked and never more than the approver holds", () => {
  using stage = new DevicesStage();
  for (let round = 0; round < rounds; round++) {
    const [asked, approver] = [someScopes(), someScopes()];
    const wanted = asking({ scopes: asked });
    const request = stage.devices.ask(wanted);
    const facts = { asked, approver };
    try {
      const device = stage.devices.approve(request.id, principal(approver));
      expect({ ...facts, given: device.roles[0]!.tokenScopes }).toEqual({ ...facts, given: asked });
      expect({ ...facts, ok: covered(approver, asked) }).toEqual({ ...facts, ok: true });
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      expect({ ...facts, ok: covered(approver, asked) }).toEqual({ ...facts, ok: false });
      stage.devices.reject(request.id);
    }
  }
});

test("over a life of approvals, rotations and revocations a token only gains what an approver held", () => {
  using stage = new DevicesStage();
  for (let life = 0; life < 40; life++) {
    const wanted = asking({ scopes: someScopes() });
    const { deviceId } = wanted;
    stage.devices.approveSilently(wanted);
    for (let step = 0; step < 12; step++) {
      const before = stage.devices.find(deviceId)!.roles[0]!;
      const held = before.revokedAtMs === undefined ? before.tokenScopes : [];
      const caller = someScopes();
      const kind = chance();
      if (kind < 0.2) stage.devices.revoke(deviceId, "operator");
      else if (kind < 0.6 && before.revokedAtMs === undefined) {
        stage.devices.rotate({ deviceId, role: "operator", scopes: someScopes() }, principal(caller), "c");
      } else approveIfAllowed(stage, { ...wanted, scopes: someScopes() }, caller);
      const after = stage.devices.find(deviceId)!.roles[0]!;
      if (after.revokedAtMs !== undefined) continue;
      const gained = after.tokenScopes.filter((scope) => !coversScope(held, scope));
      const facts = { held, caller, gained };
      expect({ ...facts, ok: covered(caller, gained) }).toEqual({ ...facts, ok: true });
      expect(covered(after.scopes, after.tokenScopes)).toBe(true);
    }
  }
});

function approveIfAllowed(stage: DevicesStage, wanted: ReturnType<typeof asking>, caller: OperatorScope[]): void {
  const request = stage.devices.ask(wanted);
  try {
    stage.devices.approve(request.id, principal(caller));
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    stage.devices.reject(request.id);
  }
}
