import { generateKeyPairSync } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { oneOf } from './one-of.ts';
import { UsageError } from '../usage-error.ts';

export type KeysOptions = {
  readonly type?: string | undefined;
  readonly out?: string | undefined;
  readonly key?: string | undefined;
};

const ACTIONS = ['generate', 'check'] as const;
const TYPES = ['ed25519', 'rsa'] as const;
const RSA_BITS = 2_048;
const OWNER_ONLY = 0o600;

type Answer = { readonly json: object; readonly text: string };

/**
 * `fairline keys`: makes a key for the exchange, whose public part is registered there, or looks whether one can sign.
 * The private part is never printed, and no file is overwritten.
 */
export async function runKeys(action: string, options: KeysOptions): Promise<Answer> {
  const { checkKey, keyFromFile } = await import('../../shared/adapters/kalshi/signing-keys.ts');
  if (oneOf('action', action, ACTIONS) === 'check') {
    const file = needed('--key', options.key, 'fairline keys check --key kalshi.pem');
    const { privateKeyPem, warnings } = keyFromFile('', file);
    const { publicKeyPem: _, ...facts } = checkKey(privateKeyPem, `private key ${file}`);
    const text = [`${file} signs: ${told(facts)}`, ...warnings.map((one) => `Warning: ${one}`)];
    return { json: { file, ...facts, warnings }, text: text.join('\n') };
  }
  const type = oneOf('--type', options.type ?? 'ed25519', TYPES);
  const file = needed('--out', options.out, 'fairline keys generate --out kalshi.pem');
  const publicFile = `${file}.pub`;
  for (const taken of [file, publicFile].filter((one) => existsSync(one)))
    throw new UsageError({
      what: `${taken} is there already.`,
      allowed: 'a file that is not there: a key that is written over is lost',
      todo: 'Give another name with --out, or move the old key away.',
    });
  const pem = newKey(type);
  const { publicKeyPem, ...facts } = checkKey(pem, 'the new key');
  writeFileSync(file, pem, { mode: OWNER_ONLY, flag: 'wx' });
  writeFileSync(publicFile, publicKeyPem, { flag: 'wx' });
  return {
    json: { file, publicFile, ...facts },
    text: [
      `${file}: ${told(facts)}, readable by you alone.`,
      `Register ${publicFile} with the exchange, which answers with the id of the key.`,
    ].join('\n'),
  };
}

function newKey(type: (typeof TYPES)[number]): string {
  const { privateKey } =
    type === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: RSA_BITS })
      : generateKeyPairSync('ed25519');
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function told(facts: {
  readonly type: string;
  readonly bits: number | null;
  readonly fingerprint: string;
}): string {
  const size = facts.bits === null ? '' : ` of ${facts.bits} bits`;
  return `${facts.type === 'rsa' ? 'RSA' : 'Ed25519'} key${size}, ${facts.fingerprint}`;
}

function needed(option: string, value: string | undefined, example: string): string {
  if (value !== undefined && value !== '') return value;
  throw new UsageError({
    what: `${option} is missing.`,
    allowed: 'the path of a .pem file',
    todo: `Such as: ${example}`,
  });
}
