import { version } from "../../app/version.ts";
import { UpdateRefused } from "../../update/index.ts";
import { Failure } from "../failure.ts";
import { findOffer } from "../update/offer.ts";
import { type Look, well } from "./finding.ts";

/** A newer version, where the config says where to look. Without that nobody is asked. */
export const lookAtUpdate: Look = async ({ config }) => {
  if (config?.update.url === undefined) return [];
  try {
    const { release, isNewer } = await findOffer(undefined, config.update);
    if (!isNewer) return [well("update.none", `version ${version} is the newest`)];
    const text = `version ${release.version} is there, and this is ${version}`;
    return [{ id: "update.available", level: "note", text, next: "clawdia update" }];
  } catch (error) {
    if (!(error instanceof UpdateRefused) && !(error instanceof Failure)) throw error;
    return [{ id: "update.unknown", level: "warn", text: error.message, next: "clawdia update --check" }];
  }
};
