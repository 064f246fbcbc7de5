namespace BudgetFirewall.Reliability;

/// <summary>Where workers write their calls; gone when disposed.</summary>
internal sealed class TraceFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("budgetfirewall-trace-");

    public string Of(int worker) => Path.Combine(_folder.FullName, $"{worker}.jsonl");

    public IReadOnlyList<TracedCall> Read() => [.. _folder.GetFiles("*.jsonl").SelectMany(file => Trace.Read(file.FullName))];

    public IReadOnlyList<TracedTake> ReadTakes() => [.. _folder.GetFiles("*.jsonl").SelectMany(file => Trace.ReadTakes(file.FullName))];

    public void Dispose() => _folder.Delete(recursive: true);
}
