import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { usageQuery } from "../../api/usage";
import { useTitle } from "../../components/acting/use-acting";
import { Answered } from "../../components/answered";
import { PersonGate } from "../../components/gate";
import { Page } from "../../components/page";
import { UsageList } from "./usage-list";

function Looks({ party }: { party: string }) {
  const { t } = useTranslation();
  // The places where the pages began that were left for an older one.
  const [places, setPlaces] = useState<readonly string[]>([]);
  const usage = useQuery(usageQuery(party, places.at(-1) ?? null));
  return (
    <Answered query={usage}>
      {({ items, height, next }) => (
        <>
          <UsageList items={items} height={height} />
          <p className="actions">
            {places.length > 0 && (
              <button type="button" className="button" onClick={() => setPlaces(places.slice(0, -1))}>
                {t("person.looks.newer")}
              </button>
            )}
            {next !== null && (
              <button type="button" className="button" onClick={() => setPlaces([...places, next])}>
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
