namespace BudgetFirewall.Sample.Replay;

/// <summary>How fast the log's time passes.</summary>
/// <param name="Speed">How many seconds of the log pass in one; null: as fast as possible.</param>
public sealed record Pace(double? Speed)
{
    public Task WaitAsync(TimeSpan logTime, CancellationToken cancellationToken) => Speed is { } speed && logTime > TimeSpan.Zero
        ? Task.Delay(logTime / speed, cancellationToken)
        : Task.CompletedTask;
}
