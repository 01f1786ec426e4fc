import { describe, expect, it } from 'vitest';
import { numberParameters } from '../../../../local/cloud/parts/named-parameters.ts';
import {
  migrationOf,
  readMigrations,
} from '../../../../shared/adapters/postgres/migration-files.ts';

describe('files of migrations', () => {
  it('are read by version, statement by statement', () => {
    expect(
      migrationOf(
        '0012-add-notes.sql',
        '-- why\nselect 1\n-- statement\n\n-- statement  \nselect 2\n',
      ),
    ).toMatchObject({
      version: 12,
      name: 'add-notes',
      statements: ['-- why\nselect 1', 'select 2'],
    });
  });

  it('have the same checksum whatever the line ends of a checkout', () => {
    const unix = migrationOf('0001-a.sql', 'select 1\n-- statement\nselect 2\n');
    const dos = migrationOf('0001-a.sql', 'select 1\r\n-- statement\r\nselect 2\r\n');
    expect(dos).toEqual(unix);
    expect(migrationOf('0001-a.sql', 'select 1').sha256).not.toBe(unix.sha256);
  });

  it.each(['1-a.sql', '0001_a.sql', '0001-a.txt', '0001-A.sql', 'notes.md'])(
    'are refused when they are called %s',
    (file) => {
      expect(() => migrationOf(file, 'select 1')).toThrow(/is not named like a migration/);
    },
  );
});

describe('the migrations of Fairline', () => {
  it('hold nothing that the Data API could take for a parameter or for several statements', async () => {
    const migrations = await readMigrations();
    expect(migrations.length).toBeGreaterThan(2);
    for (const { file, statements } of migrations) {
      for (const statement of statements) {
        expect(numberParameters(statement).names, file).toEqual([]);
        expect(statement.replaceAll('::', ''), file).not.toMatch(/:\w/);
        expect(statement, file).not.toMatch(/;$/);
      }
    }
  });
});
