import { describe, expect, test } from "vitest";
import { toHex, utf8 } from "../../src/verify/bytes";
import {
  captureCommitment,
  commitmentLeaf,
  entryIdentifier,
  sealedCommitment,
} from "../../src/verify/commitment";
import { digestText, hash, type Suite } from "../../src/verify/digest";
import { type FileToCheck, STEPS, verifyReceipt } from "../../src/verify/receipt";
import { Tree } from "../../src/verify/tree";
import { jcs, TestChain } from "../support/chain";
import { ed25519Key, sm2Key } from "../support/keys";

// biome-ignore lint/suspicious/noExplicitAny: these tests bend documents into shapes that no type allows.
type Loose = any;

const CONTENT = utf8("拆迁补偿协议 第一版");
const SALT = "5a".repeat(32);
const DETAILS = { operator: "王小示", source: "https://example.cn/公告", title: "网页公告" };
const depositor = ed25519Key("depositor");

function fileOf(bytes: Uint8Array): FileToCheck {
  return { size: bytes.length, digest: async algorithm => digestText(algorithm, hash(algorithm, bytes)) };
}

/** A chain of four departments with sealed, open and batch deposits, a rejection and a link. */
function ledger(suite: Suite) {
  const chain = new TestChain(suite);
  const { algorithm } = chain;
  const content = digestText(algorithm, hash(algorithm, CONTENT));
  const sealed = sealedCommitment(content, SALT) ?? "";
  const contents = Array.from({ length: 5 }, (_, at) => utf8(`批量文件 ${at}`));
  const commitments = contents.map(one => digestText(algorithm, hash(algorithm, one)));
  const batch = new Tree(algorithm, commitments.map(commitmentLeaf));
  const root = digestText(algorithm, batch.root());
  const capture = {
    details: captureCommitment(content, DETAILS, SALT),
    environment: "clean",
    from: 1,
    to: 2,
    tool: "browser",
    tool_digest: null,
    tool_version: "1",
  };
  const single = {
    kind: "sealed",
    media_type: "text/plain",
    size: CONTENT.length,
    commitment: sealed,
    capture,
  };
  chain.append(
    [
      chain.envelope("evidence.deposit", single, depositor, sm2Key("department seal")),
      chain.envelope(
        "evidence.deposit",
        { ...single, kind: "open", commitment: content },
        sm2Key("gm account"),
      ),
      chain.envelope("evidence.deposit_batch", { items: 5, kind: "open", root }, depositor),
      chain.envelope("evidence.link", { entry: sealed, relation: "relates", target: root }, depositor),
      chain.envelope("evidence.deposit", { ...single, size: 1 }, depositor),
    ],
    Date.UTC(2026, 2, 2, 2),
    (body: Loose) =>
      body.arguments.size === 1
        ? { code: 2001, outcome: null }
        : { code: 0, outcome: { entry: entryIdentifier(chain.chain, body.account, sealed), repeat: false } },
  );
  chain.append([], Date.UTC(2026, 2, 2, 3));
  chain.append([], Date.UTC(2026, 2, 2, 4));

  const file = { media_type: "text/plain", name: "协议.txt", size: CONTENT.length };
  const sealedOpening = {
    content,
    file,
    kind: "sealed",
    salt: SALT,
    capture: { details: DETAILS, salt: SALT },
  };
  const openOpening = { content, file, kind: "open", salt: null, capture: null };
  const sealedReceipt = (): Loose => ({
    ...structuredClone(chain.receiptFile(1, 0)),
    opening: structuredClone(sealedOpening),
  });
  const openReceipt = (): Loose => structuredClone(chain.receiptFile(1, 1));
  const batchReceipt = (): Loose => ({
    ...structuredClone(chain.receiptFile(1, 2)),
    item: { commitment: commitments[3], path: batch.path(3) },
    opening: { ...openOpening, content: commitments[3], file: { ...file, size: contents[3]?.length } },
  });
  return { chain, contents, commitments, batch, openOpening, sealedReceipt, openReceipt, batchReceipt };
}

const intl = ledger("intl");
const { chain, contents, sealedReceipt, openReceipt, batchReceipt, openOpening } = intl;

async function verdict(receipt: Loose, file?: FileToCheck, trusted: readonly string[] = [chain.chain]) {
  const bytes =
    receipt instanceof Uint8Array
      ? receipt
      : utf8(typeof receipt === "string" ? receipt : JSON.stringify(receipt));
  return (await verifyReceipt(bytes, trusted, file)).result;
}

