import { useEffect, useState } from "react";
import { type Identity, loadAccount, loadIdentity } from "../ledger/identity";
import {
  listIdentities,
  onIdentitiesChange,
  type StoredIdentity,
  setCurrentIdentity,
} from "../store/identities";
import { useSession } from "./use-session";

/** The current identity, following every change; `null` where the nameless key of the browser is used. */
export function useIdentity(): Identity | null {
  const [identity, setIdentity] = useState<Identity | null>(null);
  useEffect(() => {
    const load = () => void loadIdentity().then(setIdentity, () => setIdentity(null));
    load();
    return onIdentitiesChange(load);
  }, []);
  return identity;
}

/** The account that signs in this browser now, nameless or not, following every change; `null` where there is no key yet. */
export function useAccountId(): string | null {
  const [id, setId] = useState<string | null>(null);
  useEffect(() => {
    const load = () =>
      void loadAccount().then(
        account => setId(account?.id ?? null),
        () => setId(null),
      );
    load();
    return onIdentitiesChange(load);
  }, []);
  return id;
}

/** All identities of this browser, following every change. */
export function useIdentities(): readonly StoredIdentity[] {
  const [identities, setIdentities] = useState<readonly StoredIdentity[]>([]);
  useEffect(() => {
    const load = () => void listIdentities().then(setIdentities, () => setIdentities([]));
    load();
    return onIdentitiesChange(load);
  }, []);
  return identities;
}

/**
 * Takes a new identity of this browser into use, unless somebody is signed in: whoever acts must stay the one who is signed in.
 */
export function useTakeUp(): (identity: Identity) => Promise<void> {
  const session = useSession();
  return async identity => {
    if (session == null) await setCurrentIdentity(identity.id);
  };
}
