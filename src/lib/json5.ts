/** JSON with comments and trailing commas, as people write configs. Throws a SyntaxError that names line and column. */
export function parseJson5(source: string): unknown {
  return Bun.JSON5.parse(source);
}
