export const HOUR_MS = 3_600_000;
/** A longer frame is refused, and one that is longer by far ends the connection. */
export const MAX_FRAME_BYTES = 65_536;
export const OVERSIZED_BYTES = 2 * MAX_FRAME_BYTES;
export const ENORMOUS_BYTES = 64 * MAX_FRAME_BYTES;
/** From a fault until what it does to the connection must have shown. */
export const EXPLAINS_MS = 130_000;
/** A REST request that is not answered by then is lost. */
export const REST_TIMEOUT_MS = 2_000;
/** Between two looks for fills that the stream did not bring. */
export const OWN_MESSAGES_EVERY_MS = 30_000;
/** About 10,000 frames come in an hour: with more than this, something of each is kept. */
export const MOST_GROWTH_BYTES_PER_HOUR = 250_000;
/** What is compiled and cached late, however long it runs. */
export const MOST_GROWTH_BYTES = 4_000_000;
