import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Entry, PUBLICITIES } from "../../api/listings";
import type { OfficerPost } from "../../api/session";
import type { Asked } from "../../components/act/act-sheet";
import { useNow } from "../../components/due-lamp";
import { SelectField, TextField } from "../../components/field";
import { useStep } from "../../components/listing/use-step";
import { type Paper, PaperField } from "../../components/paper-field";
import { Time } from "../../components/time";

const CODE = /^[a-z0-9_-]{1,64}$/;

interface Part {
  readonly id: string;
  readonly entry: Entry;
  readonly post: OfficerPost;
  readonly onAct: (asked: Asked) => void;
}

/** A step that needs a paper, and perhaps a text. */
function PaperStep({
  part: { id, entry, post, onAct },
  operation,
  hint,
  text,
  warning,
}: {
  part: Part;
  operation:
    | "sharing.listing_notify"
    | "sharing.listing_decide"
    | "sharing.listing_remove"
    | "sharing.listing_annul";
  hint: string;
  /** The argument that the text is, with its name and the most bytes. */
  text?: readonly ["number" | "basis", string, number];
  warning?: string;
}) {
  const { t } = useTranslation();
  const { ready, step } = useStep(id, entry, post, onAct);
  const [paper, setPaper] = useState<Paper | null>(null);
  const [written, setWritten] = useState("");
  const value = written.trim();
  const long = text !== undefined && new TextEncoder().encode(value).length > text[2];
  const complete = paper !== null && (text === undefined || (value !== "" && !long));
  return (
    <form
      onSubmit={event => {
        event.preventDefault();
        if (!complete || paper === null) return;
        step(
          operation,
          { document: paper.digest, ...(text === undefined ? {} : { [text[0]]: value }) },
          warning,
        );
      }}
    >
      {text && (
        <TextField
          label={text[1]}
          value={written}
          error={long ? t("listings.tooLong") : null}
          onChange={setWritten}
        />
      )}
      <PaperField label={t("act.argument.document")} hint={hint} paper={paper} onChange={setPaper} />
      <p className="actions">
        <button type="submit" className="button button-main" disabled={!ready || !complete}>
          {t("act.toCheck")}
        </button>
      </p>
    </form>
  );
}

/** The answer to an objection: the entry is kept, or corrected in what it says. */
function AnswerStep({ id, entry, post, onAct }: Part) {
  const { t } = useTranslation();
  const { ready, step } = useStep(id, entry, post, onAct);
  const [answer, setAnswer] = useState("kept");
  const [facts, setFacts] = useState(entry.facts);
  const [number, setNumber] = useState(entry.number ?? "");
  const [publicity, setPublicity] = useState(entry.publicity);
  const [paper, setPaper] = useState<Paper | null>(null);
  const what = {
    ...(facts === entry.facts ? {} : { facts }),
    ...(number.trim() === (entry.number ?? "") ? {} : { number: number.trim() }),
    ...(publicity === entry.publicity ? {} : { publicity }),
  };
  const corrected = answer === "corrected";
  const good = !corrected || (Object.keys(what).length > 0 && CODE.test(facts) && number.trim() !== "");
  return (
    <form
      onSubmit={event => {
        event.preventDefault();
        if (paper === null || !good) return;
        step("sharing.listing_answer", {
          answer,
          document: paper.digest,
          ...(corrected ? { what } : {}),
        });
      }}
    >
      <SelectField
        label={t("act.argument.answer")}
        value={answer}
        options={[
          ["kept", t("listings.finding.kept")],
          ["corrected", t("listings.finding.corrected")],
        ]}
        onChange={setAnswer}
      />
      {corrected && (
        <>
          <TextField
            label={t("act.argument.facts")}
            value={facts}
            error={CODE.test(facts) ? null : t("listings.factsWrong")}
            onChange={setFacts}
          />
          <TextField label={t("act.argument.number")} value={number} onChange={setNumber} />
          <SelectField
            label={t("act.argument.publicity")}
            value={publicity}
            options={PUBLICITIES.map(one => [one, t(`listings.publicity.${one}`)] as const)}
            onChange={setPublicity}
          />
        </>
      )}
      <PaperField
        label={t("act.argument.document")}
        hint={t("listings.paper.answer")}
        paper={paper}
        onChange={setPaper}
      />
      <p className="actions">
        <button type="submit" className="button button-main" disabled={!ready || paper === null || !good}>
          {t("act.toCheck")}
        </button>
      </p>
    </form>
  );
}

/** What the entering authority can do with an entry as it stands: each step behind its name, and why one cannot be done yet. */
export function OfficerSteps(part: Part) {
  const { t } = useTranslation();
  const now = useNow();
  const { entry } = part;
  const [open, setOpen] = useState<string | null>(null);
  const heard = entry.statementDue !== null && entry.statementDue.end <= now;
  const removable = entry.removable !== null && entry.removable <= now;
  const steps = [
    ["notify", t("act.op.listingNotify.name"), entry.state === "proposed"],
    ["decide", t("act.op.listingDecide.name"), entry.state === "notified" && heard],
    ["answer", t("act.op.listingAnswer.name"), entry.state === "active" && entry.objection === "pending"],
    ["remove", t("act.op.listingRemove.name"), entry.state === "active" && removable],
    ["annul", t("act.op.listingAnnul.name"), true],
  ] as const;
  return (
    <>
      {entry.state === "notified" && !heard && entry.statementDue && (
        <p className="hint">
          {t("listings.notHeard")} <Time ms={entry.statementDue.end} />
        </p>
      )}
      {entry.state === "notified" && heard && <p className="hint">{t("listings.otherOfficer")}</p>}
      {entry.state === "active" && !removable && entry.removable !== null && (
        <p className="hint">
          {t("listings.notRemovable")} <Time ms={entry.removable} />
        </p>
      )}
      <p className="actions">
        {steps
          .filter(([, , offered]) => offered)
          .map(([step, name]) => (
            <button
              key={step}
              type="button"
              className={step === "annul" ? "button button-quiet" : "button"}
              aria-expanded={open === step}
              onClick={() => setOpen(open === step ? null : step)}
            >
              {name}
            </button>
          ))}
      </p>
      {open !== null && steps.some(([step, , offered]) => step === open && offered) && (
        <div className="inset">
          {open === "notify" && (
            <PaperStep part={part} operation="sharing.listing_notify" hint={t("listings.paper.notify")} />
          )}
          {open === "decide" && (
            <PaperStep
              part={part}
              operation="sharing.listing_decide"
              hint={t("listings.paper.decide")}
              text={["number", t("act.argument.number"), 64]}
            />
          )}
          {open === "answer" && <AnswerStep {...part} />}
          {open === "remove" && (
            <PaperStep part={part} operation="sharing.listing_remove" hint={t("listings.paper.remove")} />
          )}
          {open === "annul" && (
            <PaperStep
              part={part}
              operation="sharing.listing_annul"
              hint={t("listings.paper.annul")}
              text={["basis", t("act.argument.basis"), 256]}
              warning={t("listings.annulWarning")}
            />
          )}
        </div>
      )}
    </>
  );
}
