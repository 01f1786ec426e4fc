import type { BenchRow } from './bench-row.ts';
import { openEmbeddedDesk } from './embedded-desk.ts';
import { Marks, measureOrders, WithdrawingExchange } from './embedded-orders.ts';
import { measureTicks } from './embedded-ticks.ts';

/** The embedded system in this process: how long an order takes, and how many ticks it takes in. */
export async function benchEmbedded(): Promise<readonly BenchRow[]> {
  const marks = new Marks();
  const exchange = new WithdrawingExchange(marks);
  const desk = await openEmbeddedDesk({
    exchange,
    beside: (name, handler) => marks.beside(name, handler),
  });
  try {
    const orders = await measureOrders(desk, exchange, marks);
    return [...orders, ...(await measureTicks(desk))];
  } finally {
    marks.close();
    await desk.close();
  }
}
