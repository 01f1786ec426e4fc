/** One team as the curated tables give it: our code, the full name, and every other word that stands for it alone. */
export type TeamEntry = {
  readonly code: string;
  readonly name: string;
  readonly aliases: readonly string[];
};

/**
 * Reads lines of `CODE CODE | Place | Nickname | other, other`. The first code is ours. Each code, each `CODE Nickname`
 * (`ATL Braves`), the nickname, the place and the full name stand for the team; a place with a star is shared by two
 * teams of the league and stands for none.
 */
export function cityTeams(table: string): readonly TeamEntry[] {
  return rowsOf(table).map(([codes = '', place = '', nickname = '', others]) => {
    const isShared = place.endsWith('*');
    const city = isShared ? place.slice(0, -1) : place;
    const [code = '', ...moreCodes] = codes.split(' ');
    return {
      code,
      name: [city, nickname].filter((part) => part !== '').join(' '),
      aliases: [
        ...moreCodes,
        ...[code, ...moreCodes].map((one) => `${one} ${nickname}`),
        nickname,
        ...(isShared || city === '' ? [] : [city]),
        ...listOf(others),
      ],
    };
  });
}

/**
 * Reads lines of `CODE CODE | School | Nickname | other, other`. A nickname alone stands for no college: there are a
 * dozen Tigers. A school in `State` is also known by `St`.
 */
export function schoolTeams(table: string): readonly TeamEntry[] {
  return rowsOf(table).map(([codes = '', said = '', nickname = '', others]) => {
    const isShared = said.endsWith('*');
    const school = isShared ? said.slice(0, -1) : said;
    const [code = '', ...moreCodes] = codes.split(' ');
    return {
      code,
      name: `${school} ${nickname}`,
      aliases: [
        ...moreCodes,
        ...[...(isShared ? [] : [school]), ...listOf(others)].flatMap((name) =>
          name.endsWith(' State') ? [name, name.slice(0, -3)] : [name],
        ),
        ...(school.endsWith(' State') ? [`${school.slice(0, -3)} ${nickname}`] : []),
      ],
    };
  });
}

/** Reads lines of `CODE CODE | Name | other, other`. */
export function clubTeams(table: string): readonly TeamEntry[] {
  return rowsOf(table).map(([codes = '', name = '', others]) => {
    const [code = '', ...moreCodes] = codes.split(' ');
    return { code, name, aliases: [...moreCodes, ...listOf(others)] };
  });
}

function rowsOf(table: string): readonly (readonly string[])[] {
  return table
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => line.split('|').map((cell) => cell.trim()));
}

function listOf(cell: string | undefined): readonly string[] {
  return (cell ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}
