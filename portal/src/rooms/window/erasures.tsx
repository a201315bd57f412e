import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type At, ask } from "../../api/ask";
import type { OfficerPost } from "../../api/session";
import { certificatesQuery, type Erasure, leasesQuery, readErasure } from "../../api/sharing";
import type { Asked } from "../../components/act/act-sheet";
import { Digest } from "../../components/digest";
import { usePostText } from "../../components/gate";
import { useSeals } from "../../components/names";
import { Time } from "../../components/time";

/** Erasures that wait for this body: of what it issued, and of what it got under a lease. */
function useErasures(code: string) {
  const certificates = useQuery(certificatesQuery(code));
  const leases = useQuery(leasesQuery(code));
  const issued = certificates.data?.value.filter(({ value }) => value.state === "erasing") ?? [];
  const read = leases.data?.value.filter(({ value }) => value.certificateState === "erasing") ?? [];
  const ids = [
    ...new Set([...issued.map(({ value }) => value.id), ...read.map(({ value }) => value.certificate)]),
  ];
  return useQuery({
    queryKey: ["found", "erasures", code, ids.join(" ")],
    enabled: ids.length > 0,
    queryFn: async (): Promise<At<readonly Erasure[]>> => {
      const { height, time, value } = await ask(
        ids.map(certificate => ({ question: "sharing.erasure", about: { certificate } })),
      );
      const waiting = ids.flatMap((id, at) => {
        const answer = value[at];
        const erasure = answer?.problem === null ? readErasure(answer.value, id) : null;
        const own = erasure?.holders.find(one => one.code === code);
        return erasure !== null && own?.confirmed === null ? [erasure] : [];
      });
      return { height, time, value: waiting };
    },
  });
}

/** Contents that this department must destroy, and say so. */
export function Erasures({ post, onAct }: { post: OfficerPost; onAct: (asked: Asked) => void }) {
  const { t } = useTranslation();
  const { data } = useErasures(post.body);
  const postText = usePostText();
  const seal = useSeals()(post.body);
  if (data === undefined || data.value.length === 0) return null;
  return (
    <section aria-labelledby="erasures">
      <h2 id="erasures">{t("window.erasures")}</h2>
      <p className="hint">{t("window.erasuresHint")}</p>
      <ul className="row-list">
        {data.value.map(one => (
          <li key={one.certificate}>
            <p className="receipt-facts">
              <Digest value={one.certificate} label={t("certificate.number")} />
              {one.asked !== null && <Time ms={one.asked} />}
            </p>
            <p className="actions">
              <button
                type="button"
                className="button"
                disabled={seal === null}
                onClick={() =>
                  seal !== null &&
                  onAct({
                    operation: "sharing.confirm_erasure",
                    arguments: { certificate: one.certificate },
                    seal: { key: seal, asAccount: false },
                    as: postText(post),
                  })
                }
              >
                {t("act.op.confirmErasure.name")}
              </button>
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
