import { useEffect, useState } from "react";
import { type Identity, loadIdentity } from "../ledger/identity";
import { listIdentities, onIdentitiesChange, type StoredIdentity } from "../store/identities";

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
