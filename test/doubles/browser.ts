import { connect, createServer, type Server, type Socket } from "node:net";
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from "playwright-core";
import { type Guest, type OpenHouse, ownerToken } from "../open-house.ts";

/** A real Chromium, and people who visit the page with it. */

const quiet = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  "--disable-quic",
];

/** For every wait on the page; far above what any takes. */
const patienceMs = 8_000;
/** A test with a browser may take longer than Bun's 5 s on a busy machine. */
export const browserTestMs = 20_000;

export async function openBrowser(more: readonly string[] = []): Promise<Browser> {
  const executablePath = Bun.which("chromium");
  if (executablePath === null) {
    throw new Error("the pages are tested in Chromium, and there is none on the path: apt-get install chromium");
  }
  return chromium.launch({ executablePath, args: [...quiet, ...more] });
}

export interface VisitOptions {
  readonly width?: number;
  readonly height?: number;
  /** Where the page is; the house's own address by default. */
  readonly origin?: string;
  /** The setup opens by itself; otherwise this person has dismissed it before. */
  readonly isFirstRun?: boolean;
}

/** One person with a fresh browser profile. */
export class Visitor implements AsyncDisposable {
  readonly page: Page;
  readonly origin: string;
  /** Every address that the page asked for, sockets included. */
  readonly requests: string[] = [];
  /** Faults and refusals of the content security policy. */
  readonly complaints: string[] = [];
  readonly #context: BrowserContext;

  private constructor(context: BrowserContext, page: Page, origin: string) {
    this.#context = context;
    this.page = page;
    this.origin = origin;
    context.on("request", (request) => this.requests.push(request.url()));
    page.on("websocket", (socket) => this.requests.push(socket.url()));
    page.on("pageerror", (error) => this.complaints.push(error.message));
    page.on("console", (message) => {
      if (/Content Security Policy|Uncaught/.test(message.text())) this.complaints.push(message.text());
    });
  }

  static async open(browser: Browser, house: OpenHouse, options: VisitOptions = {}): Promise<Visitor> {
    const { width = 1100, height = 760, origin = house.httpUrl, isFirstRun = false } = options;
    const context = await browser.newContext({ viewport: { width, height }, locale: "en-GB" });
    context.setDefaultTimeout(patienceMs);
    if (!isFirstRun) await context.addInitScript(dismissSetup);
    return new Visitor(context, await context.newPage(), origin);
  }

  /** By the link that `clawdia token --link` prints, through approval by alice, into the chat. */
  static async enter(browser: Browser, house: OpenHouse, alice: Guest, options?: VisitOptions): Promise<Visitor> {
    const visitor = await Visitor.open(browser, house, options);
    await visitor.follow(`/#token=${ownerToken}`);
    await alice.call("device.pair.approve", { requestId: await visitor.requestId() });
    // The link once more: the page need not wait until it would ask again by itself.
    await visitor.follow(`/#token=${ownerToken}`);
    await (
      options?.isFirstRun ? visitor.page.getByRole("heading", { level: 2, name: "Setup" }) : visitor.box
    ).waitFor();
    return visitor;
  }

  async follow(path: string): Promise<void> {
    await this.page.goto(`${this.origin}${path}`);
  }

  /** From the screen that waits for approval. */
  async requestId(): Promise<string> {
    const command = await this.page.getByText(/^clawdia devices approve \S+$/).textContent();
    return command!.split(" ").at(-1)!;
  }

  get box(): Locator {
    return this.page.getByRole("textbox", { name: "Message" });
  }

  async says(text: string): Promise<void> {
    await this.box.fill(text);
    await this.box.press("Enter");
  }

  /** Waits until one of the shown messages has this text. */
  async sees(text: string | RegExp, by?: "You" | "Agent"): Promise<Locator> {
    const said = by === undefined ? this.page.getByRole("article") : this.page.getByRole("article", { name: by });
    const message = said.filter({ hasText: text });
    await message.first().waitFor();
    return message.first();
  }

  /** Who said what, in the order of the screen. */
  shown(): Promise<string[]> {
    return this.page.getByRole("article").evaluateAll(readArticles);
  }

