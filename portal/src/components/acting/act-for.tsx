import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { Post, Session } from "../../api/session";
import { nameParty, partyNames, setActing } from "../../store/acting";
import { mandateKindText } from "../act/fact";
import { Badge } from "../badge";
import { Digest } from "../digest";
import { TextField } from "../field";
import { Time } from "../time";
import { representationsOf, usePartyName } from "./use-acting";

function Choice({ session, mandate }: { session: Session; mandate: Post }) {
  const { t } = useTranslation();
  const nameOf = usePartyName();
  const navigate = useNavigate();
  const [name, setName] = useState(partyNames()[mandate.principal] ?? "");
  const shown = nameOf(mandate.principal);
  return (
    <li>
      <p className="row-title">
        <strong>{shown}</strong> <Badge tone="plain">{mandateKindText(t, mandate.kind)}</Badge>
      </p>
      <p className="receipt-facts hint">
        <Digest value={mandate.principal} />
        {mandate.until !== null && (
          <span>
            {t("acting.until")} <Time ms={mandate.until} />
          </span>
        )}
      </p>
      <p className="actions">
        <button
          type="button"
          className="button button-main"
          onClick={() => {
            setActing({ account: session.account, mandate: mandate.mandate });
            void navigate("/me");
          }}
        >
          {t("acting.start", { name: shown })}
        </button>
      </p>
      <details>
        <summary>{t("acting.nameIt", { name: shown })}</summary>
        <TextField
          label={t("acting.name")}
          hint={t("acting.nameHint")}
          value={name}
          onChange={given => {
            setName(given);
            nameParty(mandate.principal, given);
          }}
        />
      </details>
    </li>
  );
}

/** For whom the person may act, with the step that begins it. Nothing where there is nobody. */
export function ActFor({ session }: { session: Session }) {
  const { t } = useTranslation();
  const mandates = representationsOf(session);
  if (mandates.length === 0) return null;
  return (
    <section className="card" aria-labelledby="act-for">
      <h2 id="act-for">{t("acting.title")}</h2>
      <p className="hint">{t("acting.hint")}</p>
      <ul className="row-list">
        {mandates.map(one => (
          <Choice key={one.mandate} session={session} mandate={one} />
        ))}
      </ul>
    </section>
  );
}
