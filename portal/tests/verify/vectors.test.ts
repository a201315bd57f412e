// The vectors that the Rust verifier writes and both must pass.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fromHex, utf8 } from "../../src/verify/bytes";
import { digestText, hash } from "../../src/verify/digest";
import { verifyReceipt } from "../../src/verify/receipt";

interface Vector {
  name: string;
  chain: string;
  receipt: string;
  file_hex: string | null;
  expected: string;
}

const folder = join(import.meta.dirname, "../../../docs/reference/vectors/receipts");
const names = existsSync(folder) ? readdirSync(folder).filter(name => name.endsWith(".json")) : [];

describe.skipIf(names.length === 0)("docs/reference/vectors/receipts", () => {
  test.each(names)("%s", async name => {
    const vector: Vector = JSON.parse(readFileSync(join(folder, name), "utf8"));
    const file = vector.file_hex === null ? null : (fromHex(vector.file_hex) ?? utf8(""));
    const given = file
      ? {
          size: file.length,
          digest: async (algorithm: "sha256" | "sm3") => digestText(algorithm, hash(algorithm, file)),
        }
      : undefined;
    const { result } = await verifyReceipt(utf8(vector.receipt), [vector.chain], given);
    expect(result, vector.name).toBe(vector.expected);
  });
});
