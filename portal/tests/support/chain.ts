// A small ledger in memory that follows formats.md: it orders transactions into blocks and has them certified by keys it
// holds. It executes nothing; its purpose is receipts that are right in every part, for tests to break.

import { concat, fromHex, toHex, utf8 } from "../../src/verify/bytes";
import { finalizeMessage } from "../../src/verify/chain";
import { type Algorithm, hash, type Suite, suiteAlgorithm, taggedDigest } from "../../src/verify/digest";
import { canonical, type Json } from "../../src/verify/json";
import { Tree } from "../../src/verify/tree";
import { ed25519Key, type KeyPair } from "./keys";

export function jcs(value: unknown): Uint8Array {
  const bytes = canonical(value as Json);
  if (bytes === null) throw new Error("the test wrote a document without canonical form");
  return bytes;
}

export interface Envelope {
  body: string;
  signatures: { key: string; signature: string }[];
}

export interface Block {
  readonly header: ReturnType<TestChain["makeHeader"]>;
  readonly hash: string;
  readonly envelopes: readonly Envelope[];
  readonly receipts: readonly { code: number; index: number; transaction: string; outcome: unknown }[];
}

export const DEPARTMENTS = [
  { name: "甲市住房公积金管理中心", code: "12990100000001011T", roles: [] },
  { name: "甲市自然资源和规划局(不动产登记)", code: "11990100000002014E", roles: [] },
  { name: "甲市中级人民法院", code: "11990100000002129L", roles: ["court"] },
  { name: "甲市政务服务和数据管理局", code: "1199010000000209X4", roles: [] },
];

export class TestChain {
  readonly algorithm: Algorithm;
  readonly validators: readonly KeyPair[];
  readonly genesis: Record<string, unknown>;
  readonly chain: string;
  readonly blocks: Block[] = [];

  constructor(suite: Suite = "intl", name = "甲市政务存证链", time = Date.UTC(2026, 2, 2, 1)) {
    this.algorithm = suiteAlgorithm(suite);
    const keys = DEPARTMENTS.map((department, at) => ({
      department,
      validator: ed25519Key(`${name} validator ${at}`),
      account: ed25519Key(`${name} account ${at}`),
    })).sort((a, b) => (a.validator.key < b.validator.key ? -1 : 1));
    this.validators = keys.map(one => one.validator);
    this.genesis = {
      format: "yinxin-genesis/1",
      limits: {
        block_bytes: 4194304,
        block_transactions: 10000,
        transaction_bytes: 65536,
        window_ms: 600000,
      },
      members: keys.map(({ department, validator, account }) => ({
        ...department,
        account: account.key,
        validator: validator.key,
      })),
      name,
      suite,
      time,
    };
    this.chain = this.tagged("yinxin/genesis/1", jcs(this.genesis));
    this.append([], time);
  }

  tagged(tag: string, ...data: Uint8Array[]): string {
    return taggedDigest(this.algorithm, tag, ...data);
  }

  digest(...data: Uint8Array[]): string {
    return `${this.algorithm}:${toHex(hash(this.algorithm, ...data))}`;
  }

  /** Signs a transaction; the first signer is its account. */
  envelope(operation: string, args: unknown, ...signers: KeyPair[]): Envelope {
    const body = {
      account: signers[0]?.key,
      arguments: args,
      chain: this.chain,
      operation,
      ...(signers.length > 1 ? { cosigners: signers.slice(1).map(signer => signer.key) } : {}),
      salt: toHex(hash("sha256", jcs(args))).slice(0, 32),
      valid_until: 1_800_000_000_000,
    };
    const bytes = jcs(body);
    return {
      body: new TextDecoder().decode(bytes),
      signatures: signers.map(signer => ({ key: signer.key, signature: signer.sign(bytes) })),
    };
  }

  validatorsDigest(): string {
    return this.tagged(
      "yinxin/validators/1",
      jcs({ epoch: 0, validators: this.validators.map(one => one.key) }),
    );
  }

