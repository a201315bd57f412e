// New blocks as they become final, by server-sent events.

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { blocksQuery, LATEST_BLOCKS, statusQuery } from "./queries";
import type { BlockRow } from "./types";

function readRow(data: unknown): BlockRow | null {
  if (typeof data !== "string") return null;
  try {
    const row = JSON.parse(data) as BlockRow;
    return typeof row.height === "number" && typeof row.hash === "string" ? row : null;
  } catch {
    return null;
  }
}

/** Keeps status and latest blocks in the cache up with the chain. Gives whether the stream is open. */
export function useLiveBlocks(): boolean {
  const client = useQueryClient();
  const [live, setLive] = useState(false);
  useEffect(() => {
    const source = new EventSource("/api/v1/events");
    source.onopen = () => {
      setLive(true);
      // Blocks may have passed while the stream was closed.
      void client.invalidateQueries({ queryKey: blocksQuery.queryKey });
    };
    source.onerror = () => setLive(false);
    source.addEventListener("block", event => {
      const row = readRow(event.data);
      if (row === null) return;
      client.setQueryData(statusQuery.queryKey, old =>
        old && row.height > old.height ? { ...old, height: row.height, hash: row.hash, time: row.time } : old,
      );
      client.setQueryData(blocksQuery.queryKey, old => {
        if (old === undefined || old.items.some(one => one.height === row.height)) return old;
        const items = [row, ...old.items].sort((a, b) => b.height - a.height).slice(0, LATEST_BLOCKS);
        return { at_height: Math.max(old.at_height, row.height), items };
      });
    });
    return () => source.close();
  }, [client]);
  return live;
}
