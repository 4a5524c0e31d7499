import { basicCatalog, Context } from "@a2ui/lit/v0_9";
import { Catalog, MessageProcessor, type SurfaceModel } from "@a2ui/web_core/v0_9";
import { ContextProvider } from "@lit/context";
import { defineIcon } from "./icon.ts";
import { renderMarkdown } from "./markdown.ts";
import type { Json, UserAction } from "./page-words.ts";

/** The surfaces on this page, drawn by the official renderer. */

export interface SurfacesEars {
  readonly act: (action: UserAction) => void;
  /** What the renderer complains of, for the agent. */
  readonly trouble: (text: string) => void;
  readonly changed: (count: number) => void;
}

type Message = Parameters<MessageProcessor<never>["processMessages"]>[0];
type Parts = ReturnType<typeof catalogParts>;

const catalog = new Catalog(basicCatalog.id, catalogParts(), [...basicCatalog.functions.values()]);

function catalogParts() {
  return [...basicCatalog.components.values()].map((one) =>
    one.name === "Icon" ? { ...one, tagName: defineIcon() } : one,
  );
}

export class Surfaces {
  /** Lives as long as the element that it is for. */
  readonly markdown: unknown;
  readonly #root: HTMLElement;
  readonly #ears: SurfacesEars;
  /** Pictures of the canvas folder are named by their path there. */
  #files = "";
  #processor: MessageProcessor<Parts[number]>;

  constructor(root: HTMLElement, ears: SurfacesEars) {
    this.#root = root;
    this.#ears = ears;
    this.markdown = new ContextProvider(root, { context: Context.markdown, initialValue: renderMarkdown });
    this.#processor = this.#fresh();
  }

  get ids(): readonly string[] {
    return [...this.#root.children].map((element) => element.getAttribute("data-surface") ?? "");
  }

  filesAt(base: string): void {
    this.#files = base;
  }

  /** Everything anew. */
  replay(messages: readonly object[]): void {
    this.#root.replaceChildren();
    this.#processor = this.#fresh();
    this.apply(messages);
  }

  apply(messages: readonly object[]): void {
    for (const message of messages) {
      try {
        this.#processor.processMessages([withFiles(message, this.#files)] as Message);
      } catch (error) {
        this.#ears.trouble(error instanceof Error ? error.message : String(error));
      }
    }
    this.#ears.changed(this.#root.childElementCount);
  }

  #fresh(): MessageProcessor<Parts[number]> {
    const processor = new MessageProcessor([catalog], (action) => this.#acted(action));
    processor.onSurfaceCreated((surface) => this.#show(surface));
    processor.onSurfaceDeleted((id) => {
      for (const element of this.#root.children) if (element.getAttribute("data-surface") === id) element.remove();
    });
    return processor;
  }

  #show(surface: SurfaceModel<Parts[number]>): void {
    surface.onError.subscribe((error: { readonly message?: string }) => {
      this.#ears.trouble(`surface "${surface.id}": ${error.message ?? "it cannot be drawn"}`);
    });
    const element = Object.assign(document.createElement("a2ui-surface"), { surface });
    element.setAttribute("data-surface", surface.id);
    const color = (surface.theme as { readonly primaryColor?: string } | undefined)?.primaryColor;
    if (color !== undefined && /^#[0-9a-f]{6}$/i.test(color)) element.style.setProperty("--a2ui-color-primary", color);
    this.#root.append(element);
  }

  #acted(action: UserAction): void {
    const surface = this.#processor.model.getSurface(action.surfaceId);
    const dataModel = surface?.sendDataModel ? (surface.dataModel.get("/") as Json) : undefined;
    this.#ears.act({ ...action, ...(dataModel !== undefined && { dataModel }) });
  }
}

/** Addresses without a scheme are files of the canvas. */
function withFiles(message: object, files: string): object {
  const update = (message as { readonly updateComponents?: { readonly components?: readonly object[] } })
    .updateComponents;
  if (files === "" || !update?.components) return message;
  const components = update.components.map((component) => {
    const { url } = component as { readonly url?: unknown };
    const isFile = typeof url === "string" && url !== "" && !/^([a-z][a-z0-9+.-]*:|\/\/|\/)/i.test(url);
    return isFile ? { ...component, url: files + url } : component;
  });
  return { ...message, updateComponents: { ...update, components } };
}
