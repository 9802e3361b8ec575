// RFC 9474 (RSABSSA-SHA384-PSS) in the browser: BigInt for what WebCrypto does not offer, WebCrypto for all the rest.
// BigInt is not constant in time: the private operation works on a value masked by a fresh factor, and is checked.
"use strict";
(function () {
  const LPK1 = (globalThis.LPK1 = globalThis.LPK1 || {});
  const E = 65537n;
  const SALT = 48;
  const HASH = 48;
  const subtle = globalThis.crypto.subtle;

  const random = (length) => crypto.getRandomValues(new Uint8Array(length));
  const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const utf8 = (text) => new TextEncoder().encode(text);

  function bytes(text) {
    if (typeof text !== "string" || text.length % 2 || /[^0-9a-f]/.test(text)) throw new Error("not hexadecimal");
    return Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
  }
  function join(...parts) {
    const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }
  const number = (given) => (given.length ? BigInt("0x" + hex(given)) : 0n);
  const fixed = (value, size) => bytes(value.toString(16).padStart(2 * size, "0"));
  const size = (n) => (n.toString(2).length + 7) >> 3;

  function power(base, exponent, modulus) {
    const table = [1n, base % modulus];
    for (let i = 2; i < 16; i += 1) table.push((table[i - 1] * table[1]) % modulus);
    let result = 1n;
    for (const digit of exponent.toString(16)) {
      for (let i = 0; i < 4; i += 1) result = (result * result) % modulus;
      result = (result * table[parseInt(digit, 16)]) % modulus;
    }
    return result;
  }
  function inverse(value, modulus) {
    let [a, b, x, y] = [value % modulus, modulus, 1n, 0n];
    while (b) {
      const quotient = a / b;
      [a, b] = [b, a - quotient * b];
      [x, y] = [y, x - quotient * y];
    }
    if (a !== 1n) throw new Error("no inverse");
    return ((x % modulus) + modulus) % modulus;
  }
  const sha = async (name, data) => new Uint8Array(await subtle.digest(name, data));

  async function mask(seed, length) {
    let made = new Uint8Array(0);
    for (let i = 0; made.length < length; i += 1) {
      made = join(made, await sha("SHA-384", join(seed, Uint8Array.of(0, 0, 0, i))));
    }
    return made.slice(0, length);
  }
  async function encode(message, bits, salt) {
    const length = (bits + 7) >> 3;
    const digest = await sha("SHA-384", join(new Uint8Array(8), await sha("SHA-384", message), salt));
    const block = join(new Uint8Array(length - salt.length - HASH - 2), Uint8Array.of(1), salt);
    const hidden = (await mask(digest, block.length)).map((byte, at) => byte ^ block[at]);
    hidden[0] &= 0xff >> (8 * length - bits);
    return join(hidden, digest, Uint8Array.of(0xbc));
  }
  function factor(n) {
    for (;;) {
      const value = number(random(size(n)));
      if (value > 1n && value < n) return { value, undo: inverse(value, n) };
    }
  }
  function inRange(given, n) {
    const value = number(given);
    if (given.length !== size(n) || value < 1n || value >= n) throw new Error("not a number of this key");
    return value;
  }

  /** 32 random bytes, then the message; `prefix` is given by the test vectors only. */
  const prepare = (message, prefix) => join(prefix || random(32), message);

  /** What goes to the signer and what unblinds the answer; `salt` and `inv` are for the test vectors only. */
  async function blind(n, prepared, salt, inv) {
    const encoded = number(await encode(prepared, n.toString(2).length - 1, salt || random(SALT)));
    inverse(encoded, n);
    const secret = inv ? { value: inverse(inRange(inv, n), n), undo: number(inv) } : factor(n);
    return { message: fixed((encoded * power(secret.value, E, n)) % n, size(n)), inverse: fixed(secret.undo, size(n)) };
  }
  /** Sign without seeing; `key` has n, p, q, dp, dq, qi as BigInt. */
  function blindSign(key, blinded) {
    const message = inRange(blinded, key.n);
    inverse(message, key.n);
    const hide = factor(key.n);
    const hidden = (message * power(hide.value, E, key.n)) % key.n;
    const byP = power(hidden % key.p, key.dp, key.p);
    const byQ = power(hidden % key.q, key.dq, key.q);
    const difference = (((byP - byQ) % key.p) + key.p) % key.p;
    const signed = ((byQ + key.q * ((difference * key.qi) % key.p)) * hide.undo) % key.n;
    if (power(signed, E, key.n) !== message) throw new Error("the private operation failed; nothing is given out");
    return fixed(signed, size(key.n));
  }
  /** Whether WebCrypto accepts the signature over what was prepared; `saltLength` is given by the test vectors only. */
  async function verify(n, prepared, signature, saltLength = SALT) {
    const jwk = { kty: "RSA", alg: "PS384", e: "AQAB", n: base64url(fixed(n, size(n))) };
    const key = await subtle.importKey("jwk", jwk, { name: "RSA-PSS", hash: "SHA-384" }, false, ["verify"]);
    return subtle.verify({ name: "RSA-PSS", saltLength }, key, signature, prepared);
  }
  /** Unblind and check. */
  async function finalize(n, prepared, blindSignature, inv, saltLength = SALT) {
    const signature = fixed((inRange(blindSignature, n) * inRange(inv, n)) % n, size(n));
    if (!(await verify(n, prepared, signature, saltLength))) throw new Error("the signature does not verify");
    return signature;
  }
  /** A signing key for one ballot, made by WebCrypto. */
  async function generate() {
    const kind = { name: "RSA-PSS", modulusLength: 3072, publicExponent: Uint8Array.of(1, 0, 1), hash: "SHA-384" };
    const pair = await subtle.generateKey(kind, true, ["sign", "verify"]);
    const jwk = await subtle.exportKey("jwk", pair.privateKey);
    return Object.fromEntries(["n", "p", "q", "dp", "dq", "qi"].map((name) => [name, number(unbase64url(jwk[name]))]));
  }
  function base64url(data) {
    const text = Array.from(data, (byte) => String.fromCharCode(byte)).join("");
    return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  }
  function unbase64url(text) {
    const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
  }

  Object.assign(LPK1, { hex, bytes, join, utf8, random, number, fixed, inverse, sha, base64url, unbase64url });
  LPK1.rsa = { generate, prepare, blind, blindSign, finalize, verify };
})();
