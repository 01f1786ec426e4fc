import { socketWorld } from '../support/contract-worlds.ts';
import { exchangePlaceContract } from './exchange-contract.ts';
import { orderGroupsContract, orderGroupsWorldContract } from './order-groups-contract.ts';
import { quotingContract, quotingWorldContract } from './quoting-contract.ts';

const NAME = 'Kalshi over sockets';

exchangePlaceContract(NAME, socketWorld);
quotingContract(NAME, socketWorld);
quotingWorldContract(NAME, socketWorld);
orderGroupsContract(NAME, socketWorld);
orderGroupsWorldContract(NAME, socketWorld);
