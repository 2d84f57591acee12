import { afterEach, beforeEach } from "vitest";
import { ReadModels } from "../../src/read-models/read-models.ts";
import { describeWiki, type WikiUnderTest } from "../describe-wiki.ts";

/** A wiki and its read models, anew for each test. */
export interface ReadModelsUnderTest extends WikiUnderTest {
  readonly models: ReadModels;
  /** Waits until the read models show all that is recorded. */
  caughtUp(): Promise<ReadModels>;
}

/** Defines tests of read models that follow a wiki, to be run on every engine. */
export function describeReadModels(name: string, define: (current: () => ReadModelsUnderTest) => void): void {
  describeWiki(name, (wiki) => {
    let models: ReadModels;

    beforeEach(() => {
      models = new ReadModels({ app: wiki().wiki.events });
      models.start();
    });

    afterEach(() => models.close());

    define(() =>
      Object.assign(wiki(), {
        models,
        caughtUp: async () => {
          await models.waitFor(await wiki().recorder.head(), { timeout: 60_000 });
          return models;
        },
      }));
  });
}
