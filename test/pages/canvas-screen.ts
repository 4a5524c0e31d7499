import type { Browser, FrameLocator, Locator, Page } from "playwright-core";
import { type Guest, type OpenHouse, ownerToken } from "../open-house.ts";

/** A browser that a person made a screen, with all that it complained of. */

const patienceMs = 10_000;

export class Screen implements AsyncDisposable {
  readonly page: Page;
  readonly complaints: string[] = [];
  readonly #close: () => Promise<void>;

  private constructor(page: Page, close: () => Promise<void>) {
    this.page = page;
    this.#close = close;
    page.on("pageerror", (error) => this.complaints.push(error.message));
    page.on("console", (message) => {
      if (/Content Security Policy|Uncaught/.test(message.text())) this.complaints.push(message.text());
    });
  }

  static async blank(browser: Browser, options: Parameters<Browser["newContext"]>[0] = {}): Promise<Screen> {
    const context = await browser.newContext({ viewport: { width: 900, height: 700 }, locale: "en-GB", ...options });
    context.setDefaultTimeout(patienceMs);
    return new Screen(await context.newPage(), () => context.close());
  }

  /** By the tab's link, named, and approved by alice. */
  static async open(browser: Browser, house: OpenHouse, alice: Guest, name = "Kitchen"): Promise<Screen> {
    const screen = await Screen.blank(browser);
    await screen.follow(house, name);
    await screen.approvedBy(alice);
    return screen;
  }

  async follow(house: Pick<OpenHouse, "httpUrl">, name: string, more = ""): Promise<void> {
    const fragment = `token=${ownerToken}&name=${encodeURIComponent(name)}${more}`;
    await this.page.goto(`${house.httpUrl}/tab/#${fragment}`);
  }

  async approvedBy(alice: Guest): Promise<void> {
    const command = await this.page.getByText(/^clawdia devices approve \S+$/).textContent();
    await alice.call("device.pair.approve", { requestId: command!.split(" ").at(-1)! });
    await this.stage.waitFor({ state: "attached" });
    await this.page.locator("#stage:not([hidden])").waitFor();
  }

  get stage(): Locator {
    return this.page.locator("#stage");
  }

  get surfaces(): Locator {
    return this.page.locator("#surfaces");
  }

  get frame(): FrameLocator {
    return this.page.frameLocator("#frame");
  }

  async sees(text: string | RegExp): Promise<void> {
    await this.surfaces.getByText(text).first().waitFor();
  }

  /** What the person at the screen, or its browser, says to the browser's question. */
  async permit(name: string, setting: "granted" | "denied" | "prompt"): Promise<void> {
    const { origin } = new URL(this.page.url());
    const session = await this.page.context().newCDPSession(this.page);
    const { targetInfo } = await session.send("Target.getTargetInfo");
    const browser = await this.page.context().browser()!.newBrowserCDPSession();
    const { browserContextId } = targetInfo;
    await browser.send("Browser.setPermission", {
      permission: { name },
      setting,
      origin,
      ...(browserContextId !== undefined && { browserContextId }),
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close();
  }
}

const catalogId = "https://a2ui.org/specification/v0_9/catalogs/basic/catalog.json";

/** A surface with a field and a button. */
export function form(surfaceId = "order", title = "What shall it be?"): object[] {
  return [
    { version: "v0.9", createSurface: { surfaceId, catalogId, sendDataModel: true } },
    {
      version: "v0.9",
      updateComponents: {
        surfaceId,
        components: [
          { id: "root", component: "Column", children: ["title", "name", "send"] },
          { id: "title", component: "Text", text: title, variant: "h2" },
          { id: "name", component: "TextField", label: "Dish", value: { path: "/dish" } },
          { id: "label", component: "Text", text: "Order it" },
          {
            id: "send",
            component: "Button",
            child: "label",
            action: { event: { name: "order", context: { dish: { path: "/dish" } } } },
          },
        ],
      },
    },
    { version: "v0.9", updateDataModel: { surfaceId, path: "/dish", value: "Soup" } },
  ];
}
