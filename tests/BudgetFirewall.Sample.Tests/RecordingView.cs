using BudgetFirewall.Sample.Drawing;
using BudgetFirewall.Sample.Replay;

namespace BudgetFirewall.Sample.Tests;

/// <summary>Shows nothing and keeps every picture.</summary>
internal sealed class RecordingView : SampleView
{
    public List<ReplayProgress> Progress { get; } = [];

    public ReplayReport Report { get; private set; } = null!;

    public static async Task<RecordingView> OfSampleAsync()
    {
        var view = new RecordingView();
        await new SampleSession(new(SampleRun.LogFile), new(SampleRun.SettingsFile)).RunAsync(view, CancellationToken.None);
        return view;
    }

    public override Task<ReplayReport> ShowProgressAsync(Func<Action<ReplayProgress>, Task<ReplayReport>> replay) => replay(Progress.Add);

    public override void Show(ReplayReport report) => Report = report;
}