/** The sealed receipt after one change. */
function changed(change: (receipt: Loose) => void): Loose {
  const receipt = sealedReceipt();
  change(receipt);
  return receipt;
}

function recertify(receipt: Loose): void {
  // What a forger without the validators' keys can do: name the new header in the certificate.
  receipt.certificate.block = chain.tagged("yinxin/block/1", jcs(receipt.header));
}

function flipDigit(text: string, at = -1): string {
  const position = at < 0 ? text.length + at : at;
  return `${text.slice(0, position)}${(Number.parseInt(text.charAt(position), 16) ^ 1).toString(16)}${text.slice(position + 1)}`;
}

describe.each(["intl", "gm"] as const)("on a chain of the suite %s", suite => {
  const here = suite === "intl" ? intl : ledger(suite);
  const trusted = [here.chain.chain];

  test("every kind of receipt verifies, with the file and without", async () => {
    for (const [receipt, content] of [
      [here.sealedReceipt(), CONTENT],
      [here.openReceipt(), CONTENT],
      [{ ...here.openReceipt(), opening: here.openOpening }, CONTENT],
      [here.batchReceipt(), here.contents[3]],
      [{ ...structuredClone(here.chain.receiptFile(1, 2)) }, undefined],
      [{ ...structuredClone(here.chain.receiptFile(1, 3)) }, undefined],
      [{ ...here.sealedReceipt(), ...structuredClone(here.chain.receiptFile(1, 0, 3)) }, undefined],
    ] as const) {
      expect(await verdict(receipt, undefined, trusted)).toBe("VERIFIED");
      if (content) expect(await verdict(receipt, fileOf(content), trusted)).toBe("VERIFIED");
    }
  });

  test("a certificate of a later block proves an earlier one through the history", async () => {
    const receipt = { ...here.sealedReceipt(), ...structuredClone(here.chain.receiptFile(1, 0, 3)) };
    expect(await verdict(receipt, undefined, trusted)).toBe("VERIFIED");
    receipt.ancestry = { ...receipt.ancestry, path: { ...receipt.ancestry.path, index: 2 } };
    expect(await verdict(receipt, undefined, trusted)).toBe("RECEIPT_ANCESTRY");
  });
});

describe("1 format", () => {
  test("the file may be spaced and ordered freely", async () => {
    expect(await verdict(JSON.stringify(sealedReceipt(), null, 2))).toBe("VERIFIED");
    const reversed = Object.fromEntries(Object.entries(sealedReceipt()).reverse());
    expect(await verdict(reversed)).toBe("VERIFIED");
  });

  test("an unknown name anywhere is refused", async () => {
    const places: ((receipt: Loose) => Loose)[] = [
      r => r,
      r => r.genesis,
      r => r.genesis.limits,
      r => r.genesis.members[0],
      r => r.transaction,
      r => r.transaction.signatures[0],
      r => r.receipt,
      r => r.receipt_path,
      r => r.header,
      r => r.header.state_operations,
      r => r.certificate,
      r => r.certificate.signatures[0],
      r => r.opening,
      r => r.opening.file,
      r => r.opening.capture,
    ];
    for (const place of places) {
      expect(
        await verdict(
          changed(receipt => {
            place(receipt).note = 1;
          }),
        ),
      ).toBe("RECEIPT_FORMAT");
    }
  });

  test("a missing name is refused", async () => {
    for (const name of Object.keys(sealedReceipt())) {
      expect(await verdict(changed(receipt => delete receipt[name]))).toBe("RECEIPT_FORMAT");
    }
    for (const name of Object.keys(sealedReceipt().header)) {
      expect(await verdict(changed(receipt => delete receipt.header[name]))).toBe("RECEIPT_FORMAT");
    }
  });

  test("a repeated name is refused, even with the same value", async () => {
    const text = JSON.stringify(sealedReceipt());
    expect(await verdict(text.replace('"index":0', '"index":0,"index":0'))).toBe("RECEIPT_FORMAT");
    expect(await verdict(text.replace('{"format"', '{"item":null,"format"'))).toBe("RECEIPT_FORMAT");
    expect(await verdict(text.replace('{"format"', '{"\\u0069tem":null,"format"'))).toBe("RECEIPT_FORMAT");
  });

  test("another version is refused", async () => {
    expect(await verdict(changed(r => Object.assign(r, { format: "yinxin-receipt/2" })))).toBe(
      "RECEIPT_FORMAT",
    );
    expect(await verdict(changed(r => Object.assign(r.header, { version: 2 })))).toBe("RECEIPT_FORMAT");
    expect(await verdict(changed(r => Object.assign(r.genesis, { format: "yinxin-genesis/2" })))).toBe(
      "RECEIPT_FORMAT",
    );
  });

  test("whatever is no receipt gets the verdict and no exception", async () => {
    for (const text of [
      "",
      "null",
      "[]",
      "{}",
      "1",
      '"x"',
      "{",
      "\u0000",
      "<html>",
      '{"format":"yinxin-receipt/1"}',
    ]) {
      expect(await verdict(text)).toBe("RECEIPT_FORMAT");
    }
    expect(await verdict(new Uint8Array(9 * 1024 * 1024))).toBe("RECEIPT_FORMAT");
    expect(await verdict(Uint8Array.of(0xff, 0xfe))).toBe("RECEIPT_FORMAT");
  });

  test("any one value replaced by any other kind of value gets a refusal and no exception", async () => {
    const replacements = [null, true, -1, 0.5, "", "x", [], {}, 2 ** 53, [null], { a: null }];
    const walk = async (at: Loose, root: Loose): Promise<void> => {
      for (const name of Object.keys(at)) {
        const kept = at[name];
        for (const replacement of replacements) {
          if (JSON.stringify(replacement) === JSON.stringify(kept)) continue;
          at[name] = replacement;
          const answer = await verdict(root);
          // Leaving out an optional part proves less, which is not a lie.
          const harmless = root.opening === null || root.opening?.capture === null;
          // The file's name in an opening is the holder's own note.
          const note = at === root.opening?.file && name === "name" && typeof replacement === "string";
          if (!harmless && !note)
            expect(answer, `${name} = ${JSON.stringify(replacement)}`).toMatch(/^RECEIPT_/);
        }
        at[name] = kept;
        if (typeof kept === "object" && kept !== null) await walk(kept, root);
      }
    };
    const receipt = sealedReceipt();
    await walk(receipt, receipt);
  }, 60_000);
});

