import { expect, test } from "bun:test";
import { Connection } from "../../src/gateway/connection.ts";
import { GatewayError, unavailable, wireLimits } from "../../src/protocol/index.ts";

/** The conversation without a socket: what comes in, and what is to be done. */

const client = { id: "test", version: "1", platform: "linux", mode: "test" };
const params = { minProtocol: 3, maxProtocol: 4, client };

const frame = (id: string, method: string, body?: unknown) =>
  JSON.stringify({ type: "req", id, method, ...(body !== undefined && { params: body }) });

function greeting(body: unknown = params) {
  const text = frame("1", "connect", body);
  return new Connection(0).text(text, Buffer.byteLength(text)).map(shown);
}

function openConnection(): Connection {
  const connection = new Connection(0);
  connection.text(frame("1", "connect", params), 100);
  connection.admitted();
  return connection;
}

/** Acts as short lines, so that a dialogue reads from top to bottom. */
function shown(act: ReturnType<Connection["text"]>[number]): string {
  switch (act.do) {
    case "authenticate":
      return `authenticate ${act.requestId} with protocol ${act.protocol}`;
    case "dispatch":
      return `dispatch ${act.request.id} ${act.request.method}`;
    case "refuse":
      return `refuse ${act.requestId}: ${act.error.code} ${act.error.message}`;
    default:
      return `close ${act.code} ${act.reason}`.trim();
  }
}

const said = (connection: Connection, raw: string, bytes = Buffer.byteLength(raw)) =>
  connection.text(raw, bytes).map(shown);

test("a greeting, and then requests", () => {
  const connection = new Connection(0);
  expect(said(connection, frame("1", "connect", params))).toEqual(["authenticate 1 with protocol 4"]);
  expect(connection.isOpen).toBe(false);
  connection.admitted();
  expect(connection.isOpen).toBe(true);
  expect(said(connection, frame("2", "health"))).toEqual(["dispatch 2 health"]);
});

const ranges: readonly (readonly [min: number, max: number, outcome: string])[] = [
  [3, 3, "authenticate 1 with protocol 3"],
  [4, 4, "authenticate 1 with protocol 4"],
  [3, 4, "authenticate 1 with protocol 4"],
  [1, 3, "authenticate 1 with protocol 3"],
  [4, 99, "authenticate 1 with protocol 4"],
  [1, 99, "authenticate 1 with protocol 4"],
  [1, 2, "refuse 1: INVALID_REQUEST protocol mismatch"],
  [5, 9, "refuse 1: INVALID_REQUEST protocol mismatch"],
  [4, 3, "refuse 1: INVALID_REQUEST protocol mismatch"],
];
for (const [min, max, outcome] of ranges) {
  test(`a range of ${min} to ${max}: ${outcome}`, () => {
    const rest = outcome.startsWith("refuse") ? ["close 1002 protocol mismatch"] : [];
    expect(greeting({ ...params, minProtocol: min, maxProtocol: max })).toEqual([outcome, ...rest]);
  });
}

test("a mismatch names the version to try next", () => {
  expect([detailsOfMismatch(1, 2), detailsOfMismatch(5, 9)]).toEqual([
    { code: "PROTOCOL_MISMATCH", expectedProtocol: 3, clientMinProtocol: 1, clientMaxProtocol: 2 },
    { code: "PROTOCOL_MISMATCH", expectedProtocol: 4, clientMinProtocol: 5, clientMaxProtocol: 9 },
  ]);
});

function detailsOfMismatch(minProtocol: number, maxProtocol: number) {
  const text = frame("1", "connect", { ...params, minProtocol, maxProtocol });
  const [act] = new Connection(0).text(text, 100);
  return act?.do === "refuse" ? act.error.options.details : undefined;
}

const firstFrames: readonly (readonly [name: string, raw: string, acts: readonly string[]])[] = [
  ["no JSON", "hello", ["close 1008 invalid request frame"]],
  ["nothing", "", ["close 1008 invalid request frame"]],
  ["JSON that is no frame", "[]", ["close 1008 invalid request frame"]],
  [
    "a frame with an unknown key",
    JSON.stringify({ type: "req", id: "1", method: "connect", x: 1 }),
    ["close 1008 invalid request frame"],
  ],
  [
    "another method",
    frame("7", "health"),
    [
      "refuse 7: INVALID_REQUEST invalid handshake: first request must be connect",
      "close 1008 invalid handshake: first request must be connect",
    ],
  ],
  [
    "connect without params",
    frame("7", "connect"),
    [
      "refuse 7: INVALID_REQUEST invalid connect params: must be object",
      "close 1008 invalid connect params: must be object",
    ],
  ],
  [
    "an unknown key in the params",
    frame("7", "connect", { ...params, root: true }),
    [
      "refuse 7: INVALID_REQUEST invalid connect params: at root: unexpected property 'root'",
      "close 1008 invalid connect params: at root: unexpected property 'root'",
    ],
  ],
];
for (const [name, raw, acts] of firstFrames) {
  test(`a first frame that is ${name} ends the connection`, () => {
    const connection = new Connection(0);
    expect(said(connection, raw)).toEqual([...acts]);
    expect(said(connection, frame("2", "connect", params))).toEqual([]);
  });
}

