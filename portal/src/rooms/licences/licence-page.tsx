import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { type Licence, licenceQuery } from "../../api/licences";
import { ActSheet, type Asked } from "../../components/act/act-sheet";
import { useOwnActs } from "../../components/act/recent-acts";
import { useTitle } from "../../components/acting/use-acting";
import { Answered } from "../../components/answered";
import { type InName, PersonGate } from "../../components/gate";
import { LicenceBadge, LicenceFacts } from "../../components/licence/licence-parts";
import { OpenedLicence } from "../../components/licence/opened-licence";
import { Failure, Notice } from "../../components/notice";
import { Page } from "../../components/page";
import { planLook } from "../../ledger/look";

/** Every field that the holder may read, in the one order that the ledger takes. */
function fieldsOf(licence: Licence): string[] {
  return ["holder", "holder_code", ...licence.fields.map(field => field.name)].sort();
}

function Mine({ id, inName }: { id: string; inName: InName }) {
  const { t } = useTranslation();
  const record = useQuery(licenceQuery(id));
  const [asked, setAsked] = useState<Asked | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [newest] = useOwnActs().filter(
    act => act.operation === "approval.licence_view" && act.arguments.licence === id && act.state === "final",
  );

  async function view(licence: Licence): Promise<void> {
    try {
      const look = { licence: id, fields: fieldsOf(licence), purpose: "own-look" };
      setAsked(inName(await planLook("approval.licence_view", look)));
    } catch (caught) {
      setError(caught);
    }
  }

  return (
    <>
      <Answered query={record}>
        {({ value, height, time }) =>
          value === null ? (
            <Notice tone="bad" title={t("failure.ANSWER_UNREADABLE.title")} />
          ) : (
            <>
              <p className="row-title">
                <LicenceBadge state={value.state} />
              </p>
              <LicenceFacts licence={value} />
              <p className="actions no-print">
                <button type="button" className="button button-main" onClick={() => void view(value)}>
                  {t("licence.view")}
                </button>
                <Link className="button" to={`/licence/${encodeURIComponent(id)}`}>
                  {t("licence.checkTitle")}
                </Link>
              </p>
              {newest ? (
                <OpenedLicence act={newest} record={{ value, height, time }} />
              ) : (
                <p className="hint">{t("licence.viewHint")}</p>
              )}
            </>
          )
        }
      </Answered>
      {error !== null && <Failure error={error} />}
      <ActSheet asked={asked} onClose={() => setAsked(null)} />
    </>
  );
}

/** One's own licence: its state, its content opened here, printing and saving. */
export function LicencePage() {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  const title = useTitle(t("licence.one"), name => t("acting.matters", { name }));
  return (
    <Page title={title} lead={t("licence.lead")}>
      <p className="crumbs no-print">
        <Link to="/me/licences">{t("licence.mine")}</Link>
      </p>
      <PersonGate>{(_, party, inName) => <Mine key={`${party} ${id}`} id={id} inName={inName} />}</PersonGate>
    </Page>
  );
}
