// The seal of a choice: HPKE (RFC 9180), base mode, DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM; and the opening
// key in three shares, any two of which give it back (Shamir over GF(256)). The same as lpk1/sealing.py and lpk1/shares.py.
"use strict";
(function () {
  const LPK1 = globalThis.LPK1;
  const { join, utf8, random, sha, base64url, unbase64url } = LPK1;
  const subtle = globalThis.crypto.subtle;
  const CURVE = { name: "ECDH", namedCurve: "P-256" };
  const KEM = join(utf8("KEM"), Uint8Array.of(0, 16));
  const HPKE = join(utf8("HPKE"), Uint8Array.of(0, 16, 0, 1, 0, 2));
  const NONE = new Uint8Array(0);
  const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  const LENGTH = 60;

  async function hmac(key, data) {
    // An empty key is refused by WebCrypto; HMAC pads it with zeros, so zeros are the same key.
    const used = await subtle.importKey("raw", key.length ? key : new Uint8Array(32), { name: "HMAC", hash: "SHA-256" },
      false, ["sign"]);
    return new Uint8Array(await subtle.sign("HMAC", used, data));
  }
  const extract = (suite, salt, label, value) => hmac(salt, join(utf8("HPKE-v1"), suite, utf8(label), value));
  async function expand(suite, key, label, info, length) {
    const labelled = join(Uint8Array.of(0, length), utf8("HPKE-v1"), suite, utf8(label), info);
    return (await hmac(key, join(labelled, Uint8Array.of(1)))).slice(0, length);
  }
  async function schedule(dh, enc, recipient, info) {
    const shared = await expand(KEM, await extract(KEM, NONE, "eae_prk", dh), "shared_secret", join(enc, recipient), 32);
    const context = join(Uint8Array.of(0), await extract(HPKE, NONE, "psk_id_hash", NONE),
      await extract(HPKE, NONE, "info_hash", info));
    const secret = await extract(HPKE, shared, "secret", NONE);
    const key = await expand(HPKE, secret, "key", context, 32);
    return {
      key: await subtle.importKey("raw", key, "AES-GCM", false, ["encrypt", "decrypt"]),
      nonce: await expand(HPKE, secret, "base_nonce", context, 12),
    };
  }
  const point = (raw) => subtle.importKey("raw", raw, CURVE, true, []);
  const agree = async (mine, theirs) =>
    new Uint8Array(await subtle.deriveBits({ name: "ECDH", public: theirs }, mine, 256));

  /** Content under seal: 65 bytes of an ephemeral key, then the sealed content with its code of 16 bytes. */
  async function seal(open, content, info) {
    const own = await subtle.generateKey(CURVE, true, ["deriveBits"]);
    const enc = new Uint8Array(await subtle.exportKey("raw", own.publicKey));
    const { key, nonce } = await schedule(await agree(own.privateKey, await point(open)), enc, open, info);
    return join(enc, new Uint8Array(await subtle.encrypt({ name: "AES-GCM", iv: nonce }, key, content)));
  }
  /** The private key as an object; refused where it does not belong to the public one. */
  async function opener(secret, open) {
    const [x, y, d] = [open.slice(1, 33), open.slice(33), secret].map(base64url);
    const key = await subtle.importKey("jwk", { kty: "EC", crv: "P-256", x, y, d }, CURVE, false, ["deriveBits"]);
    const probe = await subtle.generateKey(CURVE, false, ["deriveBits"]);
    const [one, two] = [await agree(key, probe.publicKey), await agree(probe.privateKey, await point(open))];
    if (LPK1.hex(one) !== LPK1.hex(two)) throw new Error("not the key of this ballot");
    return { key, open };
  }
  /** What was sealed; throws where it was not sealed to this key and info. */
  async function unseal(opened, sealed, info) {
    const enc = sealed.slice(0, 65);
    const { key, nonce } = await schedule(await agree(opened.key, await point(enc)), enc, opened.open, info);
    return new Uint8Array(await subtle.decrypt({ name: "AES-GCM", iv: nonce }, key, sealed.slice(65)));
  }
  /** An opening key for one ballot: 32 bytes secret, 65 bytes public. */
  async function generate() {
    const pair = await subtle.generateKey(CURVE, true, ["deriveBits"]);
    const { d } = await subtle.exportKey("jwk", pair.privateKey);
    return { secret: unbase64url(d), open: new Uint8Array(await subtle.exportKey("raw", pair.publicKey)) };
  }

  function times(a, b) {
    let product = 0;
    for (let i = 0; i < 8; i += 1) {
      product ^= -(b & 1) & a;
      a = (a << 1) ^ (-(a >> 7) & 0x11b);
      b >>= 1;
    }
    return product;
  }
  function reciprocal(a) {
    let [square, result] = [a, 1];
    for (let i = 0; i < 7; i += 1) {
      square = times(square, square);
      result = times(result, square);
    }
    return result;
  }
  const check = async (body, tag) => (await sha("SHA-256", join(utf8(`LPK-1 share\n${tag}\n`), body))).slice(0, 4);

  /** Three printed shares of 32 bytes. */
  async function split(secret, tag) {
    const slopes = random(secret.length);
    const shares = [];
    for (let x = 1; x <= 3; x += 1) {
      const body = join(Uint8Array.of(x), secret.map((byte, at) => byte ^ times(slopes[at], x)));
      let value = LPK1.number(join(body, await check(body, tag))) << 4n;
      let text = "";
      for (let i = 0; i < LENGTH; i += 1) {
        text = ALPHABET[Number(value & 31n)] + text;
        value >>= 5n;
      }
      shares.push(text.match(/..../g).join(" "));
    }
    return shares;
  }
  async function read(printed, tag) {
    const text = printed.toUpperCase().replace(/[\s-]/g, "").replaceAll("O", "0").replace(/[IL]/g, "1");
    if (text.length !== LENGTH || [...text].some((letter) => !ALPHABET.includes(letter))) {
      throw new LPK1.Refused(`Một mảnh khóa có ${LENGTH} ký tự gồm chữ số và chữ cái, trừ I, L, O, U; ở đây có ${text.length}.`);
    }
    let value = 0n;
    for (const letter of text) value = (value << 5n) | BigInt(ALPHABET.indexOf(letter));
    const whole = (value >> 4n) >> 296n ? NONE : LPK1.fixed(value >> 4n, 37);
    const body = whole.slice(0, 33);
    if (value & 15n || LPK1.hex(whole.slice(33)) !== LPK1.hex(await check(body, tag)) || body[0] < 1 || body[0] > 3) {
      throw new LPK1.Refused("Mảnh khóa gõ sai hoặc của cuộc bỏ phiếu khác; hãy đối chiếu lại với bản in.");
    }
    return body;
  }
  /** The secret from two different shares. */
  async function combine(printed, tag) {
    const [first, second] = [await read(printed[0], tag), await read(printed[1], tag)];
    const [x, y] = [first[0], second[0]];
    if (x === y) throw new LPK1.Refused("Hai mảnh khóa giống nhau; cần hai mảnh khác nhau.");
    const [atFirst, atSecond] = [times(y, reciprocal(x ^ y)), times(x, reciprocal(x ^ y))];
    return first.slice(1).map((byte, at) => times(byte, atFirst) ^ times(second[at + 1], atSecond));
  }

  /** A refusal with a sentence for people. */
  LPK1.Refused = class extends Error {};
  LPK1.seal = { generate, seal, opener, unseal };
  LPK1.shares = { split, combine };
})();
