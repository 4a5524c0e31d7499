import { SimpleShardingStrategy } from "@discordjs/ws";

/**
 * The connections of discord.js' client. When it closes one it waits for the other side without a limit, and it leaves
 * one that is still being made: here they can be cut.
 */
export class CuttableShards extends SimpleShardingStrategy {
  /** Taken before the client lets go of them. */
  connections(): readonly WebSocket[] {
    const shards: unknown = Reflect.get(this, "shards");
    if (!(shards instanceof Map)) return [];
    return [...(shards.values() as Iterable<object>)].flatMap((shard) => {
      const connection: unknown = Reflect.get(shard, "connection");
      return connection instanceof WebSocket ? [connection] : [];
    });
  }
}

/** Without waiting for the other side. One that is closed already does not mind. */
export function cut(connection: WebSocket): void {
  if (connection.readyState === WebSocket.CLOSED || !("terminate" in connection)) return;
  if (typeof connection.terminate === "function") connection.terminate();
}
