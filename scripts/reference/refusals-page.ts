import { SKIP_EXPLANATIONS } from '../../shared/domain/decisions/skip-reason.ts';
import { INTENT_REFUSAL_CODES } from '../../shared/domain/execution/validate-intent.ts';
import { RISK_REFUSAL_EXPLANATIONS } from '../../shared/domain/risk/gate.ts';
import { code, page, table, type ReferencePage } from './markdown.ts';

/** Skip reasons and refusal codes, in the words that the code itself gives. */
export function refusalsPage(): ReferencePage {
  const ofIntent: ReadonlySet<string> = new Set(INTENT_REFUSAL_CODES);
  return page(
    'refusals.md',
    '# Skips and refusals',
    'Why a look at a market did not become an order. Both lists are closed: a code that is not here does not compile. They appear in `skipsByReason` of [summary.json](summary.md), in the terminal, in the report and in the decision records, the latter with the numbers behind them.',
    '## Skips',
    'A tick was looked at and nothing was sent.',
    table(
      ['reason', 'meaning'],
      Object.entries(SKIP_EXPLANATIONS).map(([reason, means]) => [code(reason), means]),
    ),
    '## Refusals by the gate',
    'An order was decided and sized, and the gate did not let it pass. Exits are refused only for the reasons marked "exits too": no state of trading, lease or limit stops an exit.',
    table(
      ['code', 'meaning', 'applies to'],
      Object.entries(RISK_REFUSAL_EXPLANATIONS).map(([refusal, means]) => [
        code(refusal),
        means,
        ofIntent.has(refusal) && !ENTRIES_ONLY.has(refusal) ? 'entries, exits too' : 'entries',
      ]),
    ),
    '## Lost races',
    'Two further words may stand among the skips. They name a moment, not a rule.',
    table(
      ['word', 'meaning'],
      [
        [
          code('account_not_open'),
          "The account's books were not opened yet: the start has not finished.",
        ],
        [
          code('lost_race'),
          'Another process changed the market, the lease or the headroom between decision and write. Nothing was sent.',
        ],
      ],
    ),
  );
}

/** Of the checks of an intent these two are of time, which does not stop an exit. */
const ENTRIES_ONLY: ReadonlySet<string> = new Set(['market_closing', 'entry_too_old']);
