using BudgetFirewall.Sample.Chat;
using Spectre.Console;

var isTerminal = AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected;
await (isTerminal ? ChatSample.ShowAsync(AnsiConsole.Console, wordPause: TimeSpan.FromMilliseconds(25)) : ChatSample.PrintAsync(Console.Out));
return 0;
