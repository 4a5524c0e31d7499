import { A2uiIconElement } from "@a2ui/web_core/v0_9/basic_catalog";
import { html } from "lit";
import drawings from "./icons.json" with { type: "json" };

/** The catalog's icons as drawings: the official element writes their names in a font that would have to be fetched. */

const tag = "clawdia-icon";
const paths = new Map(Object.entries(drawings));

class DrawnIcon extends A2uiIconElement {
  override render() {
    const name = this.controller.props?.name;
    const path = typeof name === "string" ? paths.get(name) : undefined;
    if (path === undefined) return super.render();
    return html`<svg class="a2ui-icon svg" viewBox="0 0 24 24" aria-hidden="true"><path d=${path}></path></svg>`;
  }
}

/** The tag of our element. */
export function defineIcon(): string {
  if (!customElements.get(tag)) customElements.define(tag, DrawnIcon);
  return tag;
}
