import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser } from "playwright-core";
import { browserTestMs, openBrowser, Visitor } from "../doubles/browser.ts";
import { openHouse } from "../open-house.ts";

/** What a hostile answer, link or network may not do to a person who chats. */

setDefaultTimeout(browserTestMs);
let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const own = "document.title = 'owned'";

const hostile: readonly (readonly [name: string, markdown: string])[] = [
  ["a script", `<script>${own}</script>`],
  ["a script in a paragraph", `text <script>${own}</script> text`],
  ["a handler", `<img src=x onerror="${own}">`],
  ["an svg", `<svg onload="${own}"><script>${own}</script></svg>`],
  ["a frame", `<iframe srcdoc="<script>parent.${own}</script>"></iframe>`],
  ["a sheet", "<style>*{display:none}</style><link rel=stylesheet href=https://mallory.example/x.css>"],
  ["a script link", `[press](javascript:${encodeURI(own)}) and [press](JaVaScRiPt:alert%281%29)`],
  ["a data link", `[press](data:text/html,<script>${own}</script>)`],
  ["a raw script link", `<a href="javascript:${own}">press</a>`],
  ["a remote image", "![see](https://mallory.example/pixel.png)"],
  ["an image with a script", `![see](javascript:${encodeURI(own)})`],
  ["a language that closes", '```"><img/src=x/onerror=' + own + "\ncode\n```"],
  ["a form", `<form action="https://mallory.example"><button formaction="javascript:${own}">press</button></form>`],
  ["names of the page's own", '<a id="page" name="documentElement" class="strong" href="#">press</a>'],
  [
    "a refresh",
    '<meta http-equiv="refresh" content="0;url=https://mallory.example"><base href="https://mallory.example">',
  ],
];

test("a hostile answer stays text: nothing runs, nothing is loaded, links lead nowhere", async () => {
  await using house = await openHouse();
  house.engine.answer = (turn) => (hostile.find(([name]) => name === turn.prompt)?.[1] ?? "") + "\n\nthe end";
  using alice = await house.operator();
  await using bob = await Visitor.enter(browser, house, alice);
  for (const [name] of hostile) {
    await bob.says(name);
    const question = bob.page.locator(".bubble").getByText(name, { exact: true });
    await question.waitFor();
    await bob.page
      .locator("article[aria-label=You]", { has: question })
      .locator("+ article[aria-label=Agent]")
      .waitFor();
  }
  const tags = await bob.page.evaluate(() => [
    ...new Set(Array.from(document.querySelectorAll(".markdown *"), ({ tagName }) => tagName.toLowerCase())),
  ]);
  expect(tags.filter((tag) => !["p", "a", "br", "div", "span", "button", "pre", "code"].includes(tag))).toEqual([]);
  const links = await bob.page.evaluate(() =>
    Array.from(document.querySelectorAll<HTMLAnchorElement>(".markdown a"), ({ href, target, rel }) => ({
      href,
      target,
      rel,
    })),
  );
  const safe = { target: "_blank", rel: "noopener noreferrer" };
  expect(links).toEqual([{ href: "https://mallory.example/pixel.png", ...safe }]);
  const attributes = await bob.page.evaluate(() => [
    ...new Set(Array.from(document.querySelectorAll(".markdown *"), (one) => one.getAttributeNames()).flat()),
  ]);
  expect(attributes.filter((name) => /^on|^style$|^id$|^name$|^src/.test(name))).toEqual([]);
  for (const press of await bob.page.locator(".markdown").getByText("press").all()) await press.click();
  expect(await bob.page.title()).toBe("Clawdia");
  expect(bob.complaints).toEqual([]);
  expect(bob.requests.filter((url) => !url.replace(/^ws/, "http").startsWith(house.httpUrl))).toEqual([]);
});

test("markdown is drawn, links open elsewhere and code can be copied", async () => {
  await using house = await openHouse();
  house.engine.answer = () => "**bold** and [a link](https://example.org/)\n\n- one\n- two\n\n```ts\nconst x = 1;\n```";
  using alice = await house.operator();
  await using bob = await Visitor.enter(browser, house, alice);
  await bob.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await bob.says("show me");
  const answer = await bob.sees("bold", "Agent");
  expect(await answer.locator("strong").innerText()).toBe("bold");
  expect(await answer.getByRole("listitem").allInnerTexts()).toEqual(["one", "two"]);
  expect(await answer.getByRole("link").getAttribute("rel")).toBe("noopener noreferrer");
  await answer.getByRole("button", { name: "Copy the ts code" }).click();
  await answer.getByText("Copied").waitFor();
  expect(await bob.page.evaluate(() => navigator.clipboard.readText())).toBe("const x = 1;");
});

