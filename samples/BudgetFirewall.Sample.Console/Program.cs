using BudgetFirewall.Sample;
using Spectre.Console;

return await SampleCommand.RunAsync(args, AnsiConsole.Console, Console.Out, Console.Error);
