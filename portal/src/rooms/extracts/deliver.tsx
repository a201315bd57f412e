import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { nodeNow } from "../../api/client";
import { askerOf, type Grant, grantsQuery, markExtract } from "../../api/extracts";
import { Problem } from "../../api/problem";
import { homeChainQuery } from "../../api/queries";
import type { OfficerPost } from "../../api/session";
import type { Asked } from "../../components/act/act-sheet";
import { Answered } from "../../components/answered";
import { DropZone } from "../../components/drop-zone";
import { SelectField, TextField } from "../../components/field";
import { FieldChips } from "../../components/field-chips";
import { type ChosenFile, readChosen } from "../../components/file-bytes";
import { formatSize } from "../../components/format";
import { usePostText } from "../../components/gate";
import { purposeText, useNames } from "../../components/names";
import { Failure, Notice } from "../../components/notice";
import { useDraft } from "../../components/use-draft";
import { useLanguage } from "../../components/use-language";
import { toBase64url } from "../../ledger/base64url";
import { headerOf } from "../../ledger/extract";
import { parseDigest } from "../../verify/digest";
import { isObject, type Json } from "../../verify/json";
import { declaredColumns } from "./columns";

/** A code of the ledger: it stands in file names and other programs. */
const NUMBER = /^[a-z0-9_-]{1,64}$/;
/** Under which name the form of a request is kept until something is delivered under it. */
export const deliverDraft = (request: string) => `deliver ${request}`;

