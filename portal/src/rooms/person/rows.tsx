import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type {
  Certificate,
  CertificateState,
  Lease,
  LeaseState,
  Request,
  RequestState,
} from "../../api/sharing";
import type { Asked } from "../../components/act/act-sheet";
import { Badge } from "../../components/badge";
import { DueLamp } from "../../components/due-lamp";
import { FieldChips } from "../../components/field-chips";
import { formatCount } from "../../components/format";
import { kindText, purposeText, useNames } from "../../components/names";
import { Time } from "../../components/time";
import { useLanguage } from "../../components/use-language";

type Tone = "good" | "bad" | "warn" | "plain";

const REQUEST_TONES: Readonly<Record<RequestState, Tone>> = {
  open: "warn",
  declined: "bad",
  cancelled: "plain",
  issued: "good",
};

/** A request with the time the holder has left, and its end. */
export function RequestRow({ request, onAct }: { request: Request; onAct: (asked: Asked) => void }) {
  const { t } = useTranslation();
  const nameOf = useNames();
  return (
    <li>
      <p className="row-title">
        <strong>{kindText(t, request.kind)}</strong>{" "}
        <Badge tone={REQUEST_TONES[request.state]}>{t(`request.state.${request.state}`)}</Badge>
      </p>
      <p>{t("request.from", { name: nameOf(request.holder), purpose: purposeText(t, request.purpose) })}</p>
      {request.state === "open" && request.due && <DueLamp due={request.due} />}
      {request.reason && <p>{t("common.pair", { name: t("act.argument.reason"), value: request.reason })}</p>}
      {request.remedy && (
        <p className="hint">{t("common.pair", { name: t("act.argument.remedy"), value: request.remedy })}</p>
      )}
      {request.state === "open" && (
        <p className="actions">
          <button
            type="button"
            className="button"
            onClick={() => onAct({ operation: "sharing.cancel", arguments: { request: request.id } })}
          >
            {t("act.op.cancel.name")}
          </button>
        </p>
      )}
    </li>
  );
}

const CERTIFICATE_TONES: Readonly<Record<CertificateState, Tone>> = {
  valid: "good",
  suspended: "warn",
  revoked: "bad",
  expired: "plain",
  erasing: "warn",
  erased: "plain",
};

export function CertificateBadge({ state }: { state: CertificateState }) {
  const { t } = useTranslation();
  return <Badge tone={CERTIFICATE_TONES[state]}>{t(`certificate.state.${state}`)}</Badge>;
}

/** A certificate with the way to its page; one's own can be taken into a wallet from here. */
export function CertificateRow({ certificate, own }: { certificate: Certificate; own: boolean }) {
  const { t } = useTranslation();
  const nameOf = useNames();
  const address = `/me/certificates/${encodeURIComponent(certificate.id)}`;
  return (
    <li>
      <p className="row-title">
        <Link to={address}>
          <strong>{kindText(t, certificate.kind)}</strong>
        </Link>{" "}
        <CertificateBadge state={certificate.state} />
      </p>
      <p className="receipt-facts">
        <span>{nameOf(certificate.issuer)}</span>
        {certificate.until !== null && (
          <span>
            {t("certificate.until")} <Time ms={certificate.until} />
          </span>
        )}
      </p>
      {own && certificate.state === "valid" && (
        <p>
          <Link to={`${address}?wallet`}>{t("wallet.take")}</Link>
        </p>
      )}
    </li>
  );
}

const LEASE_TONES: Readonly<Record<LeaseState, Tone>> = {
  living: "good",
  expired: "plain",
  revoked: "plain",
  used_up: "plain",
};

/** A lease in words: who may see what, how often, until when; and the way to end it. */
export function LeaseRow({ lease, onAct }: { lease: Lease; onAct: (asked: Asked) => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const nameOf = useNames();
  return (
    <li>
      <p className="row-title">
        <strong>{nameOf(lease.grantee)}</strong>{" "}
        <Badge tone={LEASE_TONES[lease.state]}>{t(`lease.state.${lease.state}`)}</Badge>
      </p>
      <p>
        {t("lease.says", {
          purpose: purposeText(t, lease.purpose),
          case: lease.case,
          left: formatCount(lease.left, language),
          uses: formatCount(lease.uses, language),
        })}{" "}
        <Time ms={lease.until} />
      </p>
      <FieldChips fields={lease.fields} />
      {lease.state === "living" && (
        <p className="actions">
          <button
            type="button"
            className="button"
            onClick={() => onAct({ operation: "sharing.end_lease", arguments: { lease: lease.id } })}
          >
            {t("act.op.endLease.name")}
          </button>
        </p>
      )}
    </li>
  );
}
