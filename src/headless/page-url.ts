import { badParams } from "./failure.ts";

/** Pure: what is shown for an address as a caller writes it. */

const schemes: readonly string[] = ["http:", "https:", "about:", "data:"];

/**
 * Nothing and `/` mean the gateway's own page for agents' surfaces, and other paths are files of its canvas. Files of
 * this machine are not shown: a page is read back by the gateway.
 */
export function pageUrl(written: string, hostUrl: string | undefined): string {
  const url = written.trim();
  if (url === "" || url === "/") return hostUrl === undefined ? "about:blank" : a2uiPage(hostUrl);
  if (url.startsWith("/") && !url.startsWith("//")) {
    if (hostUrl === undefined)
      throw badParams(`url ${url.slice(0, 64)}: the gateway has no canvas; write a whole address`);
    return url.startsWith("/__") ? `${hostUrl}${url}` : `${hostUrl}/__openclaw__/canvas${url}`;
  }
  if (!URL.canParse(url)) throw badParams(`url ${JSON.stringify(url.slice(0, 64))} is no address: write https://…`);
  const { protocol, username, password } = new URL(url);
  if (!schemes.includes(protocol)) throw badParams(`url: ${protocol} is not shown; use http, https, data or about`);
  if (protocol === "about:" && url !== "about:blank") throw badParams("url: of about: only about:blank is shown");
  if (username !== "" || password !== "") throw badParams("url: an address with a password in it is not shown");
  return url;
}

export function a2uiPage(hostUrl: string): string {
  return `${hostUrl}/__openclaw__/a2ui/?platform=linux`;
}

/** True for a page of the gateway's for surfaces, whatever its query. */
export function isA2uiPage(url: string, hostUrl: string): boolean {
  return url.startsWith(a2uiPage(hostUrl).replace(/\?.*$/, ""));
}
