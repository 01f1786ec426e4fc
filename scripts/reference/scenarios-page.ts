import { SCENARIOS, type Scenario } from '../../local/virtual/scenarios.ts';
import { EFFECT_POINTS, type EffectPoint } from '../../shared/application/effect-points.ts';
import { FAULT_NAMES, type FaultName } from '../../shared/simulator/faults/fault-plan.ts';
import { code, page, table, type ReferencePage } from './markdown.ts';

const FAULT_MEANINGS: Readonly<Record<FaultName, string>> = {
  timeout_without_effect: 'An order is sent and never arrives; no answer comes.',
  timeout_with_effect: 'An order arrives and acts; its answer never comes.',
  server_error_without_effect: 'The exchange answers 503 and has done nothing.',
  server_error_with_effect: 'The exchange answers 503 and has acted all the same.',
  empty_success: 'The exchange acts and answers 201 without an order in it.',
  stream_gap: 'Frames of the public stream are lost; their numbers show a hole.',
  stream_duplicates: 'Frames of the public stream come twice.',
  user_messages_duplicated: 'Messages about our own orders and fills come twice.',
  user_messages_reordered: 'Messages about our own orders and fills overtake each other.',
  odds_duplicates: 'Odds come twice.',
  odds_reordered: 'Odds overtake each other.',
  stale_odds: 'The odds feed seems connected and says nothing, one to four times.',
  socket_drop:
    "The exchange's socket is closed and comes back; every second time the feeder dies with it.",
  process_crash: 'A process dies between two effects, one to three times.',
  queue_duplicates: 'A queue delivers a second copy of a message that was processed.',
  queue_reorder: 'A queue takes a message out of turn.',
  queue_redelivery: 'A processed message is not deleted and comes again.',
};

const POINT_MEANINGS: Readonly<Record<EffectPoint, string>> = {
  after_decision_recorded: 'The decision is in the log, the intent is not written.',
  after_intent_recorded: 'Intent and reservation are written, nothing is marked as sent.',
  after_marked_sent: 'The order is marked as sent, nothing has left.',
  after_send_before_record: 'The exchange has answered, the answer is not written.',
  after_outcome_recorded: 'The answer is written, the caller has not heard.',
  after_exit_claimed: 'The exit is claimed and its intent written, nothing is sent.',
  after_fill_booked: 'A fill is booked, its message is not acknowledged.',
  after_settlement_booked: 'A settlement is booked, its message is not acknowledged.',
};

/** The named worlds, the faults they may have and the points at which processes may die. */
export function scenariosPage(): ReferencePage {
  return page(
    'scenarios.md',
    '# Scenarios and faults',
    'Start one with `npm start -- --virtual --scenario NAME --seed N`; the first is the default. Without `--virtual` the day is played over real sockets and on the real clock, where nothing is put in to go wrong: only the scenarios without faults can be asked for there. [Simulation](../simulation.md) tells what a virtual world is made of, [one machine](../local-run.md) the other.',
    '## Scenarios',
    table(
      ['name', 'what it is', 'faults'],
      SCENARIOS.map((scenario: Scenario) => [
        code(scenario.name),
        scenario.description,
        faultsOf(scenario),
      ]),
    ),
    '## Faults',
    'Where a scenario draws its faults, each of these is present in about half of all seeds, with a strength of its own.',
    table(
      ['fault', 'what happens'],
      FAULT_NAMES.map((name) => [code(name), FAULT_MEANINGS[name]]),
    ),
    '## Where a process may die',
    'The named points between two effects. In the virtual world a crash plan kills the process there; elsewhere they do nothing.',
    table(
      ['point', 'what has happened by then'],
      EFFECT_POINTS.map((point) => [code(point), POINT_MEANINGS[point]]),
    ),
  );
}

function faultsOf({ faults }: Scenario): string {
  switch (faults.kind) {
    case 'none':
      return 'none';
    case 'drawn':
      return 'drawn by the seed';
    case 'named':
      return faults.names.map(code).join(', ');
  }
}
