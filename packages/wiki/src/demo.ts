import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { styleText } from "node:util";
import { SlugConflictError } from "./domain/page-errors.ts";
import { EditConflictError } from "./domain/page-errors.ts";
import { currentUserId, UserId } from "./domain/current-user.ts";
import { WikiApplication } from "./application/wiki-application.ts";