test("a first frame above the limit is not read", () => {
  const text = frame("1", "connect", params);
  const { greetingBytesMax } = wireLimits;
  expect(said(new Connection(0), text, greetingBytesMax)).toEqual(["authenticate 1 with protocol 4"]);
  expect(said(new Connection(0), text, greetingBytesMax + 1)).toEqual(["close 1009 Received too big message"]);
});

test("a frame of no UTF-8 ends a greeting, and counts as malformed later", () => {
  expect(new Connection(0).garbage(4).map(shown)).toEqual(["close 1008 invalid request frame"]);
  const connection = openConnection();
  expect([1, 2, 3].map(() => connection.garbage(4).map(shown))).toEqual([[], [], ["close 1008 malformed frames"]]);
});

test("what is sent while the gateway looks at the credentials ends the connection", () => {
  const connection = new Connection(0);
  said(connection, frame("1", "connect", params));
  expect(said(connection, frame("2", "health"))).toEqual([
    "close 1008 invalid handshake: first request must be connect",
  ]);
});

test("the third frame that is no JSON ends an open connection, JSON in between or not", () => {
  const connection = openConnection();
  expect(said(connection, "{")).toEqual([]);
  expect(said(connection, frame("2", "health"))).toEqual(["dispatch 2 health"]);
  expect(said(connection, "{")).toEqual([]);
  expect(said(connection, "{")).toEqual(["close 1008 malformed frames"]);
  expect(said(connection, frame("3", "health"))).toEqual([]);
});

test("JSON that is no request is answered, under its own id where it has one", () => {
  const connection = openConnection();
  const answers = ['{"id":"9"}', '{"id":9}', "[]", "null", '{"type":"req","id":"","method":"health"}'].map(
    (raw) => said(connection, raw)[0]?.split(":")[0],
  );
  expect(answers).toEqual(["refuse 9", "refuse invalid", "refuse invalid", "refuse invalid", "refuse invalid"]);
});

test("a second connect is answered and changes nothing", () => {
  const connection = openConnection();
  const refusal = "refuse 5: INVALID_REQUEST connect is only valid as the first request";
  expect(said(connection, frame("5", "connect", params))).toEqual([refusal]);
  expect(said(connection, frame("6", "health"))).toEqual(["dispatch 6 health"]);
});

test("silence for ten seconds ends a greeting, not an open connection", () => {
  const { handshakeMs } = wireLimits;
  const silent = new Connection(500);
  expect(silent.tick(500 + handshakeMs - 1)).toEqual([]);
  expect(silent.tick(500 + handshakeMs).map(shown)).toEqual(["close 1000"]);
  expect(silent.tick(500 + handshakeMs * 2)).toEqual([]);
  expect(openConnection().tick(handshakeMs * 10)).toEqual([]);
});

test("a connect that is looked at for too long ends too", () => {
  const connection = new Connection(0);
  said(connection, frame("1", "connect", params));
  expect(connection.tick(wireLimits.handshakeMs).map(shown)).toEqual(["close 1000"]);
  connection.admitted();
  expect(connection.isOpen).toBe(false);
});

const refusals: readonly (readonly [name: string, error: GatewayError, close: string])[] = [
  ["a wrong credential", new GatewayError("INVALID_REQUEST", "unauthorized"), "close 1008 unauthorized"],
  ["a device that waits", new GatewayError("NOT_PAIRED", "pairing required"), "close 1008 pairing required"],
  ["a fault that passes", unavailable("starting"), "close 1013 starting"],
  ["a fault of the gateway", new GatewayError("INTERNAL", "connect failed"), "close 1011 connect failed"],
];
for (const [name, error, close] of refusals) {
  test(`a connect refused for ${name} is answered and ended with its code`, () => {
    const connection = new Connection(0);
    said(connection, frame("1", "connect", params));
    expect(connection.refused("1", error).map(shown)).toEqual([`refuse 1: ${error.code} ${error.message}`, close]);
    expect(connection.isOpen).toBe(false);
  });
}

test("a client that oversteps again and again is cut, one that does so now and then is not", () => {
  const { refusalsMax, refusalsWindowMs } = wireLimits;
  const patient = openConnection();
  for (let window = 0; window < 3; window++) {
    const nowMs = window * (refusalsWindowMs + 1);
    for (let count = 0; count < refusalsMax; count++) expect(patient.overstepped(nowMs)).toEqual([]);
  }
  const eager = openConnection();
  for (let count = 0; count < refusalsMax; count++) expect(eager.overstepped(5)).toEqual([]);
  expect(eager.overstepped(5).map(shown)).toEqual(["close 1008 too many refused requests"]);
  expect(eager.overstepped(5)).toEqual([]);
  expect(said(eager, frame("2", "health"))).toEqual([]);
});
