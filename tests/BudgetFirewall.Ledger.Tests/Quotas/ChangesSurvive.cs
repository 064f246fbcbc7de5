namespace BudgetFirewall.Ledger.Tests;

/// <summary>A change of limits or of a pool has its entry if it is made, and none if it is not, also where the process that makes it dies.</summary>
public abstract class ChangesSurvive<THarness> : PooledSuite<THarness> where THarness : ILedgerHarness, new()
{
    private static readonly Budget Team = new() { Id = "team", Scope = BudgetScope.Project("search"), Limit = 5m };

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task A_budget_that_is_replaced_has_its_entry_if_and_only_if_it_was_replaced(bool isRedis, bool isDone)
    {
        await using (var dying = await StartAsync(isRedis))
        {
            await dying.Firewall.Budgets.ChangedBy("bob").SetAsync(Team);
            MoveTo(Noon.AddSeconds(1));
            Die(dying, isDone);
            await DieAsync(async () => await dying.Firewall.Budgets.ChangedBy("carol").SetAsync(Team with { Limit = 7m }));
        }

        await using var next = await StartAsync(isRedis);

        (await ToldAsync(next, LedgerEntryKind.BudgetChange)).Select(entry => entry.Actor).Should().Equal(isDone ? ["bob", "carol"] : ["bob"]);
        (await next.Firewall.Budgets.FindAsync("team"))!.Limit.Should().Be(isDone ? 7m : 5m);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task A_budget_that_is_removed_has_its_entry_if_and_only_if_it_was_removed(bool isRedis, bool isDone)
    {
        await using (var dying = await StartAsync(isRedis))
        {
            await dying.Firewall.Budgets.SetAsync(Team);
            MoveTo(Noon.AddSeconds(1));
            Die(dying, isDone);
            await DieAsync(async () => await dying.Firewall.Budgets.ChangedBy("carol").RemoveAsync("team"));
        }

        await using var next = await StartAsync(isRedis);

        (await ToldAsync(next, LedgerEntryKind.BudgetChange)).Select(entry => (entry.Actor, entry.After is null)).Should().Equal(isDone ? [(null, false), ("carol", true)] : [(null, false)]);
        (await next.Firewall.Budgets.FindAsync("team") is null).Should().Be(isDone);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task A_pool_that_is_allocated_has_its_entry_if_and_only_if_it_was_allocated(bool isRedis, bool isDone)
    {
        await using (var dying = await StartAsync(isRedis))
        {
            Die(dying, isDone);
            await DieAsync(async () => await dying.Firewall.Quotas.ChangedBy("carol").AllocateAsync(Teams));
        }

        await using var next = await StartAsync(isRedis);

        (await ToldAsync(next, LedgerEntryKind.PoolChange)).Select(entry => entry.Actor).Should().Equal(isDone ? ["carol"] : []);
        (await next.Firewall.Quotas.GetAsync("teams") is null).Should().Be(!isDone);
    }

    private static void Die(PooledProcess process, bool isDone) => (process.Store.IsDone, process.Store.DiesAt) = (isDone, (_, told) => !told.IsDefaultOrEmpty);
}