function Form({ grant, post, onAct }: { grant: Grant; post: OfficerPost; onAct: (asked: Asked) => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const nameOf = useNames();
  const postText = usePostText();
  const { data: home } = useQuery(homeChainQuery);
  const { form, change } = useDraft(deliverDraft(grant.id), {
    number: "",
    receiver: "",
    key: "",
    columns: "",
  });
  const [file, setFile] = useState<ChosenFile | null>(null);
  const [wrongFile, setWrongFile] = useState(false);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const chain = home?.chain ?? null;
  const asker = useQuery({
    queryKey: ["ask", "asker", grant.id],
    enabled: chain !== null,
    queryFn: () => askerOf(grant, chain ?? ""),
  });
  const names = file === null ? [] : headerOf(file.bytes);
  const key = names.includes(form.key) ? form.key : (names[0] ?? "");
  const columns = declaredColumns(form.columns);
  const receiver = form.receiver.trim() === "" ? (asker.data ?? "") : form.receiver.trim();
  const beyond = names.filter(one => !grant.fields.includes(one));
  const errors = {
    number: NUMBER.test(form.number.trim()) ? null : t("extracts.error.number"),
    receiver: parseDigest(receiver) === null ? t("extracts.error.receiver") : null,
    columns: columns === null ? t("extracts.error.columns") : null,
  };
  const good = file !== null && Object.values(errors).every(one => one === null);

  async function choose(chosen: File | undefined): Promise<void> {
    if (chosen === undefined) return;
    const read = await readChosen(chosen);
    setWrongFile(read === null);
    setFile(read);
  }

  async function mark(): Promise<void> {
    setTried(true);
    setError(null);
    if (!good || file === null || columns === null) return;
    setBusy(true);
    try {
      const { arguments: given, seal } = await markExtract({
        request: grant.id,
        post: receiver,
        number: form.number.trim(),
        key,
        file: toBase64url(file.bytes),
        ...(Object.keys(columns).length === 0 ? {} : { columns }),
      });
      if (!isObject(given as Json)) throw new Problem({ status: 200, code: "ANSWER_UNREADABLE" });
      onAct({
        operation: "sharing.extract_deliver",
        arguments: given as Asked["arguments"],
        seal: { key: seal, asAccount: false },
        as: postText(post),
      });
    } catch (caught) {
      setError(caught);
    } finally {
      setBusy(false);
    }
  }

  return (
    <form
      className="inset"
      noValidate
      onSubmit={event => {
        event.preventDefault();
        void mark();
      }}
    >
      <DropZone
        label={t("extracts.file")}
        hint={t("extracts.fileHint")}
        accept=".csv,text/csv"
        onFiles={([chosen]) => void choose(chosen)}
      />
      {file && (
        <p className="receipt-facts">
          <strong>{file.name}</strong>
          <span>{formatSize(file.bytes.length, language)}</span>
        </p>
      )}
      {wrongFile && <p className="error">{t("extracts.error.size")}</p>}
      {tried && file === null && !wrongFile && <p className="error">{t("extracts.error.file")}</p>}
      {names.length > 0 && (
        <SelectField
          label={t("extracts.key")}
          hint={t("extracts.keyHint")}
          value={key}
          options={names.map(one => [one, one] as const)}
          onChange={value => change({ key: value })}
        />
      )}
      {beyond.length > 0 && (
        <Notice
          tone="warn"
          title={t("extracts.beyond", { fields: beyond.join(t("common.listSeparator")) })}
        />
      )}
      <TextField
        label={t("extracts.number")}
        hint={t("extracts.numberHint")}
        value={form.number}
        error={tried ? errors.number : null}
        onChange={value => change({ number: value })}
      />
      <TextField
        label={t("extracts.to")}
        hint={t(asker.data ? "extracts.toAsker" : "extracts.toHint", { name: nameOf(grant.requester) })}
        value={form.receiver}
        error={tried ? errors.receiver : null}
        onChange={value => change({ receiver: value })}
      />
      <details>
        <summary>{t("extracts.columns")}</summary>
        <TextField
          label={t("extracts.columnsName")}
          hint={t("extracts.columnsHint")}
          lines={3}
          value={form.columns}
          error={errors.columns}
          onChange={value => change({ columns: value })}
        />
      </details>
      {error !== null && <Failure error={error} />}
      {error instanceof Problem && error.code === "DESK_ROWS" && (
        <p className="hint" lang="en">
          {error.message}
        </p>
      )}
      <p className="actions">
        <button type="submit" className="button button-main" disabled={busy}>
          {t(busy ? "extracts.marking" : "extracts.markAndCheck")}
        </button>
      </p>
    </form>
  );
}

/** The granted requests to this body, each with the way to deliver under it. */
export function Deliver({ post, onAct }: { post: OfficerPost; onAct: (asked: Asked) => void }) {
  const { t } = useTranslation();
  const nameOf = useNames();
  const grants = useQuery(grantsQuery(post.body));
  const [open, setOpen] = useState<string | null>(null);
  const [now, setNow] = useState(nodeNow);
  // What is in force is judged when the list comes.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each answer.
  useEffect(() => setNow(nodeNow()), [grants.data]);
  return (
    <section aria-labelledby="deliver">
      <h2 id="deliver">{t("extracts.deliver")}</h2>
      <p className="hint">{t("extracts.deliverHint")}</p>
      <Answered query={grants}>
        {data => {
          const own = data.value
            .map(({ value }) => value)
            .filter(one => one.owner === post.body && one.granted && one.until > now);
          return own.length === 0 ? (
            <p className="empty">{t("extracts.noGrants")}</p>
          ) : (
            <ul className="row-list">
              {own.map(grant => (
                <li key={grant.id}>
                  <p className="row-title">
                    <strong>{nameOf(grant.requester)}</strong> <span>{grant.resource}</span>
                  </p>
                  <p className="receipt-facts hint">
                    <span>{grant.need}</span>
                    <span>
                      {t("common.pair", {
                        name: t("act.argument.purpose"),
                        value: purposeText(t, grant.purpose),
                      })}
                    </span>
                  </p>
                  <FieldChips fields={grant.fields} />
                  <p className="actions">
                    <button
                      type="button"
                      className="button"
                      aria-expanded={open === grant.id}
                      onClick={() => setOpen(open === grant.id ? null : grant.id)}
                    >
                      {t("act.op.extractDeliver.name")}
                    </button>
                  </p>
                  {open === grant.id && <Form grant={grant} post={post} onAct={onAct} />}
                </li>
              ))}
            </ul>
          );
        }}
      </Answered>
    </section>
  );
}
