namespace BudgetFirewall.Sample.Log;

/// <summary>Another day of the same kind: as many calls at the same times, drawn from a log at random.</summary>
/// <param name="Users">How many made-up users make the calls; null: the log's own users.</param>
/// <param name="Seed">Decides which calls are drawn and who makes them; null: the log's calls as they are.</param>
public sealed record UsageDraw(int? Users = null, int? Seed = null)
{
    public UsageLog From(UsageLog log)
    {
        if (this is { Users: null, Seed: null })
            return log;
        var random = new Random(Seed ?? 0);
        return log with { Calls = [.. log.Calls.Select(call => WithUser(Call(call, log.Calls, random), random))] };
    }

    private UsageLogEntry Call(UsageLogEntry call, IReadOnlyList<UsageLogEntry> calls, Random random) =>
        Seed is null ? call : calls[random.Next(calls.Count)] with { Time = call.Time };

    private UsageLogEntry WithUser(UsageLogEntry call, Random random) =>
        Users is { } users ? call with { User = $"user-{random.Next(users) + 1}" } : call;
}
