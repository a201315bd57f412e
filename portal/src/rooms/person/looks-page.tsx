import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { usageQuery } from "../../api/usage";
import { Answered } from "../../components/answered";
import { PersonGate } from "../../components/gate";
import { Page } from "../../components/page";
import { UsageList } from "./usage-list";

function Looks() {
  const { t } = useTranslation();
  // The places where the pages began that were left for an older one.
  const [places, setPlaces] = useState<readonly string[]>([]);
  const usage = useQuery(usageQuery(places.at(-1) ?? null));
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
  return (
    <Page title={t("person.looks.name")} lead={t("person.looks.lead")}>
      <p className="crumbs">
        <Link to="/me">{t("person.name")}</Link>
      </p>
      <PersonGate>{() => <Looks />}</PersonGate>
    </Page>
  );
}
