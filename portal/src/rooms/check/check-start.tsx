import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { ask } from "../../api/ask";
import { TextField } from "../../components/field";
import { Page } from "../../components/page";
import { parseDigest } from "../../verify/digest";

/** The number of a certificate in what somebody typed or pasted: the number itself, or the address behind its QR code. */
export function numberIn(text: string): string | null {
  const last =
    text
      .trim()
      .replace(/[?#].*$/, "")
      .split("/")
      .at(-1) ?? "";
  let number = last;
  try {
    number = decodeURIComponent(last);
  } catch {
    // A stray percent sign: no number either way.
  }
  return parseDigest(number) === null ? null : number;
}

/** The page of a number: licences and certificates have numbers of one form, so the ledger is asked which it is. */
async function pageOf(number: string): Promise<string> {
  const questions = [{ question: "approval.licence_standing", about: { licence: number } }];
  const licence = await ask(questions).then(
    ({ value: [answer] }) => answer?.problem === null,
    () => false,
  );
  return `/${licence ? "licence" : "certificate"}/${encodeURIComponent(number)}`;
}

/** For whoever has no camera at hand: the number under the QR code, typed or pasted. */
export function CheckStart() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [text, setText] = useState("");
  const [wrong, setWrong] = useState(false);
  return (
    <Page title={t("check.title")} lead={t("check.lead")}>
      <form
        className="card"
        noValidate
        onSubmit={event => {
          event.preventDefault();
          const number = numberIn(text);
          setWrong(number === null);
          if (number !== null) void pageOf(number).then(page => navigate(page));
        }}
      >
        <TextField
          label={t("check.start.number")}
          hint={t("check.start.hint")}
          value={text}
          onChange={value => {
            setText(value);
            setWrong(false);
          }}
          error={wrong ? t("check.start.wrong") : null}
          required
        />
        <p className="actions">
          <button type="submit" className="button button-main">
            {t("check.start.look")}
          </button>
        </p>
      </form>
    </Page>
  );
}
