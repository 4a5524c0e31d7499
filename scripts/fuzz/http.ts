import type { Chance } from "./chance.ts";

/** Requests over plain HTTP: odd methods, paths, encodings, hosts and origins. */

const paths: readonly string[] = [
  "/",
  "/index.html",
  "/healthz",
  "/readyz",
  "/assets/",
  "/assets/..%2f..%2fetc/passwd",
  "/%2e%2e/%2e%2e/etc/passwd",
  "//",
  "/avatar/main?meta=1",
  "/avatar/../../x",
  "/?token=abc",
  "/__proto__",
  `/${"a".repeat(4000)}`,
  "/%00",
  "/%ff%fe",
  "/control-ui-config.json",
];

export async function httpRequest(port: number, chance: Chance): Promise<string | undefined> {
  const headers: Record<string, string> = {};
  if (chance.is(0.2)) headers["origin"] = chance.pick(["https://evil.example", "null", "http://localhost:1"]);
  if (chance.is(0.1)) headers["x-forwarded-for"] = "8.8.8.8";
  if (chance.is(0.2)) headers["x-big"] = "x".repeat(chance.below(8000));
  const method = chance.pick(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"]);
  const path = chance.pick(paths);
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, headers, redirect: "manual" });
  await response.arrayBuffer();
  return response.status >= 500 && path !== "/readyz" ? `HTTP ${response.status} for ${method} ${path}` : undefined;
}
