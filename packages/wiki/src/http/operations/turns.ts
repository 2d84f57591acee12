/**
 * Lets one change after another begin, each in a turn of the event loop of its own. Many that arrive together would
 * otherwise be worked out in one go, and whoever only reads would wait for all of them.
 */
export function oneEachTurn(): () => Promise<void> {
  const waiting: (() => void)[] = [];
  const next = () => {
    waiting.shift()?.();
    if (waiting.length > 0) setImmediate(next);
  };
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      if (waiting.length === 1) setImmediate(next);
    });
}
