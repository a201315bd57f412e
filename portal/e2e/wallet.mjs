// A wallet that knows OpenID4VCI 1.0 and OpenID4VP 1.0 and nothing of Yinxin: it follows links, proves its key, keeps a credential, shows it. The
// addresses of the outside lead to the nodes of the demonstration.

import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { check } from "./browser.mjs";

const PRE_AUTHORIZED = "urn:ietf:params:oauth:grant-type:pre-authorized_code";

const encode = value => Buffer.from(JSON.stringify(value)).toString("base64url");
const decode = part => JSON.parse(Buffer.from(part, "base64url").toString());
const now = () => Math.floor(Date.now() / 1000);

export class Wallet {
  constructor(demo) {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    this.key = privateKey;
    const { kty, crv, x, y } = publicKey.export({ format: "jwk" });
    this.jwk = { kty, crv, x, y };
    this.places = demo.departments.map(({ code, url }) => [
      `https://${code.toLowerCase()}.wallets.example`,
      url.replace(/\/$/, ""),
    ]);
    this.credential = null;
  }

  fetch(address, init) {
    const [from, to] = this.places.find(([from]) => address.startsWith(from)) ?? [];
    check(from !== undefined, `nobody is at ${address}`);
    return fetch(address.replace(from, to), init);
  }

  jwt(header, payload) {
    const text = `${encode({ alg: "ES256", ...header })}.${encode(payload)}`;
    const signature = sign("sha256", Buffer.from(text), { key: this.key, dsaEncoding: "ieee-p1363" });
    return `${text}.${signature.toString("base64url")}`;
  }

  /** Asks for access with the code of an offer; gives the answer as it came. */
  async token(link, txCode) {
    const offer = JSON.parse(new URL(link).searchParams.get("credential_offer"));
    const server = await (
      await this.fetch(`${offer.credential_issuer}/.well-known/oauth-authorization-server`)
    ).json();
    const body = new URLSearchParams({
      grant_type: PRE_AUTHORIZED,
      "pre-authorized_code": offer.grants[PRE_AUTHORIZED]["pre-authorized_code"],
      tx_code: txCode,
    });
    const answer = await this.fetch(server.token_endpoint, { method: "POST", body });
    return { offer, status: answer.status, answer: await answer.json() };
  }

  /** The whole way from an offer to a kept credential. */
  async collect(link, txCode) {
    const { offer, status, answer } = await this.token(link, txCode);
    check(status === 200, `no access: ${JSON.stringify(answer)}`);
    const issuer = offer.credential_issuer;
    const metadata = await (await this.fetch(`${issuer}/.well-known/openid-credential-issuer`)).json();
    const { c_nonce: nonce } = await (await this.fetch(metadata.nonce_endpoint, { method: "POST" })).json();
    const header = { typ: "openid4vci-proof+jwt", jwk: this.jwk };
    const proof = this.jwt(header, { aud: issuer, iat: now(), nonce });
    const issued = await this.fetch(metadata.credential_endpoint, {
      method: "POST",
      headers: { authorization: `Bearer ${answer.access_token}`, "content-type": "application/json" },
      body: JSON.stringify({
        credential_configuration_id: offer.credential_configuration_ids[0],
        proofs: { jwt: [proof] },
      }),
    });
    const body = await issued.json();
    check(issued.status === 200, `nothing was issued: ${JSON.stringify(body)}`);
    this.credential = body.credentials[0].credential;
  }

  /** Shows what a request asks for, and `more` beside it; gives the answer as it came. */
  async show(link, more = []) {
    const parameters = new URL(link).searchParams;
    const object = await (await this.fetch(parameters.get("request_uri"))).text();
    const request = decode(object.split(".")[1]);
    const [query] = request.dcql_query.credentials;
    const wanted = [...query.claims.map(one => one.path[0]), ...more];
    const [jwt, ...parts] = this.credential.split("~");
    const disclosed = parts.filter(one => one !== "" && wanted.includes(decode(one)[1]));
    const shown = `${[jwt, ...disclosed].join("~")}~`;
    const binding = this.jwt(
      { typ: "kb+jwt" },
      {
        aud: request.client_id,
        iat: now(),
        nonce: request.nonce,
        sd_hash: createHash("sha256").update(shown).digest("base64url"),
      },
    );
    const body = new URLSearchParams({
      vp_token: JSON.stringify({ [query.id]: [shown + binding] }),
      state: request.state,
    });
    const answer = await this.fetch(request.response_uri, { method: "POST", body });
    return { status: answer.status, answer: await answer.json() };
  }
}
