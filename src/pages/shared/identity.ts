import type { ClientIdentity } from "../../client/index.ts";

/** What the page says about the browser it runs in: for people who approve devices, never for deciding anything. */

declare const CLAWDIA_VERSION: string;

export const pageVersion: string = typeof CLAWDIA_VERSION === "string" ? CLAWDIA_VERSION : "0.0.0";

type Row = readonly [name: string, pattern: RegExp];

/** The first that fits: many browsers also claim to be their ancestors. */
const browsers: readonly Row[] = [
  ["Edge", /\bEdgA?\/|\bEdgiOS\//],
  ["Opera", /\bOPR\//],
  ["Firefox", /\bFirefox\/|\bFxiOS\//],
  ["Chrome", /\b(Headless)?Chrom(e|ium)\/|\bCriOS\//],
  ["Safari", /\bSafari\//],
];

const systems: readonly Row[] = [
  ["iOS", /\b(iPhone|iPad|iPod)\b/],
  ["Android", /\bAndroid\b/],
  ["ChromeOS", /\bCrOS\b/],
  ["Windows", /\bWindows\b/],
  ["macOS", /\bMac OS X\b/],
  ["Linux", /\bLinux\b|\bX11\b/],
];

export interface BrowserFacts {
  readonly displayName: string;
  readonly platform: string;
  readonly deviceFamily: string;
}

export function describeBrowser(userAgent: string): BrowserFacts {
  const browser = first(browsers, userAgent) ?? "Browser";
  const system = first(systems, userAgent);
  return {
    displayName: system === undefined ? browser : `${browser} on ${system}`,
    platform: (system ?? "web").toLowerCase(),
    deviceFamily: familyOf(userAgent),
  };
}

export function pageIdentity(id: string, mode: string): ClientIdentity {
  return { id, mode, version: pageVersion, ...describeBrowser(navigator.userAgent) };
}

function familyOf(userAgent: string): string {
  if (/\biPad\b|\bTablet\b/.test(userAgent)) return "tablet";
  if (/\bMobile\b|\biPhone\b/.test(userAgent)) return "phone";
  return "desktop";
}

function first(rows: readonly Row[], userAgent: string): string | undefined {
  return rows.find(([, pattern]) => pattern.test(userAgent))?.[0];
}
