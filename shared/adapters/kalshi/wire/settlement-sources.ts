import * as z from 'zod';
import type { SettlementSource } from '../../../domain/market/settlement-facts.ts';

const source = z.object({ name: z.string().nullish(), url: z.string().nullish() });

/**
 * `settlement_sources` of a series or an event (docs.kalshi.com, "Get Series"). Absent and null are none; one without a
 * name and an address says nothing and is left out.
 */
export const settlementSourcesField = z
  .array(source)
  .nullish()
  .transform((sources): readonly SettlementSource[] =>
    (sources ?? []).flatMap(({ name, url }) =>
      (name ?? '') === '' && (url ?? '') === '' ? [] : [{ name: name ?? '', url: url ?? '' }],
    ),
  );
