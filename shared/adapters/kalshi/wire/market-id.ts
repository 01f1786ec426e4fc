/**
 * The UUID that our simulated exchange gives a market beside its ticker. A function of the ticker, so that equal seeds
 * give equal bytes; nothing is looked up by it. Four lanes of FNV-1a (Fowler, Noll, Vo) over the ticker.
 */
export function marketIdOf(ticker: string): string {
  const lanes = [0x811c9dc5, 0x01000193, 0x9e3779b9, 0x85ebca6b].map((seed) => {
    let hash = seed;
    for (let index = 0; index < ticker.length; index += 1)
      hash = Math.imul(hash ^ ticker.charCodeAt(index), 0x01000193);
    return (hash >>> 0).toString(16).padStart(8, '0');
  });
  const hex = lanes.join('');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-');
}
