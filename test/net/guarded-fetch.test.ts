import { expect, test } from "bun:test";
import { gzipSync } from "node:zlib";
import { type FetchHeaders, FetchRefused } from "../../src/net/index.ts";
import { FetchStage, somewhere } from "./fetch-stage.ts";
import { type Answer, headerOf, reply } from "./raw-server.ts";

/** What is asked, what comes back, and what follows a redirect. Real sockets; names and addresses are led to them. */

test("a fetch asks with its headers and gives status, type and bytes", async () => {
  const headers = { "Content-Type": "Text/Plain; charset=utf-8", "Set-Cookie": "a=b", ETag: '"1"' };
  await using stage = await FetchStage.open(reply("201 Made", headers, "héllo"));
  const fetched = await stage.fetch("http://Example.com:8080/a%20b?c=d#e", { headers: { Accept: "text/plain" } });
  expect(fetched).toEqual({
    status: 201,
    url: "http://example.com:8080/a%20b?c=d#e",
    headers: { "content-type": "Text/Plain; charset=utf-8", "content-length": "6", etag: '"1"' },
    contentType: "text/plain",
    bytes: Buffer.from("héllo"),
    isCut: false,
  });
  expect(stage.server.requests).toEqual([
    "GET /a%20b?c=d HTTP/1.1\r\nhost: example.com:8080\r\naccept: text/plain\r\nuser-agent: clawdia\r\n" +
      "accept-encoding: gzip, deflate, br\r\nConnection: close\r\n\r\n",
  ]);
  expect(stage.log.of("fetch.done").map(({ fields }) => fields)).toEqual([
    { host: "example.com:8080", status: 201, bytes: 6, isCut: false, ms: 0 },
  ]);
});

test("a name's last dot neither hides it nor reaches the server", async () => {
  await using stage = await FetchStage.open(reply("200 OK"));
  await stage.fetch("http://example.com./");
  expect(stage.lookups).toEqual(["example.com"]);
  expect(headerOf(stage.server.requests[0]!, "host")).toBe("example.com");
});

test("a body is posted with its length", async () => {
  await using stage = await FetchStage.open(reply("200 OK"));
  await stage.fetch("http://example.com/", { method: "POST", body: "é", headers: { "Content-Type": "text/plain" } });
  expect(stage.server.requests[0]).toContain("content-length: 2\r\n");
  expect(stage.server.requests[0]).toEndWith("\r\n\r\n\xc3\xa9");
});

