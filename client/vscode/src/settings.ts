// The settings that the user made, as the table that the server reads.

import * as vscode from "vscode";

import { activeCompanion, besideCompanion, type Table } from "./company";

/** The extension's own settings; the server does not know them. */
const OWN = ["jedimind.path"];

/**
 * What is set anywhere in VS Code. What is not set stays out, because the server would take a
 * default for the user's will and prefer it to `pyproject.toml` and the user's own file. Only
 * language intelligence is switched off where another extension has it.
 */
export function settingsTable(extension: vscode.Extension<unknown>): Table {
  const declared: object = extension.packageJSON.contributes.configuration.properties;
  const configuration = vscode.workspace.getConfiguration();
  const table: Table = {};
  for (const key of Object.keys(declared)) {
    if (!OWN.includes(key) && isSet(configuration, key)) {
      const [, section, name] = key.split(".") as [string, string, string];
      (table[section] ??= {})[name] = configuration.get(key);
    }
  }
  return besideCompanion(table, companion());
}

/** The name of an extension that has language intelligence for Python, if one is at work. */
export function companion(): string | undefined {
  const configuration = vscode.workspace.getConfiguration();
  return activeCompanion(
    (id) => vscode.extensions.getExtension(id) !== undefined, // those that are disabled are not there
    (key) => configuration.get(key),
  );
}

function isSet(configuration: vscode.WorkspaceConfiguration, key: string): boolean {
  const found = configuration.inspect(key);
  return [found?.globalValue, found?.workspaceValue, found?.workspaceFolderValue].some(
    (value) => value !== undefined,
  );
}
