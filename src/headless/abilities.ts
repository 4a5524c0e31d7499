import type { Config } from "../config/index.ts";
import { browserEye } from "./browser-eye.ts";
import { camerasOf, soundOf } from "./camera.ts";
import { cameraCommands, type CameraEye } from "./camera-commands.ts";
import { ffmpegEye } from "./camera-eye.ts";
import { Canvas } from "./canvas.ts";
import { canvasCommands } from "./canvas-commands.ts";
import type { NodeCommand } from "./command.ts";
import { locationCommand } from "./location.ts";
import { absent, type Absence, type Machine } from "./machine.ts";
import { notifyCommand } from "./notify.ts";
import { screenCommand } from "./screen.ts";
import type { Shell } from "./shell.ts";
import { makeTurns } from "./turns.ts";

/** What this machine can do now. It is looked at anew before each connection: cameras come, programs are installed. */

export interface AbilitiesParts {
  readonly machine: Machine;
  readonly settings: Config["node"];
  readonly shell: Shell;
  /** Where the gateway's canvas is reached from here. */
  readonly canvasHostUrl: () => string | undefined;
  readonly gatewayKey: () => Promise<string | undefined>;
  /** For Chromium as a camera. */
  readonly cameraArgs?: readonly string[];
}

export interface Offer {
  readonly commands: readonly NodeCommand[];
  /** What is not there, and why. */
  readonly absences: readonly Absence[];
}

const browsers = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "brave-browser"];
const macBrowsers = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
];

export class Abilities implements AsyncDisposable {
  readonly #parts: AbilitiesParts;
  readonly #turns = { camera: makeTurns(), screen: makeTurns() };
  #canvas: { readonly canvas: Canvas; readonly key: string } | undefined;

  constructor(parts: AbilitiesParts) {
    this.#parts = parts;
  }

  /** Looks, and opens nothing. */
  look(): Offer {
    const { machine, settings, shell } = this.#parts;
    const found: (NodeCommand | Absence)[] = [
      ...shell.commands(),
      notifyCommand(machine, settings.notify),
      locationCommand(machine, settings.location),
      screenCommand({
        machine,
        isEnabled: settings.screen.enabled,
        sound: soundOf(machine, settings.camera),
        browser: findBrowser(machine, settings.canvas.browser),
        turn: this.#turns.screen,
      }),
      ...this.#camera(),
      ...this.#canvasCommands(),
    ];
    const off = settings.exec.enabled
      ? []
      : [absent("system.run", "it is switched off: node.exec.enabled in the config")];
    return {
      commands: found.filter((one) => "run" in one),
      absences: [...off, ...found.filter((one) => "why" in one)],
    };
  }

  /** True while Chromium runs for the canvas. */
  get isCanvasRunning(): boolean {
    return this.#canvas?.canvas.isRunning ?? false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#canvas?.canvas[Symbol.asyncDispose]();
  }

  #camera(): readonly (NodeCommand | Absence)[] {
    const { machine, settings } = this.#parts;
    const names = "camera.list, camera.snap, camera.clip";
    if (!settings.camera.enabled) return [absent(names, "it is switched off: node.camera.enabled in the config")];
    if (camerasOf(machine, settings.camera).length === 0) {
      return [absent(names, "there is no camera: connect one, or name one in node.camera.sources")];
    }
    const eye = this.#eye();
    return eye ? cameraCommands(eye) : [absent(names, "ffmpeg and Chromium are missing: apt-get install ffmpeg")];
  }

  #eye(): CameraEye | undefined {
    const { machine, settings, cameraArgs = [] } = this.#parts;
    if (machine.which("ffmpeg") !== undefined) return ffmpegEye(machine, settings.camera, this.#turns.camera);
    const program = findBrowser(machine, settings.canvas.browser);
    return program === undefined
      ? undefined
      : browserEye({ machine, program, turn: this.#turns.camera, args: cameraArgs });
  }

  #canvasCommands(): readonly (NodeCommand | Absence)[] {
    const { machine, settings, canvasHostUrl } = this.#parts;
    if (!settings.canvas.enabled) return [absent("canvas.*", "it is switched off: node.canvas.enabled in the config")];
    const program = findBrowser(machine, settings.canvas.browser);
    if (program === undefined) return [absent("canvas.*", "Chromium is missing: apt-get install chromium")];
    const isVisible = settings.canvas.window === "visible" || (settings.canvas.window === "auto" && hasScreen(machine));
    return canvasCommands(this.#canvasOf(program, isVisible), canvasHostUrl);
  }

  /** The same one as long as nothing changed: it has a page. */
  #canvasOf(program: string, isVisible: boolean): Canvas {
    const { machine, settings, gatewayKey } = this.#parts;
    const key = `${program} ${isVisible}`;
    if (this.#canvas?.key === key) return this.#canvas.canvas;
    void this.#canvas?.canvas[Symbol.asyncDispose]();
    const canvas = new Canvas({ machine, settings: settings.canvas, program, isVisible, gatewayKey });
    this.#canvas = { canvas, key };
    return canvas;
  }
}

/** The areas that the commands belong to: `canvas`, `camera`, `system` … */
export function capsOf(commands: readonly NodeCommand[]): readonly string[] {
  return [...new Set(commands.map(({ name }) => name.split(".")[0]!))];
}

function findBrowser({ which, exists }: Machine, written: string | undefined): string | undefined {
  if (written !== undefined) return which(written);
  return browsers.map(which).find((path) => path !== undefined) ?? macBrowsers.find(exists);
}

function hasScreen({ platform, environment }: Machine): boolean {
  return platform === "darwin" || Boolean(environment["DISPLAY"]) || Boolean(environment["WAYLAND_DISPLAY"]);
}
