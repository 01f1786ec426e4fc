/** How the bookmaker's margin is taken out of the inverse odds. Further methods come with the fair-lines issue. */
export type DevigMethod = 'proportional' | 'power' | 'shin';