  /** One of the pages beside the chat, by the navigation. */
  async goTo(title: string): Promise<void> {
    const drawer = this.button("Open the list of conversations");
    if (await drawer.isVisible()) await drawer.click();
    await this.entry(title).click();
    await this.page.getByRole("heading", { level: 2, name: title, exact: true }).waitFor();
  }

  /** Its line in the navigation, with the number of what waits there. */
  entry(title: string): Locator {
    return this.page.getByRole("navigation", { name: "Gateway" }).getByRole("button", { name: title });
  }

  /** Presses Tab until the focus is on the button or field with this name. */
  async tabTo(name: string): Promise<void> {
    for (let press = 0; press < 60; press++) {
      await this.page.keyboard.press("Tab");
      const focused = this.page.locator(":focus");
      const label = await focused.evaluate((one) => one.getAttribute("aria-label") ?? one.textContent).catch(() => "");
      if (label?.replace(/\d+ waiting$/, "") === name) return;
    }
    throw new Error(`no way by Tab to ${name}`);
  }

  /** Alice leaves this browser no more than these scopes; it enters again with the token. */
  async narrowedTo(alice: Guest, scopes: string[]): Promise<void> {
    const { paired } = await alice.call("device.pair.list", {});
    const { deviceId } = paired.find(({ clientMode }) => clientMode === "webchat")!;
    await alice.call("device.token.rotate", { deviceId, role: "operator", scopes });
    await this.page.getByRole("alert").getByText("access was taken back").waitFor();
    await this.page.getByLabel("Gateway token").fill(ownerToken);
    await this.button("Connect").click();
    await this.page.getByRole("navigation", { name: "Gateway" }).waitFor({ state: "attached" });
  }

  /** Presses “Try now”, unless the page has found out by itself that the gateway is back, as it may at any moment. */
  async triesNow(): Promise<void> {
    await this.page.evaluate(() => {
      for (const button of document.querySelectorAll("button")) if (button.textContent === "Try now") button.click();
    });
  }

  button(name: string): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close();
  }
}

/** Runs in every page before its own scripts. */
function dismissSetup(): void {
  if (location.protocol.startsWith("http")) localStorage.setItem("clawdia:setup-dismissed", "yes");
}

/** Runs in the page. */
function readArticles(articles: Element[]): string[] {
  return articles.map((article) => {
    const text = article.querySelector(".bubble, .markdown")?.textContent?.trim() ?? "";
    return `${article.getAttribute("aria-label")}: ${text}`;
  });
}

/** A port that stays the same while the gateway behind it goes and comes back elsewhere. */
export class Doorway implements AsyncDisposable {
  readonly port: number;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.port = port;
  }

  static async open(house: OpenHouse): Promise<Doorway> {
    const server = createServer();
    const doorway = new Doorway(server, await listening(server, 0));
    doorway.#serve(server, house);
    return doorway;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Nobody answers any more, and whoever was inside is put out. */
  async shut(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const socket of this.#sockets) socket.destroy();
    if (server) await new Promise((resolve) => server.close(resolve));
  }

  async reopen(house: OpenHouse): Promise<void> {
    const server = createServer();
    await listening(server, this.port);
    this.#server = server;
    this.#serve(server, house);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.shut();
  }

  #serve(server: Server, { port }: OpenHouse): void {
    server.on("connection", (visitor: Socket) => {
      const gateway = connect(port, "127.0.0.1");
      for (const socket of [visitor, gateway]) {
        this.#sockets.add(socket);
        socket.on("close", () => this.#sockets.delete(socket));
        // A broken connection is what these tests are about.
        socket.on("error", () => socket.destroy());
      }
      visitor.pipe(gateway).pipe(visitor);
      visitor.on("close", () => gateway.destroy());
      gateway.on("close", () => visitor.destroy());
    });
  }
}

async function listening(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** The next run that starts, as alice hears of it. */
export async function nextRun(alice: Guest, known: Set<string>): Promise<string> {
  const frame = await alice.until(({ event, payload }) => {
    const { runId, stream } = (payload ?? {}) as { runId: string; stream: string };
    return event === "agent" && stream === "lifecycle" && !known.has(runId);
  });
  const { runId } = frame.payload as { runId: string };
  known.add(runId);
  return runId;
}

/** A red square of 2 by 2. */
export const redPng = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEElEQVR4nGP4z8AARAwQCgAf7gP9i18U1AAAAABJRU5ErkJggg==",
  "base64",
);
