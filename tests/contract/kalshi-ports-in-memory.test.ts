import { memoryCatalogue, memoryWorld } from '../support/contract-worlds.ts';
import { accountContract, accountWorldContract } from './account-contract.ts';
import { catalogueContract, catalogueWorldContract } from './catalogue-contract.ts';
import { exchangePlaceContract } from './exchange-contract.ts';
import { orderGroupsContract, orderGroupsWorldContract } from './order-groups-contract.ts';
import { quotingContract, quotingWorldContract } from './quoting-contract.ts';

const NAME = 'Kalshi at the simulated exchange';
const enter = () => Promise.resolve(memoryWorld());

exchangePlaceContract(NAME, enter);
quotingContract(NAME, enter);
quotingWorldContract(NAME, enter);
orderGroupsContract(NAME, enter);
orderGroupsWorldContract(NAME, enter);
accountContract(NAME, enter);
accountWorldContract(NAME, enter);
catalogueContract(NAME, () => Promise.resolve(memoryCatalogue()));
catalogueWorldContract(NAME, () => Promise.resolve(memoryCatalogue()));
