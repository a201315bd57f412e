// SM3 (GB/T 32905-2016), streaming.

const BLOCK = 64;
const INITIAL = [
  0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e,
] as const;

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

// T_j <<< (j mod 32), section 4.2.
const CONSTANTS = Int32Array.from({ length: 64 }, (_, j) => rotate(j < 16 ? 0x79cc4519 : 0x7a879d8a, j % 32));

/** One running SM3 computation. */
export class Sm3 {
  private readonly state = Int32Array.from(INITIAL);
  private readonly pending = new Uint8Array(BLOCK);
  private readonly words = new Int32Array(68);
  private filled = 0;
  private length = 0;

  /** Takes the next bytes of the message. */
  update(data: Uint8Array): this {
    this.length += data.length;
    let at = 0;
    if (this.filled > 0) {
      at = Math.min(BLOCK - this.filled, data.length);
      this.pending.set(data.subarray(0, at), this.filled);
      this.filled += at;
      if (this.filled < BLOCK) return this;
      this.compress(new DataView(this.pending.buffer), 0);
      this.filled = 0;
    }
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    for (; at + BLOCK <= data.length; at += BLOCK) this.compress(view, at);
    this.pending.set(data.subarray(at));
    this.filled = data.length - at;
    return this;
  }

  /** A computation of its own that goes on from here. */
  copy(): Sm3 {
    const other = new Sm3();
    other.state.set(this.state);
    other.pending.set(this.pending);
    other.filled = this.filled;
    other.length = this.length;
    return other;
  }

  /** The 32 bytes of the digest. Nothing may be added afterwards. */
  digest(): Uint8Array {
    const bits = this.length * 8;
    const padding = new Uint8Array((this.filled < 56 ? 56 : 120) - this.filled + 8);
    padding[0] = 0x80;
    const tail = new DataView(padding.buffer, padding.length - 8);
    tail.setUint32(0, Math.floor(bits / 2 ** 32));
    tail.setUint32(4, bits >>> 0);
    this.update(padding);
    const digest = new DataView(new ArrayBuffer(32));
    for (const [at, word] of this.state.entries()) digest.setInt32(4 * at, word);
    return new Uint8Array(digest.buffer);
  }

  private compress(view: DataView, offset: number): void {
    const w = this.words;
    const word = (at: number): number => w[at] ?? 0;
    for (let j = 0; j < 16; j += 1) w[j] = view.getInt32(offset + 4 * j);
    for (let j = 16; j < 68; j += 1) {
      const x = word(j - 16) ^ word(j - 9) ^ rotate(word(j - 3), 15);
      // P1(x), section 4.4.
      w[j] = x ^ rotate(x, 15) ^ rotate(x, 23) ^ rotate(word(j - 13), 7) ^ word(j - 6);
    }
    const s = this.state;
    let [a, b, c, d, e, f, g, h] = s as unknown as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    for (let j = 0; j < 64; j += 1) {
      const a12 = rotate(a, 12);
      const ss1 = rotate((a12 + e + (CONSTANTS[j] ?? 0)) | 0, 7);
      const ff = j < 16 ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
      const gg = j < 16 ? e ^ f ^ g : (e & f) | (~e & g);
      const tt1 = (ff + d + (ss1 ^ a12) + (word(j) ^ word(j + 4))) | 0;
      const tt2 = (gg + h + ss1 + word(j)) | 0;
      d = c;
      c = rotate(b, 9);
      b = a;
      a = tt1;
      h = g;
      g = rotate(f, 19);
      f = e;
      // P0(tt2), section 4.4.
      e = tt2 ^ rotate(tt2, 9) ^ rotate(tt2, 17);
    }
    [a, b, c, d, e, f, g, h].forEach((value, at) => {
      s[at] = (s[at] ?? 0) ^ value;
    });
  }
}
