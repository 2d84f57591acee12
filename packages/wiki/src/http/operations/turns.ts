/**
 * Lets one change after another begin, each in a turn of the event loop of its own. Many that arrive together would
 * otherwise be worked out in one go, and whoever only reads would wait for all of them.
 */
export function oneEachTurn(): () => Promise<void> {
  const waiting: (() => void)[] = [];
  let isTaken = false;
  const next = () => {
    const begin = waiting.shift();
    isTaken = begin !== undefined;
    if (!begin) return;
    begin();
    setImmediate(next);
  };
  return () => {
    if (isTaken) return new Promise((resolve) => waiting.push(resolve));
    // The first of a turn need not wait for another.
    isTaken = true;
    setImmediate(next);
    return Promise.resolve();
  };
}