test("query parameters change nothing: no other gateway is called and no token is taken", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  await using bob = await Visitor.enter(browser, house, alice);
  await bob.follow("/?gatewayUrl=ws://127.0.0.1:9999&session=agent:main:mallory");
  await bob.page.getByRole("heading", { name: "Main conversation" }).waitFor();
  await bob.says("still here");
  await bob.sees("heard: still here", "Agent");
  const sockets = bob.requests.filter((url) => url.startsWith("ws"));
  expect([...new Set(sockets)]).toEqual([`${house.url}/`]);
  const response = await bob.page.goto(`${house.httpUrl}/?token=secret`);
  expect(response!.status()).toBe(401);
});

test("an insecure address leads to a hint, not to a connection", async () => {
  await using house = await openHouse();
  await using mallory = await Visitor.open(browser, house, { origin: "http://clawdia.example" });
  await mallory.page.route("http://clawdia.example/**", async (route) => {
    const { pathname } = new URL(route.request().url());
    const answer = await fetch(`${house.httpUrl}${pathname}`);
    const headers = Object.fromEntries(answer.headers);
    await route.fulfill({ status: answer.status, headers, body: await answer.text() });
  });
  await mallory.follow("/");
  await mallory.page.getByText("ssh -N -L 18789:127.0.0.1:18789 user@host", { exact: true }).waitFor();
  expect(mallory.requests.filter((url) => url.startsWith("ws"))).toEqual([]);
});

test("the page fits a phone, and its list is a drawer there", async () => {
  await using house = await openHouse();
  house.engine.answer = () =>
    `${"word".repeat(60)}\n\n\`\`\`\n${"code ".repeat(80)}\n\`\`\`\n\n|a|b|\n|-|-|\n|${"x".repeat(90)}|y|`;
  using alice = await house.operator();
  await using bob = await Visitor.enter(browser, house, alice, { width: 360, height: 700 });
  await bob.says("long".repeat(40));
  await bob.sees("wordword", "Agent");
  const overflow = () => bob.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(await overflow()).toBe(0);
  const list = bob.page.getByRole("navigation", { name: "Sessions" });
  expect(await list.isVisible()).toBe(false);
  await bob.button("Open the list of conversations").click();
  await list.waitFor();
  expect(await overflow()).toBe(0);
  await bob.page.keyboard.press("Escape");
  await list.waitFor({ state: "hidden" });
});

const paper = ({ page }: Visitor) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);

test("colours follow the system until a person chooses", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  await using carol = await Visitor.enter(browser, house, alice);
  const light = await paper(carol);
  await carol.page.emulateMedia({ colorScheme: "dark" });
  const dark = await paper(carol);
  expect(dark).not.toBe(light);
  await carol.button("Colours: System. Change").click();
  expect(await paper(carol)).toBe(light);
  await carol.page.reload();
  await carol.button("Colours: Light. Change").waitFor();
  expect(await paper(carol)).toBe(light);
});

test("the page's files are small and hold nothing of the server", async () => {
  await using house = await openHouse();
  const page = await (await fetch(house.httpUrl)).text();
  const [, script] = /src="([^"]+)"/.exec(page)!;
  const [, sheet] = /rel="stylesheet" href="([^"]+)"/.exec(page)!;
  const code = await (await fetch(`${house.httpUrl}${script}`)).text();
  expect(Buffer.byteLength(code)).toBeLessThan(162_000);
  const pieces = new Set([...code.matchAll(/"\.\/(piece-\w+\.js)"/g)].map(([, name]) => `/assets/${name}`));
  const later = await Promise.all([...pieces].map(async (path) => (await fetch(`${house.httpUrl}${path}`)).text()));
  expect(pieces.size).toBeGreaterThan(0);
  expect(Buffer.byteLength(later.join(""))).toBeLessThan(80_000);
  expect(code + later.join("")).not.toMatch(
    /node:(crypto|fs|path|buffer)|\brequire\(|new Function|createHash|@sinclair/,
  );
  expect((await fetch(`${house.httpUrl}${sheet}`)).headers.get("cache-control")).toContain("immutable");
  const worker = await (await fetch(`${house.httpUrl}/worker.js`)).text();
  expect(worker).toContain(script!);
  expect(worker).not.toMatch(/%[A-Z]+%/);
});