describe("2 chain", () => {
  test("only a trusted chain is accepted", async () => {
    const other = new TestChain("intl", "另一条链");
    expect(await verdict(sealedReceipt(), undefined, [other.chain])).toBe("RECEIPT_CHAIN");
    expect(await verdict(sealedReceipt(), undefined, [])).toBe("RECEIPT_CHAIN");
    expect(await verdict(sealedReceipt(), undefined, [other.chain, chain.chain])).toBe("VERIFIED");
  });

  test("a genesis changed in one letter is another chain", async () => {
    expect(await verdict(changed(r => Object.assign(r.genesis, { name: `${r.genesis.name} ` })))).toBe(
      "RECEIPT_CHAIN",
    );
  });

  test("header, body and ancestry must be of the same chain", async () => {
    const foreign = new TestChain("intl", "另一条链");
    const other = foreign.envelope("evidence.link", {}, depositor);
    expect(await verdict(changed(r => Object.assign(r.header, { chain: foreign.chain })))).toBe(
      "RECEIPT_CHAIN",
    );
    expect(await verdict(changed(r => Object.assign(r, { transaction: other })))).toBe("RECEIPT_CHAIN");
    const receipt = structuredClone(chain.receiptFile(1, 0, 3));
    if (receipt.ancestry) receipt.ancestry.header.chain = foreign.chain;
    expect(await verdict(receipt)).toBe("RECEIPT_CHAIN");
  });
});

describe("3 validators", () => {
  test("the header must name the validator set of the genesis", async () => {
    expect(
      await verdict(changed(r => Object.assign(r.header, { validators: flipDigit(r.header.validators) }))),
    ).toBe("RECEIPT_VALIDATORS");
    expect(await verdict(changed(r => Object.assign(r.header, { epoch: 1 })))).toBe("RECEIPT_VALIDATORS");
  });
});

