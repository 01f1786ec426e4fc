import { readFile } from 'node:fs/promises';
import { PartUnavailable } from './part-unavailable.ts';

export type SystemUser = { readonly uid: number; readonly gid: number };

/** Users that every Unix has without a login; none of them owns anything. */
const CANDIDATES = ['nobody', 'postgres', 'daemon'];

/** Whom a program runs as that refuses root; null when we are not root ourselves. Throws when there is nobody. */
export async function unprivilegedUser(): Promise<SystemUser | null> {
  if (process.getuid?.() !== 0) return null;
  const users = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const name of CANDIDATES) {
    const [, , uid, gid] = users.find(([user]) => user === name) ?? [];
    if (uid !== undefined && gid !== undefined && uid !== '0')
      return { uid: Number(uid), gid: Number(gid) };
  }
  throw new PartUnavailable(
    `PostgreSQL refuses to run as root, and /etc/passwd has none of ${CANDIDATES.join(', ')} to run it as. ` +
      'Start Fairline as an ordinary user.',
  );
}
