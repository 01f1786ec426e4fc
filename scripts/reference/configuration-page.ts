import { allowedAt, leafPaths, valueAt } from '../../shared/adapters/config-file/config-tree.ts';
import { configSchema, DEFAULT_CONFIG } from '../../shared/contracts/config.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import { code, page, table, type ReferencePage } from './markdown.ts';
import { SETTING_MEANINGS } from './setting-meanings.ts';

/** Every setting with its default, what it accepts and what it means. */
export function configurationPage(): ReferencePage {
  const paths = leafPaths(DEFAULT_CONFIG);
  const stranger = Object.keys(SETTING_MEANINGS).find((path) => !paths.includes(path));
  invariant(stranger === undefined, `a meaning belongs to a setting, and ${stranger} is none`);
  const sections = [...new Set(paths.map((path) => path.split('.')[0] ?? ''))];
  return page(
    'configuration.md',
    '# Settings',
    `All ${paths.length} settings. How to give them, and which source wins, is in [configuration](../configuration.md). A value in quotation marks is a text: money and fractions are written as texts, because a JSON number is a float. A setting marked "not yet" is checked and part of the fingerprint, but the part of Fairline that will act on it does not exist yet.`,
    ...sections.flatMap((section) => [
      `## ${section}`,
      table(
        ['setting', 'default', 'allowed', 'meaning'],
        paths.filter((path) => path.startsWith(`${section}.`)).map(settingRow),
      ),
    ]),
  );
}

function settingRow(path: string): readonly string[] {
  const meaning = SETTING_MEANINGS[path];
  invariant(meaning !== undefined, `every setting has a meaning, and ${path} has none`);
  const keys = path.split('.');
  return [
    code(path),
    code(JSON.stringify(valueAt(DEFAULT_CONFIG, keys))),
    allowedAt(configSchema, keys),
    meaning.acts ? meaning.means : `*Not yet:* ${meaning.means}`,
  ];
}
