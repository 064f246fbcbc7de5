using BudgetFirewall.Storage;

namespace BudgetFirewall.Conformance;

/// <summary>Words that the tests of quotas share.</summary>
public abstract class PooledTests<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    protected const string PoolId = "teams";

    protected static BudgetScope Team(string id) => BudgetScope.Project(id);

    protected static BudgetRequest Of(string team, decimal cost) => new() { Provider = Provider, ProjectId = team, Cost = cost };

    protected static QuotaPool Pool(decimal limit, params string[] teams) => new()
    {
        Id = PoolId,
        Limit = limit,
        Period = BudgetPeriod.Day,
        Members = [.. teams.Select(team => new QuotaMember { Scope = Team(team) })],
    };

    protected static QuotaPool Reserved(decimal limit, decimal minimum, params string[] teams) =>
        Pool(limit, teams) with { Strategy = QuotaStrategy.Reserved, Members = [.. teams.Select(team => new QuotaMember { Scope = Team(team), Minimum = minimum })] };

    protected static decimal AmountOf(QuotaState? state, string team) => state!.Allocations.Single(share => share.Scope == Team(team)).Amount;

    protected static decimal[] Amounts(QuotaState? state) => [.. state!.Allocations.Select(share => share.Amount)];

    /// <summary>Makes a call that may fail for the store.</summary>
    protected static async Task TryAsync(Func<Task> attempt)
    {
        try
        {
            await attempt();
        }
        catch (BudgetStoreException)
        {
        }
    }

    /// <summary>Moves to the beginning of the next day, a little later where the clock runs on.</summary>
    protected ValueTask MoveToNextDayAsync() => Harness.MoveToAsync(Calendar.NextMidnight(Harness.Now) + TimeSpan.FromMinutes(1));

    /// <summary>What a member may still spend.</summary>
    protected static async Task<decimal> RemainingAsync(IBudgetFirewall firewall, string team) => (await firewall.GetStatusAsync(Team(team))).Budgets.Single().Remaining;
}
