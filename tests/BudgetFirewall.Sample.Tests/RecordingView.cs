using BudgetFirewall.Sample.Drawing;
using BudgetFirewall.Sample.Recording;
using BudgetFirewall.Sample.Replay;

namespace BudgetFirewall.Sample.Tests;

/// <summary>Shows nothing and keeps every picture.</summary>
internal sealed class RecordingView : SampleView
{
    public List<ReplayProgress> Progress { get; } = [];

    public ReplayReport Report { get; private set; } = null!;

    public RecordedReport? Recorded { get; private set; }

    /// <summary>Told of each step; null: nobody is.</summary>
    public Action<ReplayProgress>? OnProgress { get; init; }

    public static async Task<RecordingView> OfSampleAsync()
    {
        var view = new RecordingView();
        await new SampleSession(new(SampleRun.LogFile), new(SampleRun.SettingsFile)).RunAsync(view, CancellationToken.None);
        return view;
    }

    public override Task<ReplayReport> ShowProgressAsync(Func<Action<ReplayProgress>, Task<ReplayReport>> replay) => replay(progress =>
    {
        Progress.Add(progress);
        OnProgress?.Invoke(progress);
    });

    public override void Show(ReplayReport report) => Report = report;

    public override void Show(RecordedReport recorded) => Recorded = recorded;
}
