using System.CommandLine;
using BudgetFirewall.Sample.Drawing;
using BudgetFirewall.Sample.Log;
using BudgetFirewall.Sample.Quotas;
using BudgetFirewall.Sample.Turns;
using BudgetFirewall.Storage;
using Spectre.Console;

namespace BudgetFirewall.Sample;

/// <summary>The command line: what may be asked for, and which exit code tells what.</summary>
public static class SampleCommand
{
    private const int StoreTrouble = 1;
    private const int BadInput = 2;
    private const int Stopped = 130;

    /// <returns>0 when the log was replayed; 1 when the store was away; 2 when an option, the log, the settings or the ledger cannot be used; 130 when it was stopped.</returns>
    public static async Task<int> RunAsync(string[] args, IAnsiConsole console, TextWriter output, TextWriter errors, CancellationToken cancellationToken = default)
    {
        var options = new SampleOptions();
        var command = new RootCommand("Replays a log of paid calls through BudgetFirewall and shows what it would have allowed, denied and charged.");
        foreach (var option in options.All)
            command.Options.Add(option);
        command.SetAction((parsed, stopping) => RunAsync(options.Session(parsed), SampleView.For(console, output), errors, stopping));

        var turns = new Command("turns", "Shows calls that wait for their turns, at a rate limit that queues and at a budget that is throttled above its limit.");
        turns.SetAction((_, stopping) => UntilStoppedAsync(() => TurnsDemo.RunAsync(output, TimeProvider.System, stopping)));
        command.Subcommands.Add(turns);

        var seconds = new Option<int>("--seconds") { Description = "The time that the month takes.", DefaultValueFactory = _ => 60 };
        var quotas = new Command("quotas", "Shows three teams that share a pool through a month, drawn day by day.") { seconds };
        quotas.SetAction((parsedQuotas, stopping) => UntilStoppedAsync(() => new QuotaDemo(console, TimeSpan.FromSeconds(parsedQuotas.GetValue(seconds)) / QuotaDemo.Days).RunAsync(stopping)));
        command.Subcommands.Add(quotas);

        var parsed = command.Parse(args);
        foreach (var error in parsed.Errors)
            await errors.WriteLineAsync(DisplayText.Escape(error.Message));
        return parsed.Errors.Count > 0 ? BadInput : await parsed.InvokeAsync(new() { Output = output, Error = errors, ProcessTerminationTimeout = null }, cancellationToken);
    }

    private static async Task<int> UntilStoppedAsync(Func<Task> run)
    {
        try
        {
            await run();
            return 0;
        }
        catch (OperationCanceledException)
        {
            return Stopped;
        }
    }

    private static async Task<int> RunAsync(SampleSession session, SampleView view, TextWriter errors, CancellationToken cancellationToken)
    {
        try
        {
            await session.RunAsync(view, cancellationToken);
            return 0;
        }
        catch (Microsoft.Extensions.Options.OptionsValidationException e)
        {
            await WriteLinesAsync(errors, [$"The settings in {session.SettingsPath} cannot be used:", .. e.Failures]);
            return BadInput;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or UsageLogFormatException or ArgumentException)
        {
            await WriteLinesAsync(errors, Causes(e));
            return BadInput;
        }
        catch (Exception e) when (session.LedgerFile is not null && e is LedgerException or InvalidOperationException)
        {
            await WriteLinesAsync(errors, Causes(e));
            return BadInput;
        }
        catch (Exception e) when (e is BudgetStoreException or ChargeUnconfirmedException)
        {
            await errors.WriteLineAsync(DisplayText.Escape($"Redis at {session.ShownRedisAddress}: {e.Message}"));
            return StoreTrouble;
        }
        catch (OperationCanceledException)
        {
            return Stopped;
        }
    }

    // The outer exception names a file that is no JSON, and an inner one its line.
    private static IEnumerable<string> Causes(Exception e)
    {
        for (Exception? cause = e; cause is not null; cause = cause.InnerException)
            yield return cause.Message;
    }

    private static async Task WriteLinesAsync(TextWriter errors, IEnumerable<string> lines)
    {
        foreach (var (i, line) in lines.Index())
            await errors.WriteLineAsync((i == 0 ? "" : "  ") + DisplayText.Escape(line));
    }
}
