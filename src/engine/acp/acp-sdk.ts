/** The one way to the protocol's own client, which is large: it is loaded when the first external agent is needed. */
export async function loadAcp() {
  const { client, methods, PROTOCOL_VERSION } = await import("@agentclientprotocol/sdk");
  return { client, methods, protocolVersion: PROTOCOL_VERSION };
}

export type AcpSdk = Awaited<ReturnType<typeof loadAcp>>;
