import { bundleCanvas } from "../pages/bundle-canvas.ts" with { type: "macro" };

/** The finished files of the canvas's own pages, put here by the build. */
export const canvasFiles = bundleCanvas();
