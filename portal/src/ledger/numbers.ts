// Chinese identifiers with their check digits: the citizen number (GB 11643) and the unified social credit code (GB 32100).

const CITIZEN = /^\d{17}[\dX]$/;
const CITIZEN_CHECK = "10X98765432";

/** The number as it is written: without spaces, the last letter large. */
export function normaliseNumber(text: string): string {
  return text.replaceAll(/\s/g, "").toUpperCase();
}

/** Whether a citizen number has its form, a real birth date, and the right check digit. */
export function citizenNumberValid(text: string): boolean {
  if (!CITIZEN.test(text)) return false;
  const [year, month, day] = [text.slice(6, 10), text.slice(10, 12), text.slice(12, 14)].map(Number);
  const date = new Date(Date.UTC(year ?? 0, (month ?? 0) - 1, day ?? 0));
  if (date.getUTCMonth() + 1 !== month || date.getUTCDate() !== day || date.getUTCFullYear() !== year)
    return false;
  let sum = 0;
  for (let at = 0; at < 17; at += 1) sum += Number(text[at]) * (2 ** (17 - at) % 11);
  return CITIZEN_CHECK[sum % 11] === text[17];
}

const CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY";
const CODE_WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

const BODY_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2];

/** Whether the nine characters of an organisation code (GB 11714) fit its own check character. */
function bodyCodeValid(body: string): boolean {
  const sum = BODY_WEIGHTS.reduce(
    (total, weight, at) => total + weight * Number.parseInt(body[at] ?? "", 36),
    0,
  );
  const check = body[8] === "X" ? 10 : Number(body[8]);
  return (sum + check) % 11 === 0;
}

/** Whether a unified social credit code has its form, a division, and both check characters: its own, and that of the organisation code in it. */
export function creditCodeValid(text: string): boolean {
  if (!/^..(?!00)\d{6}/.test(text) || text.length !== 18) return false;
  const values = [...text].map(one => CODE_ALPHABET.indexOf(one));
  if (values.some(value => value < 0)) return false;
  const sum = CODE_WEIGHTS.reduce((total, weight, at) => total + weight * (values[at] ?? 0), 0);
  return (31 - (sum % 31)) % 31 === values[17] && bodyCodeValid(text.slice(8, 17));
}

/** Whether a citizen number stands in a text, by itself and not within a longer run of letters and digits. */
export function holdsCitizenNumber(text: string): boolean {
  return [...text.matchAll(/(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])/g)].some(([number]) =>
    citizenNumberValid(normaliseNumber(number)),
  );
}
