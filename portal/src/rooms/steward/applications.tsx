import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import {
  confirmApplication,
  type Opened,
  openApplication,
  type Queued,
  queueQuery,
  REFUSAL_REASONS,
  type RefusalReason,
  refuseApplication,
} from "../../api/applications";
import type { OfficerPost } from "../../api/session";
import type { Asked } from "../../components/act/act-sheet";
import { Badge } from "../../components/badge";
import { Digest } from "../../components/digest";
import { Facts } from "../../components/facts";
import { SelectField, TextField } from "../../components/field";
import { usePostText } from "../../components/gate";
import { useSeals } from "../../components/names";
import { Failure, Notice } from "../../components/notice";
import { Time } from "../../components/time";

/** Wrong codes that an application bears; the desk counts them. */
const MOST_TRIES = 5;
const CODE = /^\d{8}$/;

/** An application that was opened: what the person says, the identity check, and the two ways out. */
function Decide({
  opened,
  post,
  onAct,
  onDone,
}: {
  opened: Opened;
  post: OfficerPost;
  onAct: (asked: Asked) => void;
  onDone: () => void;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const postText = usePostText();
  const seal = useSeals()(post.body);
  const [code, setCode] = useState("");
  const [reason, setReason] = useState<RefusalReason>("facts");
  const [refusing, setRefusing] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const digits = code.replaceAll(/\s/g, "");

  async function run(step: () => Promise<void>): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      await step();
    } catch (caught) {
      setError(caught);
      // A wrong code is counted, and the last one ends the application.
      await client.invalidateQueries({ queryKey: ["applications"] });
    } finally {
      setBusy(false);
    }
  }

  const confirm = () =>
    run(async () => {
      if (seal === null) return;
      const enrolment = await confirmApplication(opened.application, digits);
      onAct({
        operation: "identity.enrol",
        arguments: enrolment,
        seal: { key: seal, asAccount: false },
        as: postText(post),
        warning: t("queue.warning"),
      });
    });

  const refuse = () =>
    run(async () => {
      await refuseApplication(opened.application, reason);
      await client.invalidateQueries({ queryKey: ["applications"] });
      onDone();
    });

  return (
    <div className="inset">
      <Facts
        items={[
          [t("apply.name"), opened.facts.name],
          [t("enrol.number"), opened.facts.number],
          [t("enrol.key"), <Digest key="k" value={opened.account} />],
        ]}
      />
      <p className="hint">{t("queue.how")}</p>
      <form
        className="inline-form"
        autoComplete="off"
        onSubmit={event => {
          event.preventDefault();
          void confirm();
        }}
      >
        <TextField
          inputMode="numeric"
          label={t("apply.code")}
          hint={t("queue.codeHint")}
          value={code}
          onChange={setCode}
        />
        <button
          type="submit"
          className="button button-main"
          disabled={busy || seal === null || !CODE.test(digits)}
        >
          {t("queue.confirm")}
        </button>
      </form>
      {error !== null && <Failure error={error} />}
      <p className="actions">
        <button
          type="button"
          className="button"
          aria-expanded={refusing}
          onClick={() => setRefusing(!refusing)}
        >
          {t("queue.refuse")}
        </button>
        <button type="button" className="button button-quiet" onClick={onDone}>
          {t("common.close")}
        </button>
      </p>
      {refusing && (
        <form
          onSubmit={event => {
            event.preventDefault();
            void refuse();
          }}
        >
          <SelectField
            label={t("act.argument.reason")}
            value={reason}
            options={REFUSAL_REASONS.filter(one => one !== "code").map(
              one => [one, t(`apply.reason.${one}`)] as const,
            )}
            onChange={value => setReason(REFUSAL_REASONS.find(one => one === value) ?? "facts")}
          />
          <p className="hint">{t("queue.refuseHint")}</p>
          <p className="actions">
            <button type="submit" className="button button-danger" disabled={busy}>
              {t("queue.refuseNow")}
            </button>
          </p>
        </form>
      )}
    </div>
  );
}

function QueueRow({ item, post, onAct }: { item: Queued; post: OfficerPost; onAct: (asked: Asked) => void }) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState<Opened | null>(null);
  const [error, setError] = useState<unknown>(null);
  const reason = REFUSAL_REASONS.find(one => one === item.reason);
  const waiting = item.state === "waiting";
  return (
    <li>
      <p className="row-title">
        <Badge tone={waiting ? "warn" : "plain"}>{t(waiting ? "queue.waiting" : "queue.refused")}</Badge>{" "}
        <Digest value={item.account} />
      </p>
      <p className="receipt-facts hint">
        <span>
          {t("apply.made")} <Time ms={item.made} />
        </span>
        <span>
          {t("apply.until")} <Time ms={item.until} />
        </span>
        {item.tries > 0 && waiting && (
          <span>{t("queue.tries", { n: item.tries, left: MOST_TRIES - item.tries })}</span>
        )}
        {reason && <span>{t(`apply.reason.${reason}`)}</span>}
      </p>
      {error !== null && <Failure error={error} />}
      {waiting && opened === null && (
        <p className="actions">
          <button
            type="button"
            className="button"
            onClick={() => void openApplication(item.application).then(setOpened).catch(setError)}
          >
            {t("queue.open")}
          </button>
        </p>
      )}
      {waiting && opened !== null && (
        <Decide opened={opened} post={post} onAct={onAct} onDone={() => setOpened(null)} />
      )}
    </li>
  );
}

/** The queue of applications for enrolment: open one, identify the person, confirm or refuse. */
export function ApplicationQueue({ post, onAct }: { post: OfficerPost; onAct: (asked: Asked) => void }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(queueQuery);
  return (
    <section aria-labelledby="applications">
      <h2 id="applications">{t("queue.title")}</h2>
      <p className="hint">{t("queue.hint")}</p>
      {error && data === undefined && <Failure error={error} retry={() => void refetch()} />}
      {data === undefined && !error && <Notice tone="info" title={t("common.loading")} />}
      {data && data.items.length === 0 && <p className="empty">{t("queue.none")}</p>}
      {data && data.items.length > 0 && (
        <ul className="row-list">
          {data.items.map(one => (
            <QueueRow key={one.application} item={one} post={post} onAct={onAct} />
          ))}
        </ul>
      )}
    </section>
  );
}