  /** The header of the next block over these transactions and receipts. */
  makeHeader(envelopes: readonly Envelope[], receipts: readonly unknown[], time: number) {
    const height = this.blocks.length;
    const hashes = this.blocks.map(block => fromHex(block.hash.split(":")[1] ?? "") ?? new Uint8Array());
    const root = (leaves: Uint8Array[]) =>
      `${this.algorithm}:${toHex(new Tree(this.algorithm, leaves).root())}`;
    return {
      chain: this.chain,
      epoch: 0,
      height,
      history_root: root(hashes),
      leader: this.validators[height % this.validators.length]?.key ?? "",
      parent: this.blocks.at(-1)?.hash ?? this.chain,
      parent_view: Math.max(0, 2 * height - 2),
      receipts_root: root(receipts.map(jcs)),
      state_operations: { end: height * 3, root: this.digest(utf8("operations")), start: 0 },
      state_root: this.digest(utf8(`state ${height}`)),
      time,
      transactions: receipts.length,
      transactions_root: root(envelopes.map(wire)),
      validators: this.validatorsDigest(),
      version: 1,
      view: 2 * height,
    };
  }

  /** Appends a block; `execute` gives the code and outcome of each transaction. */
  append(
    envelopes: readonly Envelope[],
    time: number,
    execute: (body: never, height: number, time: number) => { code: number; outcome: unknown } = () => ({
      code: 0,
      outcome: {},
    }),
  ): Block {
    const height = this.blocks.length;
    const receipts = envelopes.map((envelope, index) => ({
      ...execute(JSON.parse(envelope.body) as never, height, time),
      height,
      index,
      time,
      transaction: this.digest(utf8(envelope.body)),
    }));
    const header = this.makeHeader(envelopes, receipts, time);
    const block = { header, hash: this.tagged("yinxin/block/1", jcs(header)), envelopes, receipts };
    this.blocks.push(block);
    return block;
  }

  certificate(height: number, signers: readonly KeyPair[] = this.validators.slice(0, 3)) {
    const { header, hash: block } = this.at(height);
    const vote = { block, epoch: header.epoch, parent_view: header.parent_view, view: header.view };
    const message = finalizeMessage(this.chain, vote);
    return {
      ...vote,
      signatures: signers.map(one => ({ signature: one.sign(message), validator: one.key })),
    };
  }

  at(height: number): Block {
    const block = this.blocks[height];
    if (block === undefined) throw new Error(`the test has no block ${height}`);
    return block;
  }

  /** The receipt file of one transaction, certified directly or through a later block. */
  receiptFile(height: number, index: number, certifiedBy = height) {
    const { header, receipts, envelopes } = this.at(height);
    const leaves = receipts.map(jcs);
    const later = this.at(certifiedBy).header;
    const hashes = this.blocks
      .slice(0, certifiedBy)
      .map(block => fromHex(block.hash.split(":")[1] ?? "") ?? utf8(""));
    return {
      format: "yinxin-receipt/1",
      genesis: this.genesis,
      transaction: envelopes[index],
      receipt: receipts[index],
      receipt_path: new Tree(this.algorithm, leaves).path(index),
      header,
      ancestry:
        certifiedBy === height
          ? null
          : { header: later, path: new Tree(this.algorithm, hashes).path(height) },
      certificate: this.certificate(certifiedBy),
      item: null as unknown,
      opening: null as unknown,
    };
  }
}

/** The wire form of a transaction, formats.md section 3. */
export function wire(envelope: Envelope): Uint8Array {
  const body = utf8(envelope.body);
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, body.length);
  const signatures = envelope.signatures.map(({ key, signature }) => {
    const [algorithm, digits] = key.split(":");
    return concat(
      Uint8Array.of(algorithm === "sm2" ? 2 : 1),
      fromHex(digits ?? "") ?? utf8(""),
      fromHex(signature.split(":")[1] ?? "") ?? utf8(""),
    );
  });
  return concat(length, body, Uint8Array.of(signatures.length), ...signatures);
}