describe("4 certificate", () => {
  const signed = (signers: readonly number[]) =>
    changed(r => {
      r.certificate = chain.certificate(
        1,
        signers.map(at => chain.validators[at] ?? ed25519Key("nobody")),
      );
    });

  test("three of four are enough, two are not", async () => {
    expect(await verdict(signed([0, 1, 2]))).toBe("VERIFIED");
    expect(await verdict(signed([1, 2, 3]))).toBe("VERIFIED");
    expect(await verdict(signed([0, 1, 2, 3]))).toBe("VERIFIED");
    expect(await verdict(signed([0, 3]))).toBe("RECEIPT_CERTIFICATE");
    expect(await verdict(signed([]))).toBe("RECEIPT_CERTIFICATE");
  });

  test("one signer counted twice is refused", async () => {
    expect(await verdict(signed([0, 1, 1]))).toBe("RECEIPT_CERTIFICATE");
    expect(await verdict(signed([0, 0, 0, 0]))).toBe("RECEIPT_CERTIFICATE");
    expect(await verdict(signed([0, 1, 2, 2]))).toBe("RECEIPT_CERTIFICATE");
  });

  test("signers out of order are refused", async () => {
    expect(await verdict(signed([1, 0, 2]))).toBe("RECEIPT_CERTIFICATE");
  });

  test("a signer who is no member is refused, even beside a quorum", async () => {
    const receipt = signed([0, 1, 2]);
    const stranger = ed25519Key("stranger");
    const list = [
      ...receipt.certificate.signatures,
      { validator: stranger.key, signature: stranger.sign(utf8("x")) },
    ];
    receipt.certificate.signatures = list.sort((a: Loose, b: Loose) => (a.validator < b.validator ? -1 : 1));
    expect(await verdict(receipt)).toBe("RECEIPT_CERTIFICATE");
  });

  test("one flipped digit in any signature is refused, even beside a quorum", async () => {
    for (const at of [0, 1, 2, 3]) {
      const receipt = signed([0, 1, 2, 3]);
      const one = receipt.certificate.signatures[at];
      one.signature = flipDigit(one.signature, 40);
      expect(await verdict(receipt)).toBe("RECEIPT_CERTIFICATE");
    }
  });

  test("votes for another view, epoch or block are refused", async () => {
    for (const name of ["view", "parent_view", "epoch"]) {
      expect(await verdict(changed(r => Object.assign(r.certificate, { [name]: 7 })))).toBe(
        "RECEIPT_CERTIFICATE",
      );
    }
    expect(await verdict(changed(r => Object.assign(r, { certificate: chain.certificate(2) })))).toBe(
      "RECEIPT_CERTIFICATE",
    );
  });

  test("any changed name of the header breaks the certificate", async () => {
    const untouched = new Set(["chain", "validators", "epoch", "version"]);
    for (const name of Object.keys(sealedReceipt().header).filter(one => !untouched.has(one))) {
      const broken = changed(r => {
        const value = r.header[name];
        if (typeof value === "number") r.header[name] = value + 1;
        else if (typeof value === "string") r.header[name] = flipDigit(value);
        else value.end += 1;
      });
      expect(await verdict(broken), name).toBe("RECEIPT_CERTIFICATE");
      recertify(broken);
      expect(await verdict(broken), name).toBe("RECEIPT_CERTIFICATE");
    }
  });
});

describe("5 ancestry", () => {
  test("one flipped digit of the path is refused", async () => {
    const receipt = structuredClone(chain.receiptFile(1, 0, 3)) as Loose;
    receipt.ancestry.path.siblings[0] = flipDigit(receipt.ancestry.path.siblings[0]);
    expect(await verdict(receipt)).toBe("RECEIPT_ANCESTRY");
  });

  test("the height of the path must be the header's", async () => {
    const receipt = structuredClone(chain.receiptFile(1, 0, 3)) as Loose;
    receipt.ancestry.path.size = 2;
    expect(await verdict(receipt)).toBe("RECEIPT_ANCESTRY");
  });
});

describe("6 path", () => {
  test("one flipped digit, a missing or an extra sibling is refused", async () => {
    for (const change of [
      (siblings: string[]) => siblings.splice(0, 1, flipDigit(siblings[0] ?? "")),
      (siblings: string[]) => siblings.pop(),
      (siblings: string[]) => siblings.push("00".repeat(32)),
      (siblings: string[]) => siblings.reverse(),
    ]) {
      expect(await verdict(changed(r => change(r.receipt_path.siblings)))).toBe("RECEIPT_PATH");
    }
  });

  test("index and size must be those of the receipt and the header", async () => {
    expect(await verdict(changed(r => Object.assign(r.receipt_path, { index: 1 })))).toBe("RECEIPT_PATH");
    expect(await verdict(changed(r => Object.assign(r.receipt_path, { size: 6 })))).toBe("RECEIPT_PATH");
  });

  test("any changed name of the receipt is refused", async () => {
    for (const change of [
      { code: 1 },
      { height: 2 },
      { index: 1 },
      { time: 1 },
      { outcome: {} },
      { outcome: null },
    ]) {
      expect(await verdict(changed(r => Object.assign(r.receipt, change)))).toBe("RECEIPT_PATH");
    }
  });
});

