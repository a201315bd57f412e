import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { type BoundKey, devicesQuery } from "../../api/devices";
import { homeChainQuery } from "../../api/queries";
import type { Asked } from "../../components/act/act-sheet";
import { Answered } from "../../components/answered";
import { Badge } from "../../components/badge";
import { Digest } from "../../components/digest";
import { SelectField, TextField } from "../../components/field";
import { formatCount } from "../../components/format";
import { Notice } from "../../components/notice";
import { Time } from "../../components/time";
import { useIdentities } from "../../components/use-identity";
import { useLanguage } from "../../components/use-language";
import { isKey, isPasskey } from "../../verify/signature";

const STATES = ["active", "rotated", "revoked", "expired", "reserved"] as const;
const REASONS = ["loss", "compromise", "left"] as const;
const END_REASONS = ["loss", "compromise", "death", "left", "stopped"] as const;

function algorithmOf(key: string): "passkey" | "sm2" | "ed25519" {
  if (isPasskey(key)) return "passkey";
  return key.startsWith("sm2:") ? "sm2" : "ed25519";
}

function Revoke({
  device,
  own,
  last,
  onAct,
  onCancel,
}: {
  device: BoundKey;
  own: boolean;
  last: boolean;
  onAct: (asked: Asked) => void;
  onCancel: () => void;
}) {
  const { t } = useTranslation();
  const [reason, setReason] = useState<string>("loss");
  const warning = last ? "keys.revokeLast" : own ? "keys.revokeOwn" : "keys.revokeWarning";
  return (
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
              arguments: { key: device.key, reason },
              warning: t(warning),
            })
          }
        >
          {t("act.toCheck")}
        </button>
        <button type="button" className="button" onClick={onCancel}>
          {t("common.cancel")}
        </button>
      </p>
    </div>
  );
}

