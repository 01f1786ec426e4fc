import { socketCatalogue, socketWorld } from '../support/contract-worlds.ts';
import { accountContract, accountWorldContract } from './account-contract.ts';
import { catalogueContract, catalogueWorldContract } from './catalogue-contract.ts';
import { exchangePlaceContract } from './exchange-contract.ts';
import { orderGroupsContract, orderGroupsWorldContract } from './order-groups-contract.ts';
import { quotingContract, quotingWorldContract } from './quoting-contract.ts';

const NAME = 'Kalshi over sockets';

exchangePlaceContract(NAME, socketWorld);
quotingContract(NAME, socketWorld);
quotingWorldContract(NAME, socketWorld);
orderGroupsContract(NAME, socketWorld);
orderGroupsWorldContract(NAME, socketWorld);
accountContract(NAME, socketWorld);
accountWorldContract(NAME, socketWorld);
catalogueContract(NAME, socketCatalogue);
catalogueWorldContract(NAME, socketCatalogue);