describe("7 transaction", () => {
  const withBody = (change: (body: Loose) => void) =>
    changed(r => {
      const body = JSON.parse(r.transaction.body);
      change(body);
      r.transaction.body = JSON.stringify(body);
    });

  test("any changed byte of the body is refused", async () => {
    expect(await verdict(withBody(body => Object.assign(body, { salt: "00".repeat(16) })))).toBe(
      "RECEIPT_TRANSACTION",
    );
    expect(await verdict(withBody(body => Object.assign(body.arguments, { size: 2 })))).toBe(
      "RECEIPT_TRANSACTION",
    );
    expect(
      await verdict(changed(r => Object.assign(r.transaction, { body: `${r.transaction.body} ` }))),
    ).toBe("RECEIPT_TRANSACTION");
    expect(await verdict(changed(r => Object.assign(r.transaction, { body: "" })))).toBe(
      "RECEIPT_TRANSACTION",
    );
  });

  test("every signature must hold: the account's first, then those of the cosigners and no others", async () => {
    const change = (list: (signatures: Loose[]) => Loose[]) =>
      changed(r => Object.assign(r.transaction, { signatures: list(r.transaction.signatures) }));
    expect(await verdict(change(list => list))).toBe("VERIFIED");
    expect(await verdict(change(list => list.slice(0, 1)))).toBe("RECEIPT_TRANSACTION");
    expect(await verdict(change(() => []))).toBe("RECEIPT_TRANSACTION");
    expect(await verdict(change(list => [list[1], list[0]]))).toBe("RECEIPT_TRANSACTION");
    expect(await verdict(change(list => [list[0], list[0]]))).toBe("RECEIPT_TRANSACTION");
    expect(
      await verdict(change(([one, two]) => [one, { ...two, signature: flipDigit(two.signature) }])),
    ).toBe("RECEIPT_TRANSACTION");
    expect(
      await verdict(change(([one, two]) => [{ ...one, signature: flipDigit(one.signature) }, two])),
    ).toBe("RECEIPT_TRANSACTION");
    const message = utf8(sealedReceipt().transaction.body);
    const { key, sign } = ed25519Key("nobody named");
    expect(await verdict(change(list => [...list, { key, signature: sign(message) }]))).toBe(
      "RECEIPT_TRANSACTION",
    );
  });

  test("another transaction of the same block is refused", async () => {
    expect(await verdict(changed(r => Object.assign(r, { transaction: chain.at(1).envelopes[2] })))).toBe(
      "RECEIPT_TRANSACTION",
    );
  });
});

test("8 the receipt of a rejected transaction proves no deposit", async () => {
  expect(await verdict(structuredClone(chain.receiptFile(1, 4)))).toBe("RECEIPT_REJECTED");
});

describe("9 item", () => {
  const batchChanged = (change: (receipt: Loose) => void) => {
    const receipt = batchReceipt();
    change(receipt);
    return receipt;
  };

  test("an item belongs to a batch only", async () => {
    expect(await verdict(changed(r => Object.assign(r, { item: batchReceipt().item })))).toBe("RECEIPT_ITEM");
  });

  test("another commitment, size or sibling is refused", async () => {
    const { path } = batchReceipt().item;
    for (const change of [
      { commitment: intl.commitments[2] },
      { commitment: batchReceipt().item.commitment.replace("sha256", "sm3") },
      { path: { ...path, size: 6 } },
      { path: { ...path, index: 2 } },
      { path: { ...path, siblings: path.siblings.map((one: string) => flipDigit(one)) } },
      { path: { ...path, siblings: path.siblings.slice(1) } },
    ]) {
      expect(await verdict(batchChanged(r => Object.assign(r.item, change)))).toBe("RECEIPT_ITEM");
    }
  });

  test("an opening without its item opens nothing", async () => {
    expect(await verdict(batchChanged(r => Object.assign(r, { item: null })))).toBe("RECEIPT_OPENING");
  });
});

