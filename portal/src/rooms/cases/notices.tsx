// What was told to the applicant of a case and how it reached him, the same to both sides; and by what the applicant wants to be told.

import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Case } from "../../api/cases";
import { type CaseNotice, CHANNELS, type Channel } from "../../api/notices";
import type { Asked } from "../../components/act/act-sheet";
import { Badge } from "../../components/badge";
import { Facts } from "../../components/facts";
import { SelectField, TextField } from "../../components/field";
import { Failure } from "../../components/notice";
import { Time } from "../../components/time";
import { ensureAccount } from "../../ledger/identity";
import { deskKey, handIn } from "../../ledger/materials";
import { utf8 } from "../../verify/bytes";

interface Part {
  readonly value: Case;
  readonly onAct: (asked: Asked) => void;
}

/** How a notice reached its addressee, or why it did not. */
function Reached({ notice }: { notice: CaseNotice }) {
  const { t } = useTranslation();
  const last = notice.dispatches.at(-1);
  return (
    <Facts
      items={[
        [
          t("notices.served"),
          notice.served === null ? (
            t("notices.notServed")
          ) : (
            <span key="served">
              <Time ms={notice.served.time} /> {t(`notices.how.${notice.served.how}`)}
            </span>
          ),
        ],
        [
          t("notices.mail"),
          last === undefined ? null : (
            <span key="mail">
              <Time ms={last.sent} />{" "}
              {last.failed !== null
                ? t(`notices.failed.${last.failed}`)
                : t(last.received === null ? "notices.passedOn" : "notices.arrived")}
            </span>
          ),
        ],
        [t("notices.opened"), notice.opened === null ? null : <Time key="o" ms={notice.opened} />],
      ]}
    />
  );
}

function toneOf(notice: CaseNotice): "good" | "bad" | "warn" {
  if (notice.served !== null) return "good";
  return notice.dispatches.at(-1)?.failed == null ? "warn" : "bad";
}

function wordOf(notice: CaseNotice): "isServed" | "isFailed" | "isSent" | "isWaiting" {
  if (notice.served !== null) return "isServed";
  const last = notice.dispatches.at(-1);
  if (last === undefined) return "isWaiting";
  return last.failed === null ? "isSent" : "isFailed";
}

/** The notices of a case, the newest first. The applicant opens one by signing that. */
export function CaseNotices({ value, own, onAct }: Part & { own: boolean }) {
  const { t } = useTranslation();
  if (value.notices.length === 0 && !own) return null;
  return (
    <section aria-labelledby="notices">
      <h2 id="notices">{t("notices.title")}</h2>
      {value.notices.length === 0 && <p className="empty">{t("notices.none")}</p>}
      <ul className="row-list">
        {value.notices.toReversed().map(notice => (
          <li key={notice.number}>
            <p className="row-title">
              <strong>{t(`notices.kind.${notice.kind}`)}</strong>{" "}
              <Badge tone={toneOf(notice)}>{t(`notices.${wordOf(notice)}`)}</Badge>{" "}
              <span className="hint">
                <Time ms={notice.time} />
              </span>
            </p>
            <Reached notice={notice} />
            {own && notice.opened === null && (
              <p className="actions">
                <button
                  type="button"
                  className="button button-main"
                  onClick={() =>
                    onAct({
                      operation: "approval.notice_opened",
                      arguments: { case: value.number, notice: notice.number },
                    })
                  }
                >
                  {t("notices.open")}
                </button>
              </p>
            )}
          </li>
        ))}
      </ul>
      {own && <Served value={value} onAct={onAct} />}
    </section>
  );
}

/** One `@` with something on both sides, and nothing that breaks a line; the server of the mailbox knows the rest. */
const ADDRESS = /^[!-?A-~]{1,64}@[A-Za-z0-9.-]{3,189}$/;

/** The agreement to electronic service: by the portal, by e-mail, or none. */
function Served({ value, onAct }: Part) {
  const { t } = useTranslation();
  const now = value.service?.by ?? "";
  const [by, setBy] = useState<string>(now);
  const [email, setEmail] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const channel: Channel | null = CHANNELS.find(one => one === by) ?? null;
  const address = email.trim();
  const ready = channel === "email" ? ADDRESS.test(address) : by !== now;

  async function go(): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      const given = { case: value.number, ...(channel === null ? {} : { by: channel }) };
      if (channel !== "email") {
        onAct({ operation: "approval.serve", arguments: given });
        return;
      }
      // Sealed to the department like every material; the ledger has its digest alone.
      const { id } = await ensureAccount();
      const to = { key: await deskKey(value.department), account: id, department: value.department };
      const file = {
        name: "contact.json",
        type: "application/json",
        bytes: utf8(JSON.stringify({ email: address })),
      };
      const { material } = await handIn(file, to);
      onAct({
        operation: "approval.serve",
        arguments: { ...given, contact: material },
        about: <Facts items={[[t("notices.email"), address]]} />,
      });
    } catch (caught) {
      setError(caught);
    } finally {
      setBusy(false);
    }
  }

  return (
    <details>
      <summary>
        {t("common.pair", {
          name: t("notices.how.title"),
          value: t(now === "" ? "notices.by.none" : `notices.by.${now}`),
        })}
      </summary>
      <form
        className="inset"
        onSubmit={event => {
          event.preventDefault();
          if (ready) void go();
        }}
      >
        <p className="hint">{t("notices.agree")}</p>
        <SelectField
          label={t("notices.by.label")}
          value={by}
          options={[
            ["", t("notices.by.none")],
            ["portal", t("notices.by.portal")],
            ["email", t("notices.by.email")],
          ]}
          onChange={setBy}
        />
        {channel === "email" && (
          <TextField
            label={t("notices.email")}
            hint={t("notices.emailHint")}
            value={email}
            onChange={setEmail}
          />
        )}
        {error !== null && <Failure error={error} />}
        <p className="actions">
          <button type="submit" className="button button-main" disabled={!ready || busy}>
            {t("act.toCheck")}
          </button>
        </p>
      </form>
    </details>
  );
}
