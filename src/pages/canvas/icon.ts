import { A2uiIconElement } from "@a2ui/web_core/v0_9/basic_catalog";
import { html } from "lit";
import drawings from "./icons.json" with { type: "json" };

/** The catalog's icons as drawings: the official element writes their names in a font that would have to be fetched. */

const tag = "clawdia-icon";
const dot = "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8z";
const paths = new Map(Object.entries(drawings));

class DrawnIcon extends A2uiIconElement {
  override render() {
    const name = this.controller.props?.name;
    if (typeof name !== "string") return super.render();
    // A name that the catalog lacks came by the data: a dot is better than the name written across the text.
    const path = paths.get(name) ?? dot;
    return html`<svg class="a2ui-icon svg" viewBox="0 0 24 24" aria-hidden="true"><path d=${path}></path></svg>`;
  }
}

/** The tag of our element. */
export function defineIcon(): string {
  if (!customElements.get(tag)) customElements.define(tag, DrawnIcon);
  return tag;
}
