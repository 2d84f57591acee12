import type { OpenApiDocument } from "../open-api.ts";

/** Something of everything that markup makes. */
export const LONG_TEXT = `Flour, water, salt and *time*. This guide goes through a loaf from the evening before to the moment at which it is cool
enough to be cut, and says at each step **what can go wrong**. It assumes an oven that reaches 250 °C, a heavy pot with a
lid, and [[recipes|no experience]]; a [scale](https://example.com/scales) helps.[^1]

## What you need

- 500 g of flour, half of it whole
- 350 g of water, about as warm as a hand
- 10 g of salt
  - coarse or fine is the same by weight

| Flour | Water | Rest |
|:--|--:|:-:|
| white | 65 % | 30 min |
| whole | 75 % | 45 min |
| [[missing rye]] | 80 % | none |

### Before you begin

- [x] Feed the [[guides/sourdough-starter]]
- [ ] Weigh the flour
- [ ] Find the lid of the pot

> Bread is patient. Whoever bakes it need not be.

## The dough

1. Mix flour and water with your hands until nothing is dry.
2. Wait for half an hour, then add salt and starter.
3. Fold it four times, half an hour apart. Press <kbd>Ctrl</kbd> + <kbd>S</kbd> if you take notes.

How much water a dough holds is its hydration $h = \\frac{w}{f}$, and over a day it rises as

$$V(t) = \\frac{V_0 e^{kt}}{1 + \\frac{V_0}{K}(e^{kt} - 1)}$$

![[glossary]]

## For those who count

\`\`\`ts
// How long to wait, in hours, for a dough at this temperature.
export function rise(celsius: number, starter = 0.2): number {
  const base = 12 / Math.pow(2, (celsius - 20) / 8);
  return celsius > 40 ? Number.NaN : base * (0.2 / starter); // "too warm"
}
\`\`\`

\`\`\`nomnoml
[Flour] -> [Dough]
[Water] -> [Dough]
[Dough] -> [Loaf]
\`\`\`

Inline \`code\` looks like this, and a picture that is not there like that: ![[crumb.png]].

---

## Notes

Thanks to all who tasted.

[^1]: Cups are for tea.
`;

const PARAGRAPHS = Array.from(
  { length: 12 },
  (_, i) => `Step ${i + 4}: fold the dough, and wait for half an hour.\n`,
).join("\n");

export const TEXT_BEFORE = `# The dough

Mix flour and water with your hands until nothing is dry, then wait. The water should be warm.

Add the salt.

${PARAGRAPHS}
Bake it at 230 °C for an hour.

A line that goes away altogether, and leaves nothing.
`;

export const TEXT_AFTER = `# The dough

Mix flour and water with your hands until nothing is dry, then wait for half an hour. The water should be about as warm as a hand, 30 °C.

Add the salt and the starter.
A new line, which no other took the place of: 新しい行、そして سطر جديد.

${PARAGRAPHS}
Bake it at 250 °C for an hour\u202e with the lid on.
`;

const ERROR = {
  description: "What was refused",
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
};

export const OPEN_API: OpenApiDocument = {
  info: {
    title: "Field Notes API",
    version: "1",
    description: "Pages, their history and the log of all changes, as JSON.",
  },
  paths: {
    "/api/v1/pages/{slug}": {
      get: {
        summary: "Read a page",
        description: "As it is, or as one of its versions was.",
        parameters: [
          { name: "slug", in: "path", required: true, schema: { type: "string", maxLength: 200 } },
          {
            name: "version",
            in: "query",
            description: "Leave it out for today’s.",
            schema: { type: "integer", minimum: 1 },
          },
        ],
        responses: {
          "200": {
            description: "The page",
            content: { "application/json": { schema: { $ref: "#/components/schemas/Page" } } },
          },
          "404": ERROR,
        },
      },
      put: {
        summary: "Edit a page",
        requestBody: {
          content: {
            "application/json": {
              schema: {
                type: "object",
                required: ["basedOn"],
                properties: {
                  basedOn: { type: "integer", description: "The version that the edit started from" },
                  title: { type: "string" },
                  tags: { type: "array", items: { type: "string" } },
                  order: { enum: ["asc", "desc"] },
                },
              },
            },
          },
        },
        responses: { "200": { description: "Saved" }, "409": ERROR },
      },
    },
  },
  components: {
    schemas: {
      Page: {
        type: "object",
        required: ["slug", "title"],
        properties: {
          slug: { type: "string" },
          title: { type: "string" },
          author: { anyOf: [{ type: "string", format: "uuid" }, { type: "null" }] },
        },
      },
      Problem: {
        type: "object",
        required: ["code"],
        properties: { code: { type: "string" }, status: { type: "integer", minimum: 400, maximum: 599 } },
      },
    },
  },
};
