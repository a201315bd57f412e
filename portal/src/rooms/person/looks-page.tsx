import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { USAGE_PAGE, usageQuery } from "../../api/usage";
import { useTitle } from "../../components/acting/use-acting";
import { Answered } from "../../components/answered";
import { PersonGate } from "../../components/gate";
import { Page } from "../../components/page";
import { UsageList } from "./usage-list";

function Looks({ party }: { party: string }) {
  const { t } = useTranslation();
  const [offset, setOffset] = useState(0);
  const usage = useQuery(usageQuery(party, offset));
  return (
    <Answered query={usage}>
      {data => (
        <>
          <UsageList items={data.items} height={data.height} />
          <p className="actions">
            {offset > 0 && (
              <button type="button" className="button" onClick={() => setOffset(offset - USAGE_PAGE)}>
                {t("person.looks.newer")}
              </button>
            )}
            {data.more && (
              <button type="button" className="button" onClick={() => setOffset(offset + USAGE_PAGE)}>
                {t("person.looks.older")}
              </button>
            )}
          </p>
        </>
      )}
    </Answered>
  );
}

/** Who looked (谁看过我的数据): every look, allowed or refused. */
export function LooksPage() {
  const { t } = useTranslation();
  const title = useTitle(t("person.looks.name"), name => t("acting.looks", { name }));
  return (
    <Page title={title} lead={t("person.looks.lead")}>
      <p className="crumbs">
        <Link to="/me">{t("person.name")}</Link>
      </p>
      <PersonGate>{(_, party) => <Looks key={party} party={party} />}</PersonGate>
    </Page>
  );
}
