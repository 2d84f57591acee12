import { API_DOCUMENT, problemId } from "./addresses.ts";
import { html, type View } from "./html.ts";
import { type Frame, layout } from "./layout.ts";
import type { OpenApiContent, OpenApiDocument, OpenApiOperation, OpenApiSchema } from "./open-api.ts";

const METHODS = ["get", "post", "put", "patch", "delete"] as const;

export interface ApiModel {
  readonly document: OpenApiDocument;
  /** What may be answered in place of what was asked for. */
  readonly problems: readonly { readonly code: string; readonly status: number; readonly title: string }[];
}

/** The API as its OpenAPI document describes it, for people. */
export function apiView(frame: Frame, { document, problems }: ApiModel): View {
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation === undefined ? [] : [{ path, method, operation }];
    }),
  );
  const schemas = Object.entries(document.components?.schemas ?? {});
  return layout(frame, {
    title: "API",
    right: html`<nav class="contents" aria-labelledby="contents"><h2 id="contents">Operations</h2><ol>
${operations.map(({ path, method }) => html`<li><a href="#${operationId(method, path)}">${method.toUpperCase()} ${path}</a></li>\n`)}<li><a href="#errors">Errors</a></li></ol></nav>`,
    scripts: ["current-section"],
    main: html`<header class="view-header"><h1>API</h1>
<p class="byline">${document.info.title}, version ${document.info.version} <span class="dot">·</span> <a href="${API_DOCUMENT}">OpenAPI document</a></p></header>
<div class="api">
${document.info.description !== undefined && html`<p class="lead">${withCode(document.info.description)}</p>`}
${operations.map(({ path, method, operation }) => operationView(path, method, operation))}
<section class="schema"><h2 id="errors">Errors</h2>
<dl>${problems.map(({ code, status, title }) => html`<dt id="${problemId(code)}"><code>${code}</code></dt><dd><code>${status}</code> ${title}</dd>\n`)}</dl></section>
${schemas.length > 0 && html`<h2>Schemas</h2>`}
${schemas.map(([name, schema]) => html`<section class="schema" id="${schemaId(name)}"><h3>${name}</h3>${schemaView(schema, 0)}</section>\n`)}
</div>`,
  });
}

/** A description, which OpenAPI takes for Markdown: ours has code in it, and nothing else. */
function withCode(description: string): View {
  return html`${description.split("`").map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : part))}`;
}

function operationId(method: string, path: string): string {
  return `${method}${path.replaceAll(/[^\w]+/g, "-")}`;
}

function schemaId(name: string): string {
  return `schema-${name.replaceAll(/[^\w]+/g, "-")}`;
}

function operationView(path: string, method: string, operation: OpenApiOperation): View {
  const { summary, description, parameters = [], requestBody, responses } = operation;
  return html`<section class="operation" id="${operationId(method, path)}">
<h2><span class="method">${method.toUpperCase()}</span> <code>${path}</code></h2>
${summary !== undefined && html`<p><strong>${summary}</strong></p>`}
${description !== undefined && html`<p>${description}</p>`}
${
  parameters.length > 0 &&
  html`<h3>Parameters</h3>
<div class="table" role="group" aria-label="Parameters of ${method.toUpperCase()} ${path}" tabindex="0"><table><thead><tr><th scope="col">Name</th><th scope="col">In</th><th scope="col">Type</th><th scope="col">What it is</th></tr></thead><tbody>
${parameters.map((parameter) => html`<tr><td><code>${parameter.name}</code>${parameter.required === true && " required"}</td><td>${parameter.in}</td><td>${schemaView(parameter.schema, 0)}</td><td>${parameter.description}</td></tr>\n`)}</tbody></table></div>`
}
${requestBody !== undefined && html`<h3>Body</h3>${contentView(requestBody.content)}`}
<h3>Answers</h3>
<dl>${Object.entries(responses).map(([status, response]) => html`<dt><code>${status}</code></dt><dd>${response.description}${contentView(response.content)}</dd>\n`)}</dl>
</section>
`;
}

function contentView(content: OpenApiContent = {}): View {
  return html`${Object.entries(content).map(([mediaType, { schema }]) => html`<p class="media-type"><code>${mediaType}</code></p>${schema !== undefined && schemaView(schema, 0)}`)}`;
}

const MAX_DEPTH = 5;

function schemaView(schema: OpenApiSchema | undefined, depth: number): View {
  if (schema === undefined) return html`<span class="type">any</span>`;
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split("/").at(-1) ?? "";
    return html`<a href="#${schemaId(name)}">${name}</a>`;
  }
  if (depth >= MAX_DEPTH) return html`<span class="type">…</span>`;
  const choices = schema.oneOf ?? schema.anyOf ?? schema.allOf;
  if (choices !== undefined) {
    const word = schema.allOf === undefined ? " or " : " and ";
    return html`${choices.map((choice, i) => html`${i > 0 && word}${schemaView(choice, depth + 1)}`)}`;
  }
  if (schema.items !== undefined) return html`<span class="type">list of</span> ${schemaView(schema.items, depth + 1)}`;
  if (schema.properties !== undefined) return propertiesView(schema, depth);
  return html`<span class="type">${typeOf(schema)}</span>`;
}

function propertiesView({ properties = {}, required = [] }: OpenApiSchema, depth: number): View {
  return html`<ul class="fields">
${Object.entries(properties).map(([name, property]) => html`<li><code>${name}</code>${!required.includes(name) && "?"} ${schemaView(property, depth + 1)}${property.description !== undefined && html` <span class="hint">${property.description}</span>`}</li>\n`)}</ul>`;
}

/** `string, at most 255 units`, `"asc" | "desc"`, `integer ≥ 1` */
function typeOf(schema: OpenApiSchema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const type = [schema.type ?? "any"].flat().join(" or ");
  const limits = [
    schema.format,
    schema.minimum === undefined ? undefined : `≥ ${schema.minimum}`,
    schema.maximum === undefined ? undefined : `≤ ${schema.maximum}`,
    schema.maxLength === undefined ? undefined : `at most ${schema.maxLength} units`,
  ].filter((limit) => limit !== undefined);
  return [type, ...limits].join(", ");
}
