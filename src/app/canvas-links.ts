import { type Capabilities, type CanvasLink, mainBoard, ownPrefix, type TabLinkOptions } from "../canvas/index.ts";
import type { SetupCodes } from "../devices/index.ts";
import type { CanvasAddress } from "./canvas-address.ts";

/** Addresses of the canvas that people open and hand on. */
export interface CanvasLinks {
  readonly viewLink: (boardId: string, durationMs: number) => CanvasLink;
  readonly tabLink: (options: TabLinkOptions) => CanvasLink;
  /** Lets one browser in as a screen, once; only what the owner alone reads may hold it. */
  readonly inviteLink: (name: string | undefined) => string;
}

export interface CanvasLinksParts {
  readonly capabilities: Capabilities;
  readonly setupCodes: SetupCodes;
  readonly address: Pick<CanvasAddress, "forTabs" | "forViewers">;
}

export function canvasLinks({ capabilities, setupCodes, address }: CanvasLinksParts): CanvasLinks {
  const tabLink: CanvasLinks["tabLink"] = ({ boardId, screen, name, setup }) => {
    const fragment = new URLSearchParams({
      ...(boardId !== mainBoard && { board: boardId }),
      ...(screen !== undefined && { screen }),
      ...(name !== undefined && { name }),
      // In the fragment no server, proxy or log ever sees it.
      ...(setup && { setup: setup.secret }),
    }).toString();
    const path = `/tab/${fragment === "" ? "" : `#${fragment}`}`;
    return { path, url: `${address.forTabs()}${path}`, ...(setup && { expiresAtMs: setup.expiresAtMs }) };
  };
  return {
    tabLink,
    viewLink: (boardId, durationMs) => {
      const { capability, expiresAtMs } = capabilities.viewLink(durationMs);
      const query = boardId === mainBoard ? "" : `?board=${boardId}`;
      const path = `${ownPrefix}/cap/${capability}${ownPrefix}/a2ui/${query}`;
      return { path, url: `${address.forViewers()}${path}`, expiresAtMs };
    },
    inviteLink: (name) => {
      const setup = setupCodes.make("node");
      return tabLink({ boardId: mainBoard, ...(name !== undefined && { name }), setup }).url;
    },
  };
}
