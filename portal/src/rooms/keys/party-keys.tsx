import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type At, ask } from "../../api/ask";
import type { Concern } from "../../api/concerns";
import { fieldsOf, textOf, timeOf } from "../../api/reading";
import type { Asked } from "../../components/act/act-sheet";
import { Answered } from "../../components/answered";
import { Badge } from "../../components/badge";
import { Digest } from "../../components/digest";
import { SelectField, TextField } from "../../components/field";
import { Time } from "../../components/time";
import { useIdentities } from "../../components/use-identity";
import { isKey } from "../../verify/signature";

interface BoundKey {
  readonly account: string;
  readonly state: string;
  readonly from: number | null;
}

const STATES = ["active", "rotated", "revoked", "expired", "reserved"] as const;
const REASONS = ["loss", "compromise", "left"] as const;

/** The keys that are known here: those of this browser, and those that the party's own transactions named. */
function useBoundKeys(accounts: readonly string[]) {
  return useQuery({
    queryKey: ["ask", "identity.actor", accounts.join(" ")],
    queryFn: async (): Promise<At<readonly BoundKey[]>> => {
      const { height, time, value } = await ask(
        accounts.map(account => ({ question: "identity.actor", about: { account } })),
      );
      const keys = accounts.flatMap((account, at): BoundKey[] => {
        const answer = value[at];
        const fields = answer?.problem === null ? fieldsOf(answer.value) : null;
        return fields === null
          ? []
          : [{ account, state: textOf(fields, "state") ?? "", from: timeOf(fields, "from") }];
      });
      return { height, time, value: keys };
    },
  });
}

/** The devices of the person who is signed in: the keys bound to him, ending one, adding another. */
export function PartyKeys({
  concerns,
  account,
  onAct,
}: {
  concerns: readonly Concern[];
  account: string;
  onAct: (asked: Asked) => void;
}) {
  const { t } = useTranslation();
  const identities = useIdentities();
  const [revoking, setRevoking] = useState<string | null>(null);
  const [reason, setReason] = useState<string>("loss");
  const [added, setAdded] = useState("");
  const named = concerns.flatMap(({ outcome }) => (typeof outcome?.key === "string" ? [outcome.key] : []));
  const accounts = [...new Set([account, ...identities.map(one => one.id), ...named])];
  const keys = useBoundKeys(accounts);
  const key = added.trim();
  const wrong = key !== "" && !isKey(key) ? t("keys.wrongKey") : null;
  return (
    <section aria-labelledby="devices">
      <h2 id="devices">{t("keys.devices.title")}</h2>
      <p className="hint">{t("keys.devices.hint")}</p>
      <Answered query={keys}>
        {data => (
          <ul className="row-list">
            {data.value.map(one => {
              const state = STATES.find(known => known === one.state);
              return (
                <li key={one.account}>
                  <p className="row-title">
                    <Digest value={one.account} />{" "}
                    {state && (
                      <Badge tone={state === "active" ? "good" : "plain"}>{t(`keys.state.${state}`)}</Badge>
                    )}{" "}
                    {one.account === account && <span className="hint">{t("keys.devices.this")}</span>}
                  </p>
                  {one.from !== null && (
                    <p className="hint">
                      {t("act.argument.from")} <Time ms={one.from} />
                    </p>
                  )}
                  {state === "active" && revoking !== one.account && (
                    <p className="actions">
                      <button type="button" className="button" onClick={() => setRevoking(one.account)}>
                        {t("act.op.revokeKey.name")}
                      </button>
                    </p>
                  )}
                  {revoking === one.account && (
                    <div className="inset">
                      <SelectField
                        label={t("act.argument.reason")}
                        value={reason}
                        options={REASONS.map(known => [known, t(`keys.reason.${known}`)] as const)}
                        onChange={setReason}
                      />
                      <p className="actions">
                        <button
                          type="button"
                          className="button button-main"
                          onClick={() =>
                            onAct({
                              operation: "identity.revoke",
                              arguments: { key: one.account, reason },
                              warning: t("keys.revokeWarning"),
                            })
                          }
                        >
                          {t("act.toCheck")}
                        </button>
                        <button type="button" className="button" onClick={() => setRevoking(null)}>
                          {t("common.cancel")}
                        </button>
                      </p>
                    </div>
                  )}
                </li>
              );
            })}
          </ul>
        )}
      </Answered>
      <form
        className="inline-form"
        onSubmit={event => {
          event.preventDefault();
          if (key !== "" && wrong === null)
            onAct({ operation: "identity.bind", arguments: { key }, cosigner: key });
        }}
      >
        <TextField
          label={t("keys.devices.add")}
          hint={t("keys.devices.addHint")}
          value={added}
          error={wrong}
          onChange={setAdded}
        />
        <button type="submit" className="button" disabled={key === "" || wrong !== null}>
          {t("act.toCheck")}
        </button>
      </form>
    </section>
  );
}
