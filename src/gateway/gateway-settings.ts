/** What a start decides about the socket. */
export interface GatewaySettings {
  /** Addresses to listen on. The first must be free; the others are taken when they can be. */
  readonly addresses: readonly string[];
  readonly port: number;
  /** A port of its own for the side door; undefined: none. */
  readonly sidePort?: number | undefined;
  /** Certificate and key as PEM; absent speaks plainly. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  readonly allowedOrigins: readonly string[];
  readonly allowedHosts: readonly string[];
  readonly trustedProxies: readonly string[];
}
