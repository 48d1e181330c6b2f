import { expect, test } from 'vitest';
import { createJobList } from '../../src/jobs/job-list';
import { fakeJob } from '../preview/fake-queue';

test('jobs are listed newest first; the queue keeps its own order, which can be changed', () => {
  const list = createJobList();
  list.add(['a', 'b', 'c'].map((id, index) => fakeJob({ id, createdAt: index })));
  list.enqueue(['a', 'b', 'c']);
  expect(list.jobs.map(({ id }) => id)).toEqual(['c', 'b', 'a']);
  const after = (id: string, places: number) => {
    list.move(id, places);
    return list.order.join('');
  };
  expect(after('c', -1)).toBe('acb');
  expect(after('c', -5)).toBe('cab');
  expect(after('c', 9)).toBe('abc');
  expect(after('nobody', 1)).toBe('abc');
  list.enqueue(['a']);
  list.remove('b');
  expect([list.order.join(''), list.jobs.length]).toEqual(['ac', 2]);
});
