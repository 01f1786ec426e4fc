/**
 * Where a deployment trades. `live` alone knows the address of the real exchange; `paper` and `demo` send to its demo,
 * with money that is none. `paper` is the cheap one: its database sleeps when nothing is written.
 */
export const STAGES = ['paper', 'demo', 'live'] as const;
export type Stage = (typeof STAGES)[number];

/** One installation of Fairline in one account and region. */
export type Deployment = {
  /** Stands before each name in the account, as `fairline-demo`. */
  readonly name: string;
  readonly stage: Stage;
  readonly region: string;
  /** Who gets the alerts by mail; null for nobody, and then only the console shows them. */
  readonly alertEmail: string | null;
  readonly monthlyBudgetUsd: number;
  /**
   * Whether what was kept is looked at each hour, beside each day: not where the database may sleep, which each look
   * would wake for ten minutes.
   */
  readonly reviewsHourly: boolean;
  /** Overrides of Fairline's configuration as JSON text. */
  readonly config: string;
  /** UUID that client order ids are made in; null to take the one of the data stack, new with each creation. */
  readonly namespace: string | null;
  readonly addresses: {
    readonly kalshiRest: string;
    readonly kalshiWebSocket: string;
    readonly boltOddsWebSocket: string;
    readonly boltOddsRest: string;
    readonly oddsApi: string;
    readonly scoreboard: string;
    readonly balldontlie: string;
  };
};

const KALSHI = {
  kalshiRest: 'https://external-api.kalshi.com/trade-api/v2',
  kalshiWebSocket: 'wss://external-api-ws.kalshi.com/trade-api/ws/v2',
};
const KALSHI_DEMO = {
  kalshiRest: 'https://external-api.demo.kalshi.co/trade-api/v2',
  kalshiWebSocket: 'wss://external-api-ws.demo.kalshi.co/trade-api/ws/v2',
};
const FEEDS = {
  boltOddsWebSocket: 'wss://spro.agency/api',
  boltOddsRest: 'https://spro.agency/api',
  oddsApi: 'https://api.the-odds-api.com',
  scoreboard: 'https://site.api.espn.com/apis/site/v2/sports',
  balldontlie: 'https://api.balldontlie.io',
};

const DEFAULT_REGION = 'us-east-2';
const DEFAULT_BUDGET_USD: Readonly<Record<Stage, number>> = { paper: 80, demo: 120, live: 250 };

/** Lambda takes 4 KB of environment in all; the rest needs less than 1.5. */
const MAX_CONFIG_BYTES = 2_500;

/**
 * The deployment that the context of `cdk` asks for: `-c stage=paper|demo|live`, and optionally `region`, `alertEmail`,
 * `monthlyBudgetUsd` and `config`. Throws one error that names each value that cannot be used, and what can.
 */
export function deploymentFrom(context: (key: string) => unknown): Deployment {
  const problems: string[] = [];
  const read = (
    key: string,
    otherwise: string,
    allowed: string,
    fits: (text: string) => boolean,
  ) => {
    const value = context(key) ?? otherwise;
    if (typeof value === 'string' && fits(value)) return value;
    problems.push(`-c ${key}=… is ${JSON.stringify(value)}; it must be ${allowed}`);
    return otherwise;
  };
  const stageText = read('stage', 'paper', `one of ${STAGES.join(', ')}`, isStage);
  const stage = isStage(stageText) ? stageText : 'paper';
  const deployment: Deployment = {
    name: `fairline-${stage}`,
    stage,
    region: read('region', DEFAULT_REGION, 'a region such as us-east-2', (text) =>
      /^[a-z]{2}(-[a-z]+)+-\d$/.test(text),
    ),
    alertEmail:
      read('alertEmail', '', 'an address such as ops@example.com', (text) =>
        /^([^@\s]+@[^@\s.]+(\.[^@\s.]+)+)?$/.test(text),
      ) || null,
    monthlyBudgetUsd: Number(
      read(
        'monthlyBudgetUsd',
        String(DEFAULT_BUDGET_USD[stage]),
        'whole dollars from 1 to 100000',
        (text) => /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= 100_000,
      ),
    ),
    reviewsHourly: stage !== 'paper',
    config: read(
      'config',
      '{}',
      `the JSON text of an object of at most ${MAX_CONFIG_BYTES} bytes`,
      isConfigText,
    ),
    namespace: null,
    addresses: { ...(stage === 'live' ? KALSHI : KALSHI_DEMO), ...FEEDS },
  };
  if (stage === 'live' && deployment.alertEmail === null)
    problems.push('-c alertEmail=… is missing; the live stage alerts somebody');
  if (problems.length > 0)
    throw new Error(`the deployment is not clear:\n  ${problems.join('\n  ')}`);
  return deployment;
}

/**
 * The deployment that infra/wiring.json is read off. What only the one who runs it knows is written
 * `runtime:<variable>` here, because `${` means something to CloudFormation.
 */
export const WIRING_DEPLOYMENT: Deployment = {
  name: 'fairline-local',
  stage: 'paper',
  region: DEFAULT_REGION,
  alertEmail: null,
  monthlyBudgetUsd: DEFAULT_BUDGET_USD.paper,
  reviewsHourly: true,
  config: '{}',
  namespace: 'runtime:FAIRLINE_NAMESPACE',
  addresses: {
    kalshiRest: 'runtime:KALSHI_REST_URL',
    kalshiWebSocket: 'runtime:KALSHI_WS_URL',
    boltOddsWebSocket: 'runtime:BOLTODDS_WS_URL',
    boltOddsRest: 'runtime:BOLTODDS_REST_URL',
    oddsApi: 'runtime:ODDS_API_URL',
    scoreboard: 'runtime:SCOREBOARD_URL',
    balldontlie: 'runtime:BALLDONTLIE_URL',
  },
};

function isStage(text: string): text is Stage {
  return (STAGES as readonly string[]).includes(text);
}

function isConfigText(text: string): boolean {
  if (Buffer.byteLength(text) > MAX_CONFIG_BYTES) return false;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
