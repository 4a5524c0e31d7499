import { basicCatalogId, isObject, type Json, type JsonObject, present } from "./message.ts";

/**
 * Version 1.0 as version 0.9: a surface that comes with its content becomes three messages, and keys lose the mark
 * that newer texts of the specification put in front of them. What only 1.0 has (functions of the renderer) is refused
 * later, as an unknown message.
 */
export function messagesOfV1(message: JsonObject): readonly JsonObject[] {
  const { version: _version, ...rest } = unmarked(message) as JsonObject;
  const created = rest["createSurface"];
  if (!isObject(created)) return [withoutMetadata(rest)];
  const { surfaceId, catalogId, sendDataModel, components, dataModel } = created;
  const catalog = typeof catalogId === "string" && !isBasic(catalogId) ? catalogId : basicCatalogId;
  const update = withoutMetadata({ updateComponents: present({ surfaceId, components }) });
  return [
    { createSurface: present({ surfaceId, catalogId: catalog, sendDataModel }) },
    ...(components === undefined ? [] : [update]),
    ...(dataModel === undefined ? [] : [{ updateDataModel: present({ surfaceId, path: "/", value: dataModel }) }]),
  ];
}

function isBasic(catalogId: string): boolean {
  return /\/v1_0\/(catalogs\/)?basic/.test(catalogId) || catalogId === "basic";
}

function withoutMetadata(message: JsonObject): JsonObject {
  const update = message["updateComponents"];
  const components = isObject(update) ? update["components"] : undefined;
  if (!isObject(update) || !Array.isArray(components)) return message;
  const plain = (components as readonly Json[]).map((one) => {
    if (!isObject(one)) return one;
    const { metadata: _metadata, catalogId: _catalogId, ...rest } = one;
    return rest;
  });
  return { updateComponents: { ...update, components: plain } };
}

/** Data keeps its own keys: only what describes the surface is unmarked. */
function unmarked(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(unmarked);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const name = key.replace(/^@/, "");
      return [name, name === "dataModel" || name === "value" ? inner : unmarked(inner)];
    }),
  );
}
