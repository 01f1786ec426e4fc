import { mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import bundled from '@sparticuz/chromium';

export interface Chromium {
  readonly executable: string;
  /** What its process needs to find the libraries and fonts that came with it. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * The Chromium that came from npm, unpacked once a version, machine and user (1.5 s, 230 MB), so that browser tests
 * need nothing installed. `CHROME_BIN` names another one.
 *
 * The package itself takes any `chromium` it finds in the temporary folder, whatever its version, and two first unpacks
 * at once break each other: so it unpacks into a folder of its own, which gets its name in one step.
 */
export async function unpackChromium(): Promise<Chromium> {
  const installed = process.env['CHROME_BIN'];
  if (installed !== undefined && installed !== '')
    return { executable: installed, environment: {} };
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      `The bundled Chromium is for linux-x64, and this is ${process.platform}-${process.arch}. ` +
        'Set CHROME_BIN to the program of an installed Chrome or Chromium.',
    );
  }
  const home = join(tmpdir(), `fairline-chromium-${bundledVersion()}-${userInfo().uid}`);
  if (!(await exists(home))) await unpackInto(home);
  return {
    executable: join(home, 'chromium'),
    environment: {
      LD_LIBRARY_PATH: join(home, 'al2023', 'lib'),
      FONTCONFIG_FILE: join(home, 'fonts.conf'),
    },
  };
}

async function unpackInto(home: string): Promise<void> {
  const workshop = await mkdtemp(`${home}-unpacking-`);
  try {
    // Taken for a Lambda it also unpacks NSS and expat, which a bare machine lacks.
    const asInLambda = { TMPDIR: workshop, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' };
    await withEnvironment(asInLambda, () => bundled.executablePath());
    await writeFile(join(workshop, 'fonts.conf'), fontsConfiguration(home));
    await rename(workshop, home);
  } catch (error) {
    if (!(await exists(home))) throw error; // else another run was faster
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
}

/** The bundled fonts first, then the machine's, if it has any. */
function fontsConfiguration(home: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(home, 'fonts', 'fonts')}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${join(home, 'fonts-cache')}</cachedir>
</fontconfig>
`;
}

/** The package exports no package.json; its main file lies in <package>/build/<format>/. */
function bundledVersion(): string {
  const require = createRequire(import.meta.url);
  const folder = dirname(require.resolve('@sparticuz/chromium'));
  const manifest: unknown = require(join(folder, '..', '..', 'package.json'));
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest)
    return String(manifest.version);
  throw new Error('@sparticuz/chromium has no version in its package.json.');
}

async function withEnvironment<T>(
  values: Readonly<Record<string, string>>,
  work: () => Promise<T>,
): Promise<T> {
  const before = Object.keys(values).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, values);
  try {
    return await work();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
