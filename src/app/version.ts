import manifest from "../../package.json" with { type: "json" };

declare const CLAWDIA_COMMIT: string | undefined;
declare const CLAWDIA_VERSION: string | undefined;

/** Baked in by the build, which may be given another version; from source the commit is unknown. */
export const version: string =
  typeof CLAWDIA_VERSION === "string" && CLAWDIA_VERSION !== "" ? CLAWDIA_VERSION : manifest.version;
export const commit: string | undefined = typeof CLAWDIA_COMMIT === "string" ? CLAWDIA_COMMIT : undefined;
