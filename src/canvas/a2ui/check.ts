import type { ValidateFunction } from "ajv/dist/2020.js";
import { catalog, commonTypes, serverToClient } from "./catalog.ts";
import { A2uiRefused, basicCatalogId, type Component, messageOf, type SurfaceStep } from "./message.ts";

/**
 * Holds messages against the official schemas, so that the agent hears of a mistake where it can mend it. Components
 * of the basic catalog are judged one by one, which says what is wrong with which.
 */
export interface A2uiChecker {
  /** Throws `A2uiRefused`. `catalogId` is the one of the surface so far. */
  check(step: SurfaceStep, catalogId: string | undefined): void;
}

let made: Promise<A2uiChecker> | undefined;

/** Made when first needed: the schemas become programs. */
export function a2uiChecker(): Promise<A2uiChecker> {
  made ??= make();
  return made;
}

async function make(): Promise<A2uiChecker> {
  const { Ajv2020 } = await import("ajv/dist/2020.js");
  const ajv = new Ajv2020({ strict: false, allErrors: false, validateFormats: false });
  ajv.addSchema(commonTypes);
  ajv.addSchema(catalog);
  // The message schema names whichever catalog is in use by a relative address.
  ajv.addSchema({ ...catalog, $id: "https://a2ui.org/specification/v0_9/catalog.json" });
  const message = ajv.compile(serverToClient);
  const types = Object.keys(catalog.components);
  const validators = new Map<string, ValidateFunction>();
  const componentValidator = (type: string) => {
    const known = validators.get(type) ?? ajv.compile({ $ref: `${catalog.$id}#/components/${type}` });
    validators.set(type, known);
    return known;
  };
  const checkComponent = (component: Component) => {
    const name = `component "${component.id}" (${component.component})`;
    if (!types.includes(component.component)) {
      throw new A2uiRefused(`${name}: there is no such component; there are ${types.join(", ")}`);
    }
    const validate = componentValidator(component.component);
    if (!validate(component)) throw new A2uiRefused(`${name}: ${explain(validate)}`);
  };
  return {
    check: (step, before) => {
      const catalogId = step.kind === "create" ? step.options.catalogId : (before ?? basicCatalogId);
      if (catalogId !== basicCatalogId) {
        throw new A2uiRefused(`the catalog ${catalogId} is not known here: use ${basicCatalogId}`);
      }
      if (step.kind === "components") return step.components.forEach(checkComponent);
      if (!message(messageOf(step)))
        throw new A2uiRefused(`${step.kind} of surface "${step.surfaceId}": ${explain(message)}`);
      return undefined;
    },
  };
}

/** The deepest complaint is the one that says what is wrong; the others follow from it. */
function explain({ errors }: ValidateFunction): string {
  const told = (errors ?? []).filter(({ keyword }) => !["oneOf", "anyOf", "allOf", "const"].includes(keyword));
  const deepest = told.toSorted((one, other) => other.instancePath.length - one.instancePath.length)[0] ?? errors?.[0];
  if (!deepest) return "it does not fit the schema";
  const place = deepest.instancePath === "" ? "" : `${deepest.instancePath.slice(1).replaceAll("/", ".")} `;
  const { unevaluatedProperty, additionalProperty, allowedValues } = deepest.params as Record<string, unknown>;
  const extra = unevaluatedProperty ?? additionalProperty;
  if (typeof extra === "string") return `${place}has no property "${extra}"`;
  const choices = Array.isArray(allowedValues) ? `: ${allowedValues.join(", ")}` : "";
  return `${place}${deepest.message ?? "does not fit"}${choices}`;
}
