/** The one way to the protocol's own client, which is large: it is loaded when the first server is needed. */
export async function loadSdk() {
  const [{ Client }, { StreamableHTTPClientTransport, StreamableHTTPError }, words] = await Promise.all([
    import("@modelcontextprotocol/sdk/client/index.js"),
    import("@modelcontextprotocol/sdk/client/streamableHttp.js"),
    import("@modelcontextprotocol/sdk/types.js"),
  ]);
  return { Client, StreamableHTTPClientTransport, StreamableHTTPError, ...words };
}

export type Sdk = Awaited<ReturnType<typeof loadSdk>>;
