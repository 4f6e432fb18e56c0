// Starts the language server and shows what it says; everything it can do is the server's own.

import * as vscode from "vscode";
import { LanguageClient, type LanguageClientOptions } from "vscode-languageclient/node";

import { findServer } from "./server";
import { settingsTable } from "./settings";

const RESTART = "jedimind.restart";

let client: LanguageClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const output = vscode.window.createOutputChannel("jedimind", { log: true });
  context.subscriptions.push(
    output,
    // The only way to start, so that every cause of one is treated alike.
    vscode.commands.registerCommand(RESTART, () => restart(context, output)),
    vscode.workspace.onDidChangeConfiguration(async (event) => {
      if (event.affectsConfiguration("jedimind.path")) {
        await vscode.commands.executeCommand(RESTART);
      }
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(async () => {
      if (client?.needsStop()) {
        await client.start(); // it may still be starting, without the trust
        await client.sendRequest("workspace/executeCommand", {
          command: "jedimind.trustWorkspace",
          arguments: [{}],
        });
      }
    }),
  );
  await vscode.commands.executeCommand(RESTART);
}

export async function deactivate(): Promise<void> {
  await client?.stop();
}

async function restart(
  context: vscode.ExtensionContext,
  output: vscode.LogOutputChannel,
): Promise<void> {
  // One that failed to start has nothing to stop.
  if (client?.needsStop()) {
    await client.stop();
  }
  client = undefined;
  try {
    client = await createClient(context, output);
    await client.start();
  } catch (error) {
    await complain(error instanceof Error ? error.message : String(error));
  }
}

async function createClient(
  context: vscode.ExtensionContext,
  output: vscode.LogOutputChannel,
): Promise<LanguageClient> {
  const setting = vscode.workspace.getConfiguration("jedimind").get<string>("path");
  const command = await findServer(setting, process.env);
  output.info(`The server is ${command}`);
  const options: LanguageClientOptions = {
    documentSelector: [{ scheme: "file", language: "python" }],
    outputChannel: output,
    initializationOptions: {
      ...settingsTable(context.extension),
      trusted: vscode.workspace.isTrusted,
    },
    middleware: {
      workspace: {
        configuration: (params) => params.items.map(() => settingsTable(context.extension)),
      },
      window: {
        // The server shows explanations, which are to be read beside the code.
        showDocument: async (params, token, next) => {
          if (params.external || !params.uri.endsWith(".md")) {
            return next(params, token);
          }
          const uri = vscode.Uri.parse(params.uri);
          await vscode.commands.executeCommand("markdown.showPreviewToSide", uri);
          return { success: true };
        },
      },
    },
  };
  return new LanguageClient("jedimind", "jedimind", { command, args: ["serve"] }, options);
}

async function complain(message: string): Promise<void> {
  const settings = "Open Settings";
  const chosen = await vscode.window.showErrorMessage(message, settings, "Try Again");
  if (chosen === settings) {
    await vscode.commands.executeCommand("workbench.action.openSettings", "jedimind.path");
  } else if (chosen !== undefined) {
    await vscode.commands.executeCommand(RESTART);
  }
}
