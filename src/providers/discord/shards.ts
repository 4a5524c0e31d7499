import { SimpleShardingStrategy } from "@discordjs/ws";

/**
 * The connections of discord.js' client. When it closes one it waits for the other side without a limit, and one that is
 * mute would stay for ever: here it can be cut.
 */
export class CuttableShards extends SimpleShardingStrategy {
  /** Those that are being closed, too; what is closed is not among them any more. */
  cut(): void {
    const shards: unknown = Reflect.get(this, "shards");
    if (!(shards instanceof Map)) return;
    for (const shard of shards.values() as Iterable<object>) cutConnection(Reflect.get(shard, "connection"));
  }
}

function cutConnection(connection: unknown): void {
  if (!(connection instanceof WebSocket) || !("terminate" in connection)) return;
  if (typeof connection.terminate === "function") connection.terminate();
}
