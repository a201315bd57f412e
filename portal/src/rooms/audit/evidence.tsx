import { useState } from "react";
import { useTranslation } from "react-i18next";
import { getBytes } from "../../api/client";
import type { AccessEvent, Gap } from "../../api/usage";
import { formatCount } from "../../components/format";
import { Failure } from "../../components/notice";
import { saveAs } from "../../components/save";
import { useLanguage } from "../../components/use-language";
import { fromUtf8 } from "../../verify/bytes";

const FORMAT = "yinxin-access-evidence/1";
/** How many receipts are fetched at once. */
const LANES = 4;

async function receiptsOf(ids: readonly string[], onOne: () => void): Promise<Record<string, unknown>> {
  const receipts: Record<string, unknown> = {};
  const queue = [...ids];
  const lane = async () => {
    for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
      const text = fromUtf8(await getBytes(`/api/v1/receipts/${id}`));
      receipts[id] = JSON.parse(text ?? "null");
      onOne();
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return receipts;
}

/** Saves what is shown, with the receipt of every event, so that it can be verified without this network. */
export function Evidence({
  events,
  gaps,
  filter,
  height,
}: {
  events: readonly AccessEvent[];
  gaps: readonly Gap[];
  filter: object;
  height: number;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [done, setDone] = useState<number | null>(null);
  const [error, setError] = useState<unknown>(null);

  async function save(): Promise<void> {
    setDone(0);
    setError(null);
    try {
      const ids = [...new Set(events.map(one => one.transaction))];
      const receipts = await receiptsOf(ids, () => setDone(count => (count ?? 0) + 1));
      const pack = { format: FORMAT, height, filter, gaps, events, receipts };
      saveAs(`access-evidence-${height}.json`, JSON.stringify(pack, null, 2), "application/json");
    } catch (caught) {
      setError(caught);
    } finally {
      setDone(null);
    }
  }

  return (
    <>
      <p className="actions">
        <button
          type="button"
          className="button"
          disabled={events.length === 0 || done !== null}
          onClick={() => void save()}
        >
          {done === null
            ? t("audit.export", { n: formatCount(events.length, language) })
            : t("audit.exporting", { n: formatCount(done, language) })}
        </button>
      </p>
      <p className="hint">{t("audit.exportHint")}</p>
      {error !== null && <Failure error={error} />}
    </>
  );
}
