import { bundlePage } from "../pages/bundle.ts" with { type: "macro" };

/** The finished pages, put here by the build. */
export const webchatFiles = bundlePage("webchat");
