using BudgetFirewall.Sample.Recording;
using BudgetFirewall.Sample.Replay;
using Spectre.Console;

namespace BudgetFirewall.Sample.Drawing;

/// <summary>Draws in a terminal: what is going on while the replay runs, then the whole report.</summary>
internal sealed class TerminalView(IAnsiConsole console) : SampleView
{
    private static readonly TimeSpan FrameTime = TimeSpan.FromMilliseconds(40);

    public override Task<ReplayReport> ShowProgressAsync(Func<Action<ReplayProgress>, Task<ReplayReport>> replay) =>
        console.Live(new Text("")).AutoClear(true).StartAsync(context =>
        {
            var drawnAt = 0L;
            return replay(progress =>
            {
                if (drawnAt != 0 && TimeProvider.System.GetElapsedTime(drawnAt) < FrameTime)
                    return;
                drawnAt = TimeProvider.System.GetTimestamp();
                context.UpdateTarget(ProgressDrawing.Of(progress));
                context.Refresh();
            });
        });

    public override void Show(ReplayReport report)
    {
        foreach (var part in new ReportDrawing(report, console.Profile.Width).Parts())
        {
            console.Write(part);
            console.WriteLine();
        }
    }

    public override void Show(RecordedReport recorded)
    {
        var table = new LedgerTable(recorded, Texts.Rounded);
        console.Write(ReportDrawing.TableOf(table.Title, table.Headings, table.Rows));
        console.WriteLine(table.Before);
    }
}
