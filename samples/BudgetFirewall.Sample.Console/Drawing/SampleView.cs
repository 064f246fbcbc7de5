using BudgetFirewall.Sample.Recording;
using BudgetFirewall.Sample.Replay;
using Spectre.Console;

namespace BudgetFirewall.Sample.Drawing;

/// <summary>Where a replay is shown: drawn in a terminal, or written as plain text where there is none.</summary>
public abstract class SampleView
{
    public static SampleView For(IAnsiConsole console, TextWriter output) =>
        console.Profile.Out.IsTerminal ? new TerminalView(console) : new PlainView(output);

    /// <summary>Runs a replay and shows how far it is.</summary>
    public abstract Task<ReplayReport> ShowProgressAsync(Func<Action<ReplayProgress>, Task<ReplayReport>> replay);

    public abstract void Show(ReplayReport report);

    public abstract void Show(RecordedReport recorded);
}
