// What the pages have in common on which a document is drawn before it is put to the vote.

import type { ComponentType, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Failure, Notice } from "../notice";
import { Page } from "../page";
import { useDraftsEpoch } from "../use-draft";
import { useSessionAsked } from "../use-session";

/** A page that opens its draft once: with another person's draft it is another, and it waits until it is known whose draft it is. */
export function DrawnPage({ title, lead, Room }: { title: string; lead: string; Room: ComponentType }) {
  const { t } = useTranslation();
  const asked = useSessionAsked();
  const epoch = useDraftsEpoch();
  if (asked) return <Room key={epoch} />;
  return (
    <Page title={title} lead={lead}>
      <Notice tone="info" title={t("common.loading")} />
    </Page>
  );
}

interface Checking {
  readonly signedIn: boolean;
  /** What the button says. */
  readonly label: string;
  readonly onCheck: () => void;
  readonly error: unknown;
  /** What was found. */
  readonly children: ReactNode;
}

/** Where what is drawn is checked at the node, by whoever is signed in. */
export function CheckPart({ signedIn, label, onCheck, error, children }: Checking) {
  const { t } = useTranslation();
  return (
    <section aria-labelledby="check">
      <h2 id="check">{t("modeller.check")}</h2>
      {!signedIn && (
        <Notice tone="info" title={t("modeller.signIn")}>
          <Link to="/keys">{t("identity.signIn")}</Link>
        </Notice>
      )}
      <p className="actions">
        <button type="button" className="button" disabled={!signedIn} onClick={onCheck}>
          {label}
        </button>
      </p>
      {error !== null && <Failure error={error} />}
      {children}
    </section>
  );
}