describe("10 opening", () => {
  test("content, salt, kind and size must be those committed", async () => {
    for (const change of [
      { content: `sha256:${"00".repeat(32)}` },
      { salt: flipDigit(SALT) },
      { salt: null },
      { kind: "open" },
      { kind: "open", salt: null },
      { file: { media_type: "text/plain", name: "x", size: CONTENT.length + 1 } },
      { file: { media_type: "text/html", name: "x", size: CONTENT.length } },
    ]) {
      expect(await verdict(changed(r => Object.assign(r.opening, change)))).toBe("RECEIPT_OPENING");
    }
    expect(await verdict({ ...openReceipt(), opening: { ...openOpening, salt: SALT } })).toBe(
      "RECEIPT_OPENING",
    );
    expect(await verdict({ ...openReceipt(), opening: { ...openOpening, kind: "sealed", salt: SALT } })).toBe(
      "RECEIPT_OPENING",
    );
  });

  test("the capture details must be those committed", async () => {
    expect(
      await verdict(changed(r => Object.assign(r.opening.capture.details, { title: "另一个标题" }))),
    ).toBe("RECEIPT_OPENING");
    expect(await verdict(changed(r => Object.assign(r.opening.capture, { salt: "00".repeat(32) })))).toBe(
      "RECEIPT_OPENING",
    );
    const batch = batchReceipt();
    batch.opening.capture = { details: DETAILS, salt: SALT };
    expect(await verdict(batch)).toBe("RECEIPT_OPENING");
  });

  test("an operation without a commitment has no opening", async () => {
    const receipt = { ...structuredClone(chain.receiptFile(1, 3)), opening: openOpening };
    expect(await verdict(receipt)).toBe("RECEIPT_OPENING");
  });
});

describe("11 file", () => {
  test("one flipped bit of the file is refused, at every byte", async () => {
    for (let at = 0; at < CONTENT.length; at += 1) {
      const flipped = CONTENT.slice();
      flipped[at] = (flipped[at] ?? 0) ^ 1;
      expect(await verdict(sealedReceipt(), fileOf(flipped))).toBe("RECEIPT_FILE");
    }
    expect(await verdict(openReceipt(), fileOf(CONTENT.slice(1)))).toBe("RECEIPT_FILE");
    expect(await verdict(batchReceipt(), fileOf(contents[2] ?? CONTENT))).toBe("RECEIPT_FILE");
  });

  test("a sealed deposit says nothing about a file without its opening", async () => {
    expect(
      await verdict(
        changed(r => Object.assign(r, { opening: null })),
        fileOf(CONTENT),
      ),
    ).toBe("RECEIPT_FILE");
  });

  test("a file beside a receipt that is no deposit is refused", async () => {
    expect(await verdict(structuredClone(chain.receiptFile(1, 3)), fileOf(CONTENT))).toBe("RECEIPT_FILE");
    expect(await verdict(structuredClone(chain.receiptFile(1, 2)), fileOf(CONTENT))).toBe("RECEIPT_FILE");
  });

  test("a file that cannot be read is refused without an exception", async () => {
    const gone = { size: CONTENT.length, digest: () => Promise.reject(new Error("gone")) };
    expect(await verdict(sealedReceipt(), gone)).toBe("RECEIPT_FILE");
  });
});

test("any flipped bit of the text of a receipt is refused, or changes only the holder's own note", async () => {
  const text = utf8(JSON.stringify(sealedReceipt()));
  const note = new TextDecoder().decode(text);
  const noteStart = utf8(note.slice(0, note.indexOf('"name":"协议'))).length;
  const noteEnd = noteStart + utf8('"name":"协议.txt"').length;
  // Every seventh byte with another bit each time: all kinds of places within a few seconds.
  for (let at = 0; at < text.length; at += 7) {
    const flipped = text.slice();
    flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
    const answer = await verdict(flipped);
    if (at < noteStart || at >= noteEnd) expect(answer, `byte ${at}`).not.toBe("VERIFIED");
  }
}, 60_000);

test("the steps up to the failure have passed and those after it are skipped", async () => {
  const bytes = utf8(JSON.stringify(changed(r => Object.assign(r.receipt, { code: 1 }))));
  const { steps, result } = await verifyReceipt(bytes, [chain.chain]);
  expect(result).toBe("RECEIPT_PATH");
  expect(steps.map(one => one.reason)).toEqual(STEPS);
  expect(steps.map(one => one.state)).toEqual([
    "passed",
    "passed",
    "passed",
    "passed",
    "absent",
    "failed",
    "skipped",
    "skipped",
    "skipped",
    "skipped",
    "skipped",
  ]);
});

test("the digest of bytes is written in lower case", () => {
  expect(toHex(Uint8Array.of(0xab))).toBe("ab");
});
