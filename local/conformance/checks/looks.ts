import {
  readExchangeError,
  type ExchangeError,
} from '../../../shared/adapters/kalshi/wire/exchange-error.ts';
import { whether, type Finding } from '../check.ts';
import {
  isFields,
  refusalText,
  textIn,
  type Answer,
  type ProbedExchange,
} from '../probed-exchange.ts';

/** A refusal of the simulator as a person reads it. */
export function assumedText({ status, code }: ExchangeError): string {
  return `${status} ${code}`;
}

/** Whether an answer is the refusal that was assumed: by its status and code. */
export function refusedAs(answer: Answer, assumed: ExchangeError): Finding {
  const { code } = readExchangeError(answer.status, answer.text);
  return whether(answer.status === assumed.status && code === assumed.code, refusalText(answer));
}

const LOOKS = 12;
const LOOK_EVERY_MS = 250;

/** The status of an order once it is as wanted, or after some seconds as it then is; reads lag behind writes. */
export async function orderWhen(
  { ask, timers }: Pick<ProbedExchange, 'ask' | 'timers'>,
  orderId: string,
  isWanted: (status: string) => boolean,
): Promise<string> {
  let status = 'not readable';
  for (let look = 0; look < LOOKS; look += 1) {
    const { json } = await ask({ method: 'GET', path: `/portfolio/orders/${orderId}` });
    status = textIn(isFields(json['order']) ? json['order'] : {}, 'status') ?? status;
    if (isWanted(status)) break;
    await timers.sleep(LOOK_EVERY_MS);
  }
  return status;
}
