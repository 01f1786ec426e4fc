import type { SubmitOutcome, UnknownCause } from '../../domain/execution/outcome.ts';
import type { CancelOutcome } from '../../ports/exchange.ts';
import type { OrderAddress, QuoteRequest } from '../../ports/quoting.ts';
import { decodeBatchResponse, type BatchItem } from './wire/order-batches.ts';
import { droppedAtOnce, withExistsCode, withPostOnlyCode } from './wire/orders.ts';
import { isAmbiguousCode, isNotFoundCode, type WriteReply } from './write-outcome.ts';

/** What a batch's answer says of each order that was in it; the items are found by their ids, wherever they stand. */

/** One outcome a quote, in their order. An order that the answer does not tell of, or tells of twice, is unknown. */
export function placedItems(
  requests: readonly QuoteRequest[],
  written: WriteReply,
): readonly SubmitOutcome[] {
  if (written.kind === 'unknown') return requests.map(() => written);
  if (written.kind === 'rejected') {
    const { code, message } = written;
    return requests.map((): SubmitOutcome => ({ kind: 'rejected', code, message }));
  }
  const read = itemsOf(written.body, (item) => item.clientOrderId);
  if (read.kind === 'unknown') return requests.map(() => read);
  return requests.map((request) => placedItem(request, read.found.get(request.clientOrderId)));
}

function placedItem(request: QuoteRequest, item: BatchItem | undefined): SubmitOutcome {
  if (item === undefined) return { kind: 'unknown', cause: 'mismatched_success' };
  if (item.error !== null)
    return isAmbiguousCode(item.error.code)
      ? { kind: 'unknown', cause: 'server_error' }
      : { kind: 'rejected', ...withExistsCode(withPostOnlyCode(item.error)) };
  const { exchangeOrderId, filled, remaining, exchangeTimeMs } = item;
  if (exchangeOrderId === null || filled === null || exchangeTimeMs === null)
    return { kind: 'unknown', cause: 'unreadable_success' };
  if (filled > request.count) return { kind: 'unknown', cause: 'mismatched_success' };
  return request.postOnly && filled === 0 && remaining === 0
    ? droppedAtOnce()
    : { kind: 'accepted', exchangeOrderId, filled, exchangeTimeMs };
}

/** One outcome an order, in their order. `not_found` of an item is as ambiguous as a 404. */
export function cancelledItems(
  orders: readonly OrderAddress[],
  written: WriteReply,
): readonly CancelOutcome[] {
  if (written.kind === 'unknown') return orders.map(() => ({ kind: 'unknown' }));
  if (written.kind === 'rejected') {
    const { status, code, message } = written;
    return orders.map(() =>
      status === 404 ? { kind: 'not_found' } : { kind: 'rejected', code, message },
    );
  }
  const read = itemsOf(written.body, (item) => item.exchangeOrderId);
  if (read.kind === 'unknown') return orders.map(() => ({ kind: 'unknown' }));
  return orders.map(({ exchangeOrderId }) => cancelledItem(read.found.get(exchangeOrderId)));
}

function cancelledItem(item: BatchItem | undefined): CancelOutcome {
  if (item === undefined) return { kind: 'unknown' };
  if (item.error !== null) {
    if (isAmbiguousCode(item.error.code)) return { kind: 'unknown' };
    return isNotFoundCode(item.error.code)
      ? { kind: 'not_found' }
      : { kind: 'rejected', ...item.error };
  }
  return item.reducedBy === null
    ? { kind: 'unknown' }
    : { kind: 'cancelled', reducedBy: item.reducedBy };
}

/** The items by id; one id that stands twice tells nothing of either. */
function itemsOf(
  body: string,
  idOf: (item: BatchItem) => string | null,
):
  | { readonly kind: 'items'; readonly found: ReadonlyMap<string, BatchItem> }
  | { readonly kind: 'unknown'; readonly cause: UnknownCause } {
  if (body.trim() === '') return { kind: 'unknown', cause: 'empty_success' };
  const read = decodeBatchResponse(body);
  if (read.kind === 'refused') return { kind: 'unknown', cause: 'unreadable_success' };
  const found = new Map<string, BatchItem>();
  const twice = new Set<string>();
  for (const item of read.items) {
    const id = idOf(item);
    if (id === null) continue;
    if (found.has(id)) twice.add(id);
    found.set(id, item);
  }
  for (const id of twice) found.delete(id);
  return { kind: 'items', found };
}
