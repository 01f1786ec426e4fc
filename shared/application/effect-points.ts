/** The named places between two effects at which a process may die. Off in production; simulations hit each one. */
export const EFFECT_POINTS = [
  'after_decision_recorded',
  'after_intent_recorded',
  'after_marked_sent',
  'after_send_before_record',
  'after_outcome_recorded',
  'after_exit_claimed',
  'after_fill_booked',
  'after_settlement_booked',
] as const;

export type EffectPoint = (typeof EFFECT_POINTS)[number];

export interface EffectPoints {
  reached(point: EffectPoint): void;
}

/** Production: nothing happens between two effects. */
export const NO_FAULTS: EffectPoints = { reached: () => {} };
