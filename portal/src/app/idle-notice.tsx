import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { IDLE_MS, sessionQuery } from "../api/session";
import { Notice } from "../components/notice";
import { useSession, useSignInOut } from "../components/use-session";

/** How long before the end it is shown, and how often activity is told to the node. */
const WARN_MS = 2 * 60_000;
const TELL_MS = 5 * 60_000;
const TICK_MS = 5_000;

/** Says that the session is about to end for want of use, before it does; activity on the page keeps it alive. */
export function IdleNotice() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const session = useSession();
  const { leave } = useSignInOut();
  const active = useRef(Date.now());
  const told = useRef(Date.now());
  const [left, setLeft] = useState<number | null>(null);
  const signedIn = session !== null && session !== undefined;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the timer runs for one session.
  useEffect(() => {
    if (!signedIn) {
      setLeft(null);
      return;
    }
    active.current = Date.now();
    told.current = Date.now();
    const onActivity = () => {
      active.current = Date.now();
    };
    const events = ["pointerdown", "keydown", "scroll"] as const;
    for (const name of events) addEventListener(name, onActivity, { passive: true });
    const timer = setInterval(() => {
      const now = Date.now();
      if (active.current > told.current && now - told.current > TELL_MS) {
        told.current = now;
        void client.invalidateQueries({ queryKey: sessionQuery.queryKey });
      }
      const rest = active.current + IDLE_MS - now;
      setLeft(rest <= WARN_MS ? Math.max(0, rest) : null);
      if (rest <= 0) void leave().catch(() => {});
    }, TICK_MS);
    return () => {
      clearInterval(timer);
      for (const name of events) removeEventListener(name, onActivity);
    };
  }, [signedIn, session?.account]);

  if (left === null) return null;
  return (
    <Notice tone="warn" title={t("identity.idle", { seconds: Math.ceil(left / 1000) })}>
      <button
        type="button"
        className="button"
        onClick={() => {
          active.current = Date.now();
          setLeft(null);
          void client.invalidateQueries({ queryKey: sessionQuery.queryKey });
        }}
      >
        {t("identity.stay")}
      </button>
    </Notice>
  );
}
