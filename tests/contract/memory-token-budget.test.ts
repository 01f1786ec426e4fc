import { MemoryTokenBudget } from '../../shared/adapters/memory/memory-token-budget.ts';
import { tokenBudgetContract } from './token-budget-contract.ts';

tokenBudgetContract('memory', () => {
  const budget = new MemoryTokenBudget();
  return Promise.resolve([budget, budget] as const);
});
