// The demonstration: fictitious persons with published keys, each at home at one department's node.

import { queryOptions } from "@tanstack/react-query";
import { getJson } from "./client";
import { Problem } from "./problem";

export interface Both {
  readonly zh: string;
  readonly en: string;
}

export interface Persona {
  readonly id: string;
  readonly name: Both;
  readonly role: Both;
  readonly body: string | null;
  /** The address of the node where this person works. */
  readonly url: string;
  readonly account: string;
  /** The seed of an Ed25519 key. Published: for demonstration only. */
  readonly seed: string;
  readonly party: string;
}

export interface Demo {
  readonly personas: readonly Persona[];
  readonly departments: readonly { readonly code: string; readonly name: string; readonly url: string }[];
  readonly samples: { readonly certificate?: Readonly<Record<string, string>> };
}

export const demoQuery = queryOptions({
  queryKey: ["demo"],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: async ({ signal }): Promise<Demo | null> => {
    try {
      return await getJson<Demo>("/api/v1/demo", signal);
    } catch (error) {
      // A chain that is no demonstration does not know the address.
      if (error instanceof Problem && error.status >= 400 && error.status < 500) return null;
      throw error;
    }
  },
});
