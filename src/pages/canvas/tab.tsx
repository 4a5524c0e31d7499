import { render } from "preact";
import type { Client } from "../../client/index.ts";
import { storedDeviceToken } from "../shared/credentials.ts";
import { deviceSigner } from "../shared/device-key.ts";
import { InsecureScreen, TooOldScreen } from "../shared/gate.tsx";
import { GatewayLink } from "../shared/gateway-link.ts";
import { describeBrowser, pageVersion } from "../shared/identity.ts";
import { openKeep } from "../shared/keep.ts";
import { applyTheme } from "../shared/theme.ts";
import { beKiosk } from "./kiosk.ts";
import { beTheTab } from "./one-tab.ts";
import { Stage } from "./stage.ts";
import { keepAddress, nameScreen, type TabAddress, takeTabAddress } from "./tab-address.ts";
import { TabNode, tabCaps, tabCommands } from "./tab-node.ts";
import { NameScreen, OtherTabScreen, TabShell } from "./tab-screens.tsx";
import "../shared/page.css";
import "./surfaces.css";
import "./tab.css";

/** The tab: a browser on any device as a screen of the agent, and a node of the gateway. */

const page = document.getElementById("page")!;
const stageRoot = document.getElementById("stage")!;

async function start(): Promise<void> {
  const address = takeTabAddress();
  applyTheme();
  if (!isSecureContext) return render(<InsecureScreen />, page);
  // Another link in the same tab: it may hold a code, a name or another board.
  addEventListener("hashchange", () => location.reload());
  if (address.isKiosk) beKiosk();
  if (address.name !== undefined) return enter(address, address.name, false);
  const suggestion = describeBrowser(navigator.userAgent).displayName;
  render(
    <NameScreen
      suggestion={suggestion}
      named={(name, isKiosk) => {
        nameScreen(address.screen, name);
        const chosen = { ...address, isKiosk: address.isKiosk || isKiosk };
        keepAddress(chosen);
        if (chosen.isKiosk && !address.isKiosk) beKiosk();
        void enter(chosen, name, false);
      }}
    />,
    page,
  );
}

async function enter(address: TabAddress, name: string, isTakeover: boolean): Promise<void> {
  const other = () => {
    link?.stop();
    stage?.disconnect();
    stageRoot.hidden = true;
    render(<OtherTabScreen takeOver={() => void enter(address, name, true)} />, page);
  };
  let link: GatewayLink | undefined;
  let stage: Stage | undefined;
  if (!(await beTheTab(address.screen, isTakeover, other))) return other();
  const keep = await openKeep();
  const signer = await deviceSigner(keep, `screen:${address.screen}`).catch(() => undefined);
  if (!signer) return render(<TooOldScreen />, page);
  const shown = stageOf();
  stage = shown;
  let client: Client | undefined;
  const node = new TabNode(shown, () => client);
  const gateway = new GatewayLink({
    identity: {
      id: "node-host",
      mode: "node",
      version: pageVersion,
      platform: "web",
      deviceFamily: "Browser",
      displayName: name,
    },
    role: "node",
    scopes: [],
    caps: tabCaps(),
    commands: tabCommands(),
    signer,
    given: address.given,
    tokens: storedDeviceToken(`${location.origin}#${address.screen}`),
    onEvent: (frame) => node.hear(frame),
  });
  link = gateway;
  gateway.state.watch(() => {
    const state = gateway.state.value;
    client = state.kind === "open" ? state.client : undefined;
    const base = client?.hello.canvasHostUrl;
    if (base !== undefined) shown.connect(base, address.board);
    else shown.disconnect();
  });
  render(<TabShell link={gateway} stage={shown} stageRoot={stageRoot} name={name} isKiosk={address.isKiosk} />, page);
  gateway.start();
  addEventListener("online", () => gateway.hurry());
  document.addEventListener("visibilitychange", () => gateway.hurry());
}

let theStage: Stage | undefined;

/** One for the page's life: its elements are in the document. */
function stageOf(): Stage {
  theStage ??= new Stage(
    document.getElementById("surfaces")!,
    document.getElementById("frame") as HTMLIFrameElement,
    document.getElementById("notice")!,
  );
  return theStage;
}

void start();
