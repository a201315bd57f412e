import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { demoQuery } from "../../api/demo";
import { Notice } from "../../components/notice";
import { Page } from "../../components/page";
import { Guide } from "./guide";
import { OneStop } from "./one-stop";

/** The first page: where there is a demonstration, its guided path; else a plain one-stop home. */
export function HomeRoom() {
  const { t } = useTranslation();
  const { data: demo, isPending } = useQuery(demoQuery);
  return (
    <Page title={t(demo ? "guide.title" : "home.title")} lead={t(demo ? "guide.lead" : "home.lead")}>
      {isPending && <Notice tone="info" title={t("common.loading")} />}
      {demo && <Guide demo={demo} />}
      {!isPending && !demo && <OneStop />}
    </Page>
  );
}
