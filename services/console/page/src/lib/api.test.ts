import { expect, it } from 'vitest';
import { Failure, worthAnother } from './api';

it('what had no answer is sent once more, and what was refused is not', () => {
  const unanswered = new Failure('The console does not answer.');
  expect([worthAnother(0, unanswered), worthAnother(1, unanswered)]).toEqual([true, false]);
  expect(worthAnother(0, new Failure('no such topic', null, 404))).toBe(false);
});
