import catalog from "../../../node_modules/@a2ui/web_core/src/v0_9/schemas/catalogs/basic/catalog.json";
import commonTypes from "../../../node_modules/@a2ui/web_core/src/v0_9/schemas/common_types.json";
import serverToClient from "../../../node_modules/@a2ui/web_core/src/v0_9/schemas/server_to_client.json";

/** The official schemas of version 0.9; the package offers them as files alone. */
export { catalog, commonTypes, serverToClient };

/** Icons that there are by name. */
export const iconNames: ReadonlySet<string> = new Set(namesIn(catalog.components.Icon));

function namesIn(schema: unknown): readonly string[] {
  if (Array.isArray(schema)) return schema.flatMap(namesIn);
  if (typeof schema !== "object" || schema === null) return [];
  return Object.entries(schema).flatMap(([key, inner]) =>
    key === "enum" && Array.isArray(inner) ? inner.map(String) : namesIn(inner),
  );
}
