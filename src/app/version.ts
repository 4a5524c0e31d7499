import manifest from "../../package.json" with { type: "json" };

declare const CLAWDIA_COMMIT: string | undefined;

/** Baked in by the build; from source the commit is unknown. */
export const version: string = manifest.version;
export const commit: string | undefined = typeof CLAWDIA_COMMIT === "string" ? CLAWDIA_COMMIT : undefined;