function Device({
  device,
  account,
  last,
  onAct,
}: {
  device: BoundKey;
  account: string;
  last: boolean;
  onAct: (asked: Asked) => void;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const here = useIdentities().find(one => one.id === device.key);
  const [revoking, setRevoking] = useState(false);
  const state = STATES.find(known => known === device.state);
  const ended = END_REASONS.find(known => known === device.ended?.reason);
  const name = here?.label?.[language] ?? t(`keys.algorithm.${algorithmOf(device.key)}`);
  return (
    <li>
      <p className="row-title">
        <strong>{name}</strong>{" "}
        {here && <span className="hint">{t(`keys.algorithm.${algorithmOf(device.key)}`)}</span>}{" "}
        {state && <Badge tone={state === "active" ? "good" : "plain"}>{t(`keys.state.${state}`)}</Badge>}{" "}
        {device.key === account ? (
          <Badge tone="good">{t("keys.devices.this")}</Badge>
        ) : (
          here && <Badge tone="plain">{t("keys.devices.here")}</Badge>
        )}
      </p>
      <p>
        <Digest value={device.key} label={name} />
      </p>
      <p className="receipt-facts hint">
        {device.from && (
          <span>
            {t("keys.devices.bound")} <Time ms={device.from.time} />{" "}
            <Link to={`/blocks/${device.from.height}`}>
              {t("receipts.final", { height: formatCount(device.from.height, language) })}
            </Link>
          </span>
        )}
        {device.until !== null && (
          <span>
            {t("certificate.until")} <Time ms={device.until} />
          </span>
        )}
        {device.ended && (
          <span>
            {t(device.ended.own ? "keys.devices.endedByMe" : "keys.devices.endedByOther")}{" "}
            <Time ms={device.ended.time} />
            {ended && ` · ${t(`keys.endReason.${ended}`)}`}
          </span>
        )}
      </p>
      {state === "active" && !revoking && (
        <p className="actions">
          <button type="button" className="button" onClick={() => setRevoking(true)}>
            {t("act.op.revokeKey.name")} <span className="visually-hidden">{name}</span>
          </button>
        </p>
      )}
      {revoking && (
        <Revoke
          device={device}
          own={device.key === account}
          last={last}
          onAct={onAct}
          onCancel={() => setRevoking(false)}
        />
      )}
    </li>
  );
}

/** Adds a device: a key of this browser that is nobody's yet, or the public key that the other device shows. */
function AddDevice({ known, onAct }: { known: readonly string[]; onAct: (asked: Asked) => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const own = useIdentities().filter(one => one.persona === null && !known.includes(one.id));
  const [chosen, setChosen] = useState("");
  const [typed, setTyped] = useState("");
  const local = own.find(one => one.id === chosen)?.id ?? "";
  const key = local === "" ? typed.trim() : local;
  const wrong = local === "" && key !== "" && !isKey(key) ? t("keys.wrongKey") : null;
  return (
    <form
      className="card"
      onSubmit={event => {
        event.preventDefault();
        if (key === "" || wrong !== null) return;
        onAct({
          operation: "identity.bind",
          arguments: { key },
          cosigners: [key],
          warning: t("keys.devices.addWarning"),
        });
      }}
    >
      <h3>{t("keys.devices.addTitle")}</h3>
      <p className="hint">{t("keys.devices.addHint")}</p>
      {own.length > 0 && (
        <SelectField
          label={t("keys.devices.which")}
          value={local}
          options={[
            ...own.map(one => [one.id, one.label?.[language] ?? t(`identity.kind.${one.kind}`)] as const),
            ["", t("keys.devices.another")] as const,
          ]}
          onChange={setChosen}
        />
      )}
      {local === "" && (
        <TextField
          label={t("keys.devices.add")}
          hint={t("keys.devices.typeHint")}
          value={typed}
          error={wrong}
          onChange={setTyped}
        />
      )}
      <p className="actions">
        <button type="submit" className="button" disabled={key === "" || wrong !== null}>
          {t("keys.devices.addButton")}
        </button>
      </p>
    </form>
  );
}

/** The devices of the person who is signed in, as the ledger has them: those that act, those that ended, ending one, adding another. */
export function PartyKeys({
  party,
  account,
  onAct,
}: {
  party: string;
  account: string;
  onAct: (asked: Asked) => void;
}) {
  const { t } = useTranslation();
  const { data: home } = useQuery(homeChainQuery);
  const devices = useQuery({ ...devicesQuery(party, home?.chain ?? ""), enabled: home !== undefined });
  return (
    <section aria-labelledby="devices">
      <h2 id="devices">{t("keys.devices.title")}</h2>
      <p className="hint">{t("keys.devices.hint")}</p>
      <Answered query={devices}>
        {({ value }) => {
          const living = value.keys.filter(one => one.ended === null);
          const ended = value.keys.filter(one => one.ended !== null);
          const active = living.filter(one => one.state === "active");
          return (
            <>
              {value.recovery !== null && (
                <Notice tone="warn" title={t("keys.devices.recovery", { n: value.recovery })}>
                  <p>{t("keys.devices.recoveryHint")}</p>
                  <p className="actions">
                    <button
                      type="button"
                      className="button button-danger"
                      onClick={() =>
                        onAct({
                          operation: "identity.object",
                          arguments: { recovery: value.recovery ?? 0 },
                        })
                      }
                    >
                      {t("act.op.objectRecovery.name")}
                    </button>
                  </p>
                </Notice>
              )}
              <ul className="row-list">
                {living.map(one => (
                  <Device
                    key={one.key}
                    device={one}
                    account={account}
                    last={active.length === 1}
                    onAct={onAct}
                  />
                ))}
              </ul>
              {ended.length > 0 && (
                <details>
                  <summary>{t("keys.devices.ended", { n: ended.length })}</summary>
                  <ul className="row-list">
                    {ended.map(one => (
                      <Device key={one.key} device={one} account={account} last={false} onAct={onAct} />
                    ))}
                  </ul>
                </details>
              )}
              <AddDevice known={value.keys.map(one => one.key)} onAct={onAct} />
            </>
          );
        }}
      </Answered>
    </section>
  );
}