test("an answer without a body has none, whatever its headers say", async () => {
  await using stage = await FetchStage.open((socket, request) => {
    const status = request.startsWith("HEAD") ? "200 OK" : "304 Same";
    socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 5000000000\r\n\r\n`);
  });
  for (const method of ["HEAD", "GET"] as const) {
    expect((await stage.fetch("http://example.com/", { method })).bytes).toEqual(new Uint8Array(0));
  }
});

const badHeaders: readonly FetchHeaders[] = [
  { "x-a": "1\r\nx-b: 2" },
  { "x-a": "1\nx" },
  { "x-a": "\0" },
  { "x-a": "\u20ac" },
  { "x-a": "y".repeat(9000) },
  { "x a": "1" },
  { "x-a:": "1" },
  { "x-a\r\nx-b": "1" },
  { "": "1" },
  { Host: "other.example" },
  { "Content-Length": "5" },
  { "Transfer-Encoding": "chunked" },
  { Connection: "keep-alive" },
  { Upgrade: "websocket" },
  { "Proxy-Authorization": "x" },
  { "Accept-Encoding": "zstd" },
  Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`x-${index}`, "1"])),
];

test("a header that would be another one, or change the connection, is refused before anything is sent", async () => {
  await using stage = await FetchStage.open(reply("200 OK"));
  for (const headers of badHeaders) expect(await stage.outcome("http://example.com/", { headers })).toBe("header");
  expect([stage.lookups, stage.server.connections]).toEqual([[], 0]);
});

/** Sends each path on to another URL; anything else is answered with what was asked. */
function redirecting(ways: Readonly<Record<string, string>>, status = 302): Answer {
  return (socket, request) => {
    const path = request.split(" ")[1]!;
    const location = Object.hasOwn(ways, path) ? ways[path]! : undefined;
    if (location === undefined) reply("200 OK", {}, request)(socket, request);
    else reply(`${status} Moved`, { Location: location }, "moved")(socket, request);
  };
}

const secrets = { Authorization: "Bearer canary", Cookie: "canary", "X-Api-Key": "canary", Accept: "text/x" };

const moves: readonly (readonly [name: string, from: string, to: string, isSameOrigin: boolean])[] = [
  ["a path of the same origin", "http://example.com/from", "/to", true],
  ["the same origin in full", "http://example.com/from", "http://EXAMPLE.com:80/to", true],
  ["another host", "http://example.com/from", "http://other.example/to", false],
  ["a host below it", "http://example.com/from", "http://www.example.com/to", false],
  ["another port", "http://example.com/from", "http://example.com:8080/to", false],
  ["TLS", "http://example.com:8080/from", "//example.com:8443/to", false],
];

for (const [name, from, to, isSameOrigin] of moves) {
  test(`a redirect to ${name} ${isSameOrigin ? "keeps" : "drops"} what may be secret`, async () => {
    await using stage = await FetchStage.open(redirecting({ "/from": to }));
    const { url } = await stage.fetch(from, { headers: secrets });
    expect(url).toBe(new URL(to, from).href);
    const [first, second] = stage.server.requests;
    expect(first!.match(/canary/g)).toHaveLength(3);
    expect(second!.match(/canary/g) ?? []).toHaveLength(isSameOrigin ? 3 : 0);
    expect(headerOf(second!, "accept")).toBe("text/x");
    expect(headerOf(second!, "host")).toBe(new URL(to, from).host);
  });
}

test("what a redirect dropped does not come back on the way home", async () => {
  const ways = { "/from": "http://other.example/back", "/back": "http://example.com/to" };
  await using stage = await FetchStage.open(redirecting(ways));
  await stage.fetch("http://example.com/from", { headers: secrets });
  expect(stage.server.requests).toHaveLength(3);
  expect(stage.server.requests[2]).not.toContain("canary");
});

const methods: readonly (readonly [status: number, method: "GET" | "POST" | "PUT" | "HEAD", then: string])[] = [
  [301, "POST", "GET"],
  [302, "POST", "GET"],
  [303, "POST", "GET"],
  [303, "PUT", "GET"],
  [303, "HEAD", "HEAD"],
  [302, "PUT", "PUT"],
  [307, "POST", "POST"],
  [308, "PUT", "PUT"],
];

for (const [status, method, then] of methods) {
  test(`${method} is redirected by ${status} as ${then}`, async () => {
    await using stage = await FetchStage.open(redirecting({ "/from": "/to" }, status));
    const body = method === "POST" || method === "PUT" ? { body: "posted", headers: { "content-type": "x/y" } } : {};
    await stage.fetch("http://example.com/from", { method, ...body });
    const second = stage.server.requests[1]!;
    expect(second).toStartWith(`${then} /to `);
    const hasBody = then === "POST" || then === "PUT";
    expect([second.endsWith("posted"), headerOf(second, "content-type")]).toEqual([
      hasBody,
      hasBody ? "x/y" : undefined,
    ]);
  });
}

test("what was posted does not follow a redirect to another origin", async () => {
  await using stage = await FetchStage.open(redirecting({ "/from": "http://other.example/to" }, 307));
  expect(await stage.outcome("http://example.com/from", { method: "POST", body: "canary" })).toBe("redirects");
  expect(stage.server.requests).toHaveLength(1);
});

const insideIsPrivate = async (name: string) => [name === "inside.example" ? "10.0.0.7" : somewhere];

const leads: readonly (readonly [location: string, outcome: string])[] = [
  ["http://127.0.0.1/", "address"],
  ["http://127.1:8080/", "address"],
  ["//169.254.169.254/latest/meta-data/", "address"],
  ["http://[::1]/", "address"],
  ["http://inside.example/", "address"],
  ["http://localhost/", "address"],
  ["http://example.com:22/", "port"],
  ["http://example.com:18789/", "port"],
  ["file:///etc/passwd", "scheme"],
  ["javascript:alert(1)", "scheme"],
  ["http://a:b@example.com/", "userinfo"],
  ["http://[", "url"],
];

for (const [location, outcome] of leads) {
  test(`a redirect to ${location} is refused as ${outcome}, before it is dialled`, async () => {
    await using stage = await FetchStage.open(redirecting({ "/from": location }), { resolve: insideIsPrivate });
    expect(await stage.outcome("http://example.com/from")).toBe(outcome);
    expect(stage.server.connections).toBe(1);
  });
}

test("a name is judged again on each hop", async () => {
  let query = 0;
  const resolve = async () => [query++ === 0 ? somewhere : "127.0.0.1"];
  await using stage = await FetchStage.open(redirecting({ "/from": "/to" }), { resolve });
  expect(await stage.outcome("http://example.com/from")).toBe("address");
  expect([query, stage.server.connections]).toEqual([2, 1]);
});

test("five redirects are followed, not six", async () => {
  const ways = Object.fromEntries(Array.from({ length: 6 }, (_, index) => [`/${index}`, `/${index + 1}`]));
  await using stage = await FetchStage.open(redirecting(ways));
  expect((await stage.fetch("http://example.com/1")).url).toBe("http://example.com/6");
  expect(await stage.outcome("http://example.com/0")).toBe("redirects");
  expect(await stage.outcome("http://example.com/6", { redirectsMax: 0 })).toStartWith("200");
});

test("a redirect that leads nowhere is an answer", async () => {
  await using stage = await FetchStage.open(reply("302 Found", {}, "here"));
  expect(await stage.outcome("http://example.com/")).toBe("302 with 4 bytes");
});

test("bodies are unpacked; what is damaged or packed otherwise is refused", async () => {
  const packed = gzipSync("hello");
  const bodies: readonly (readonly [encoding: string, body: Buffer, outcome: string])[] = [
    ["gzip", packed, "200 with 5 bytes"],
    ["X-GZIP", packed, "200 with 5 bytes"],
    ["identity", packed, `200 with ${packed.length} bytes`],
    ["gzip", packed.subarray(0, -4), "encoding"],
    ["gzip", Buffer.from("hello"), "encoding"],
    ["deflate", Buffer.from("hello"), "encoding"],
    ["br", Buffer.from("hello hello hello"), "encoding"],
    ["gzip, gzip", packed, "encoding"],
    ["zstd", packed, "encoding"],
  ];
  for (const [encoding, body, outcome] of bodies) {
    await using stage = await FetchStage.open(reply("200 OK", { "Content-Encoding": encoding }, body));
    expect([encoding, await stage.outcome("http://example.com/")]).toEqual([encoding, outcome]);
  }
});

const broken: readonly (readonly [name: string, text: string, outcome: string])[] = [
  ["no HTTP", "hello there\r\n\r\n", "broken"],
  ["nothing", "", "broken"],
  ["two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nhi!", "broken"],
  [
    "a length and chunks",
    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "broken",
  ],
  ["less than its length", "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhi", "broken"],
  ["half of its chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel", "broken"],
  ["another protocol", "HTTP/1.1 101 Switch\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n", "broken"],
  ["an early hint first", "HTTP/1.1 103 Hint\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\n\r\nhi", "200 with 2 bytes"],
];

for (const [name, text, outcome] of broken) {
  test(`an answer of ${name} → ${outcome}`, async () => {
    await using stage = await FetchStage.open((socket) => void socket.end(text));
    expect(await stage.outcome("http://example.com/")).toBe(outcome);
  });
}

test("a body that a reset cuts off is not taken for a whole one", async () => {
  await using stage = await FetchStage.open((socket) => {
    socket.write("HTTP/1.1 200 OK\r\n\r\nhello", () => socket.resetAndDestroy());
  });
  expect(await stage.outcome("http://example.com/")).toBe("broken");
});

test("the caller's own signal ends it at once, with the caller's reason", async () => {
  const stop = new AbortController();
  await using stage = await FetchStage.open((socket) => {
    socket.write("HTTP/1.1 200 OK\r\n\r\nhello");
    stop.abort(new Error("enough"));
  });
  expect(await stage.outcome("http://example.com/", { signal: stop.signal })).toBe("Error: enough");
  expect(await stage.outcome("http://example.com/", { signal: stop.signal })).toBe("Error: enough");
  const failure = await stage.fetch("http://example.com/", { signal: stop.signal }).catch((error: unknown) => error);
  expect(failure).not.toBeInstanceOf(FetchRefused);
});
