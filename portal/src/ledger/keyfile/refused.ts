/**
 * Why a key file (密钥文件) is not opened or not made: it is none, its key lies open, it uses an algorithm that is not known here,
 * its passphrase is too cheap to guess, the passphrase is wrong or the file was changed, it holds a key of another kind, its
 * two halves do not belong together, the new passphrase is too short, or the person did not unlock it.
 */
export type KeyFileReason =
  | "format"
  | "open"
  | "algorithm"
  | "weak"
  | "passphrase"
  | "kind"
  | "halves"
  | "short"
  | "locked";

/** A key file is not opened or not made, for the reason given. */
export class KeyFileRefused extends Error {
  readonly reason: KeyFileReason;

  constructor(reason: KeyFileReason) {
    super(reason);
    this.name = "KeyFileRefused";
    this.reason = reason;
  }
}
