import * as z from 'zod';
import { MAX_WIRE_BYTES, readJson } from './wire-text.ts';

/** What of a write its charge depends on. */
export type ChargedFacts = {
  readonly namesMarket: boolean;
  readonly exchangeIndex: number | null;
  /** Orders of a batch; null outside one. */
  readonly orders: number | null;
};

const facts = z.object({
  ticker: z.string().optional().catch(undefined),
  market_ticker: z.string().optional().catch(undefined),
  exchange_index: z.number().optional().catch(undefined),
  orders: z.array(z.unknown()).optional().catch(undefined),
});

/** What body and query say; a body that cannot be read says nothing, and is charged all the same. */
export function readChargedFacts({
  body,
  query,
}: {
  readonly body: string | null;
  readonly query: Readonly<Record<string, string>>;
}): ChargedFacts {
  const json = body === null ? null : readJson(body, MAX_WIRE_BYTES);
  const read = facts.safeParse(json?.kind === 'json' ? json.value : {});
  const said = read.success ? read.data : {};
  const shard = query['exchange_index'];
  return {
    namesMarket:
      said.ticker !== undefined ||
      said.market_ticker !== undefined ||
      query['market_ticker'] !== undefined,
    exchangeIndex: shard === undefined ? (said.exchange_index ?? null) : Number(shard),
    orders: said.orders?.length ?? null,
  };
}
