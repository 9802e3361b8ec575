// The frozen ballot, its fingerprints, choices, count and board: the same as lpk1/board.py and lpk1/counting.py.
"use strict";
(function () {
  const LPK1 = globalThis.LPK1;
  const { utf8, hex, sha } = LPK1;
  const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

  /** Canonical JSON: keys sorted, no blanks, whole numbers only. */
  function canonical(value) {
    if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
    if (value !== null && typeof value === "object") {
      const keys = Object.keys(value).sort();
      return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
    }
    if (typeof value === "number" && !Number.isSafeInteger(value)) throw new Error("not a whole number");
    if (value === undefined) throw new Error("no value");
    return JSON.stringify(value);
  }
  const digest = async (value) => hex(await sha("SHA-256", utf8(canonical(value))));
  /** `XXXX-XXXX-XXXX`: the first 60 bits. */
  function short(full) {
    let bits = BigInt("0x" + full.slice(0, 15));
    let text = "";
    for (let i = 0; i < 12; i += 1) {
      text = ALPHABET[Number(bits & 31n)] + text;
      bits >>= 5n;
    }
    return text.match(/..../g).join("-");
  }
  const tagOf = async (ballot, keys) =>
    digest({ ballot: await digest(ballot), keys: { open: keys.open, sign: keys.sign } });
  const tokenMessage = (tag, serial) => utf8(`LPK-1 token\n${tag}\n${serial}`);
  const proofMessage = (tag, serial, sealed) => utf8(`LPK-1 cast\n${tag}\n${serial}\n${sealed}`);
  const SIGN = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const sealInfo = (tag, serial) => utf8(`LPK-1 choice\n${tag}\n${serial}`);

  const bytesOf = (line) => (line.options.length + 7) >> 3;
  const choiceLength = (ballot) => ballot.lines.reduce((sum, line) => sum + bytesOf(line), 0);
  function encodeChoice(ballot, marks) {
    const content = new Uint8Array(choiceLength(ballot));
    let start = 0;
    ballot.lines.forEach((line, at) => {
      for (const option of marks[at]) {
        if (!(Number.isInteger(option) && option >= 0 && option < line.options.length)) throw new Error("no such option");
        content[start + (option >> 3)] |= 1 << (option & 7);
      }
      start += bytesOf(line);
    });
    return content;
  }
  /** The marks, or null where the content is no slip of this ballot. */
  function decodeChoice(ballot, content) {
    if (content.length !== choiceLength(ballot)) return null;
    const marks = [];
    let start = 0;
    for (const line of ballot.lines) {
      const marked = [];
      for (let bit = 0; bit < 8 * bytesOf(line); bit += 1) {
        if (!((content[start + (bit >> 3)] >> (bit & 7)) & 1)) continue;
        if (bit >= line.options.length) return null;
        marked.push(bit);
      }
      marks.push(marked);
      start += bytesOf(line);
    }
    return marks;
  }
  /** For each line of one slip whether it counts, by the frozen rule. */
  function slipLines(ballot, marks) {
    if (marks === null) return ballot.lines.map(() => false);
    const each = ballot.lines.map((line, at) => line.least <= marks[at].length && marks[at].length <= line.most);
    return ballot.invalid === "line" || each.every(Boolean) ? each : each.map(() => false);
  }
  function count(ballot, slips) {
    const lines = ballot.lines.map((line) => ({ valid: 0, invalid: 0, counts: line.options.map(() => 0) }));
    let valid = 0;
    for (const marks of slips) {
      const counted = slipLines(ballot, marks);
      if (counted.some(Boolean)) valid += 1;
      counted.forEach((holds, at) => {
        lines[at][holds ? "valid" : "invalid"] += 1;
        if (holds) for (const option of marks[at]) lines[at].counts[option] += 1;
      });
    }
    return { valid, invalid: slips.length - valid, lines };
  }
  /** Whether enough of those summoned are present. */
  const quorumMet = (ballot, present) => present * ballot.quorum[1] >= ballot.quorum[0] * ballot.summoned;
  /** Whether so many votes reach the frozen majority; null where none was frozen or its base is empty. */
  function passes(ballot, votes, bases) {
    const rule = ballot.majority;
    if (!rule || !bases[rule.of]) return null;
    const [have, needed] = [votes * rule.ratio[1], rule.ratio[0] * bases[rule.of]];
    return rule.over ? have > needed : have >= needed;
  }
  /** One voter's slip before sealing: a one-time key, the serial made from it, and what is to be signed blindly. */
  async function token(keys, tag) {
    const own = await crypto.subtle.generateKey(SIGN, false, ["sign", "verify"]);
    const key = new Uint8Array(await crypto.subtle.exportKey("raw", own.publicKey));
    const serial = hex(await sha("SHA-256", key));
    const prepared = LPK1.rsa.prepare(tokenMessage(tag, serial));
    const blinded = await LPK1.rsa.blind(BigInt("0x" + keys.sign), prepared);
    return { own: own.privateKey, key: hex(key), serial, prepared, blinded: hex(blinded.message), inverse: blinded.inverse };
  }
  /** What the committee gave out, without a choice: the serial with its signature. */
  async function slip(keys, mine, blindSignature) {
    const signature = await LPK1.rsa.finalize(
      BigInt("0x" + keys.sign), mine.prepared, LPK1.bytes(blindSignature), mine.inverse,
    );
    return { serial: mine.serial, key: mine.key, prefix: hex(mine.prepared.slice(0, 32)), signature: hex(signature) };
  }
  /** The finished cast of a token: what is posted, without a name. */
  async function cast(ballot, keys, tag, mine, blindSignature, marks) {
    const given = await slip(keys, mine, blindSignature);
    const { serial } = given;
    const sealed = hex(
      await LPK1.seal.seal(LPK1.bytes(keys.open), encodeChoice(ballot, marks), sealInfo(tag, serial)),
    );
    const proof = new Uint8Array(await crypto.subtle.sign(SIGN, mine.own, proofMessage(tag, serial, sealed)));
    return { ...given, sealed, proof: hex(proof) };
  }
  /** Whether the committee gave this token out, and its holder sealed this choice. */
  async function genuine(ballot, keys, tag, row) {
    const lengths = {
      serial: 64, key: 130, prefix: 64, signature: keys.sign.length, sealed: 2 * (choiceLength(ballot) + 81), proof: 128,
    };
    const shaped = Object.entries(lengths).every(
      ([name, length]) => typeof row[name] === "string" && row[name].length === length && !/[^0-9a-f]/.test(row[name]),
    );
    if (!shaped || hex(await sha("SHA-256", LPK1.bytes(row.key))) !== row.serial) return false;
    try {
      const own = await crypto.subtle.importKey("raw", LPK1.bytes(row.key), SIGN, false, ["verify"]);
      const message = proofMessage(tag, row.serial, row.sealed);
      if (!(await crypto.subtle.verify(SIGN, own, LPK1.bytes(row.proof), message))) return false;
    } catch {
      return false;
    }
    const prepared = LPK1.rsa.prepare(tokenMessage(tag, row.serial), LPK1.bytes(row.prefix));
    return LPK1.rsa.verify(BigInt("0x" + keys.sign), prepared, LPK1.bytes(row.signature));
  }
  /** The marks of a sealed choice, or null where it cannot be read. */
  async function open(opened, ballot, tag, row) {
    let content;
    try {
      content = await LPK1.seal.unseal(opened, LPK1.bytes(row.sealed), sealInfo(tag, row.serial));
    } catch {
      return null;
    }
    return decodeChoice(ballot, content);
  }
  async function publish(ballot, keys, present, issued, rows) {
    const ordered = [...rows].sort((a, b) => (a.serial < b.serial ? -1 : 1));
    const board = {
      protocol: "LPK-1",
      ballot,
      fingerprint: short(await digest(ballot)),
      keys: { open: keys.open, sign: keys.sign },
      keys_fingerprint: short(await tagOf(ballot, keys)),
      present,
      issued,
      returned: ordered.length,
      rows: ordered,
      result: count(ballot, ordered.map((row) => row.choice)),
    };
    return { ...board, hash: await digest(board) };
  }

  LPK1.board = {
    canonical, digest, short, tagOf, tokenMessage, sealInfo, encodeChoice, decodeChoice, slipLines, count, token, slip,
    cast, genuine, open, publish, quorumMet, passes,
  };
})();
