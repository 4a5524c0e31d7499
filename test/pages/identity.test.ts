import { expect, test } from "bun:test";
import { describeBrowser } from "../../src/pages/shared/identity.ts";

const mozilla = "Mozilla/5.0";
const webkit = "AppleWebKit/605.1.15 (KHTML, like Gecko)";

const rows: readonly (readonly [userAgent: string, displayName: string, platform: string, family: string])[] = [
  [`${mozilla} (X11; Linux x86_64) ${webkit} Chrome/150.0.0.0 Safari/537.36`, "Chrome on Linux", "linux", "desktop"],
  [
    `${mozilla} (Windows NT 10.0) ${webkit} Chrome/150.0 Safari/537.36 Edg/150.0`,
    "Edge on Windows",
    "windows",
    "desktop",
  ],
  [
    `${mozilla} (Macintosh; Intel Mac OS X 10_15_7) ${webkit} Version/26.0 Safari/605`,
    "Safari on macOS",
    "macos",
    "desktop",
  ],
  [
    `${mozilla} (iPhone; CPU iPhone OS 18_0 like Mac OS X) ${webkit} Mobile/15E Safari/604`,
    "Safari on iOS",
    "ios",
    "phone",
  ],
  [`${mozilla} (Android 16; Mobile; rv:150.0) Gecko/150.0 Firefox/150.0`, "Firefox on Android", "android", "phone"],
  ["curl/8", "Browser", "web", "desktop"],
];

for (const [userAgent, displayName, platform, deviceFamily] of rows) {
  test(`${displayName} names itself`, () => {
    expect(describeBrowser(userAgent)).toEqual({ displayName, platform, deviceFamily });
  });
}
