using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Text;
using BudgetFirewall;
using BudgetFirewall.Tool;

if (Console.IsOutputRedirected)
    Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
var output = Console.Out;
var errors = Console.Error;

var connection = new Connection(output, errors);
// Not a RootCommand, whose name is that of the assembly.
var root = new Command("budgetfirewall", "Budgets of an application with BudgetFirewall: what they stand at, changes, reports, exports, verification, what-if and refunds. Codes at the end: 0 done, 1 no, 2 bad input, 3 not reachable, 4 not allowed, 5 not supported, 6 unconfirmed.")
{
    StatusCommand.Make(connection), BudgetsCommand.Make(connection), ReportCommand.Make(connection), ExportCommand.Make(connection), VerifyCommand.Make(connection), WhatIfCommand.Make(connection), RefundCommand.Make(connection), CompletionCommand.Make(connection),
};
foreach (var option in connection.Options)
    root.Options.Add(option);
root.Options.Add(new HelpOption());
root.Options.Add(new VersionOption());

if (args is [var question, var line] && CompletionCommand.PositionOf(question) is { } position)
{
    foreach (var completion in root.Parse(line).GetCompletions(Math.Min(position, line.Length)))
        output.WriteLine(completion.Label);
    return (int)ExitCode.Done;
}
var parsed = root.Parse(args);
if (parsed.Action is ParseErrorAction)
{
    foreach (var error in parsed.Errors)
        errors.WriteLine(DisplayText.Escape(error.Message));
    errors.WriteLine("What there is: budgetfirewall --help");
    return (int)ExitCode.BadInput;
}
return await parsed.InvokeAsync(new() { Output = output, Error = errors });
