import type { UseQueryResult } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { AtHeight } from "./badge";
import { Failure, Notice } from "./notice";

/** What a query gave, or that it is under way, or why it failed; below it the height it was drawn at. */
export function Answered<T extends { readonly height: number }>({
  query,
  children,
}: {
  query: UseQueryResult<T>;
  children: (data: T) => React.ReactNode;
}) {
  const { t } = useTranslation();
  const { data, error, refetch } = query;
  if (data !== undefined) {
    return (
      <>
        {children(data)}
        <AtHeight height={data.height} />
      </>
    );
  }
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  return <Notice tone="info" title={t("common.loading")} />;
}
