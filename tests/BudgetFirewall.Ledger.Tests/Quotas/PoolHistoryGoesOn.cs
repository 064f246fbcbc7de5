using BudgetFirewall.Storage;

namespace BudgetFirewall.Ledger.Tests;

/// <summary>The history of a pool goes on in the ledger where the store does not keep it any more.</summary>
public abstract class PoolHistoryGoesOn<THarness> : PooledSuite<THarness> where THarness : ILedgerHarness, new()
{
    private static void KeepTwoDays(BudgetFirewallOptions options) => options.QuotaHistory = TimeSpan.FromDays(2);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Periods_that_the_store_has_forgotten_are_as_they_were(bool isRedis)
    {
        await using var process = await StartAsync(isRedis, KeepTwoDays);
        var recorded = await UseForDaysAsync(process, days: 7);

        var history = await process.Firewall.Quotas.GetHistoryAsync("teams");

        history.Should().BeEquivalentTo(recorded, options => options.WithStrictOrdering());
        history!.Should().HaveCount(7);
        var paged = new List<QuotaPeriod>();
        for (DateTimeOffset? before = null; await process.Firewall.Quotas.GetHistoryAsync("teams", count: 2, before) is { Count: > 0 } page; before = new(page[^1].Period.Start))
            paged.AddRange(page);
        paged.Should().BeEquivalentTo(recorded, options => options.WithStrictOrdering());
    }

    [Fact]
    public async Task A_restart_changes_nothing_of_it()
    {
        IReadOnlyList<QuotaPeriod> recorded;
        await using (var process = await StartAsync(isRedis: false, KeepTwoDays))
            recorded = await UseForDaysAsync(process, days: 5);

        await using var next = await StartAsync(isRedis: false, KeepTwoDays);

        (await next.Firewall.Quotas.GetHistoryAsync("teams")).Should().BeEquivalentTo(recorded, options => options.WithStrictOrdering());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_pool_of_many_members_is_told_in_parts_and_read_whole(bool isRedis)
    {
        await using var process = await StartAsync(isRedis, KeepTwoDays);
        var pool = Teams with { Strategy = QuotaStrategy.FairShare, Limit = 600m, Members = [.. Enumerable.Range(0, 600).Select(i => new QuotaMember { Scope = BudgetScope.Project($"team-{i:000}") })] };
        await process.Firewall.Quotas.AllocateAsync(pool);
        await process.Firewall.SpendAsync(Of("team-599", 0.5m));
        for (var day = 0; day < 4; day++)
        {
            MoveTo(Midnight.AddDays(day).AddMinutes(1));
            await process.Firewall.Quotas.GetAsync("teams");
        }

        var entries = await ToldAsync(process, LedgerEntryKind.PoolPeriod);
        entries.Should().HaveCount(4 * 3);
        entries.GroupBy(entry => entry.Time).Should().AllSatisfy(period => period.Select(entry => entry.OperationScope).Should().BeEquivalentTo(null, "part 2", "part 3"));
        var history = await process.Firewall.Quotas.GetHistoryAsync("teams");
        history!.Select(period => period.Period.End).Should().Equal(Enumerable.Range(0, 4).Select(day => Midnight.AddDays(3 - day).UtcDateTime));
        history!.Should().AllSatisfy(period => period.Members.Select(member => member.Scope).Should().Equal(pool.Members.Select(member => member.Scope)));
        history![^1].Members[^1].Used.Should().Be(0.5m);
        (await process.Firewall.Quotas.GetHistoryAsync("teams", count: 1, before: new(history[^2].Period.Start)))!.Should().ContainSingle().Which.Period.Should().Be(history[^1].Period);
    }

    [Fact]
    public async Task A_period_of_which_a_part_is_missing_is_left_out()
    {
        await using var process = await StartAsync(isRedis: false, KeepTwoDays);
        await UseForDaysAsync(process, days: 5);
        await ExecuteAsync("""update ledger_entry_changes set new_content = replace(new_content, '"memberCount":3', '"memberCount":4') where entry_id = (select min(id) from ledger_entries where kind = 14)""");

        (await process.Firewall.Quotas.GetHistoryAsync("teams"))!.Should().HaveCount(4);
    }

    [Fact]
    public async Task What_the_ledger_cannot_tell_is_an_error_and_no_end_of_the_history()
    {
        var away = new AwayForReading();
        await using var process = await StartAsync(isRedis: false, KeepTwoDays, away.Around);
        await UseForDaysAsync(process, days: 5);
        away.IsAway = true;

        (await process.Firewall.Quotas.GetHistoryAsync("teams", count: 2))!.Should().HaveCount(2);
        await FluentActions.Awaiting(async () => await process.Firewall.Quotas.GetHistoryAsync("teams")).Should().ThrowAsync<BudgetStoreException>().WithMessage("The database is away.");
        away.IsAway = false;
        await ExecuteAsync("update ledger_entry_changes set new_content = 'nothing'");
        (await FluentActions.Awaiting(async () => await process.Firewall.Quotas.GetHistoryAsync("teams")).Should().ThrowAsync<BudgetStoreException>().WithMessage("*'teams'*"))
            .Which.IsNeverAllowed.Should().BeTrue();
    }

    [Fact]
    public async Task A_pool_has_the_history_of_its_partition_and_not_of_one_that_was_deleted()
    {
        await using var process = await StartAsync(isRedis: false, options =>
        {
            KeepTwoDays(options);
            options.PartitionBy = "tenant";
        });
        await process.Firewall.Quotas.AllocateAsync(Teams, "acme");
        MoveTo(Midnight.AddMinutes(1));
        await process.Firewall.Quotas.GetAsync("teams", "acme");
        await process.Firewall.Quotas.DeleteAsync("teams", "acme");
        await process.Firewall.Quotas.AllocateAsync(Teams, "acme");
        await process.Firewall.Quotas.AllocateAsync(Teams with { Limit = 90m }, "globex");
        for (var day = 1; day < 5; day++)
        {
            MoveTo(Midnight.AddDays(day).AddMinutes(1));
            await process.Firewall.Quotas.GetAsync("teams", "acme");
            await process.Firewall.Quotas.GetAsync("teams", "globex");
        }
        await process.Feed.FlushAsync();

        var history = await process.Firewall.Quotas.GetHistoryAsync("teams", partition: "acme");

        history!.Select(period => period.Limit).Should().Equal(30m, 30m, 30m, 30m);
    }

    /// <summary>A pool that is used for some days, and the periods as the store told them.</summary>
    private async Task<IReadOnlyList<QuotaPeriod>> UseForDaysAsync(PooledProcess process, int days)
    {
        var recorded = new List<QuotaPeriod>();
        await process.Firewall.Quotas.AllocateAsync(Teams);
        for (var day = 0; day < days; day++)
        {
            await process.Firewall.SpendAsync(Of("b", 1m + day));
            MoveTo(Midnight.AddDays(day).AddMinutes(1));
            recorded.Insert(0, (await process.Firewall.Quotas.GetHistoryAsync("teams", count: 1))!.Single());
        }
        await process.Feed.FlushAsync();
        return recorded;
    }

    private sealed class AwayForReading : LedgerAround
    {
        public bool IsAway { get; set; }

        public override ValueTask<LedgerPage> ReadEntriesAsync(LedgerQuery query, CancellationToken cancellationToken = default) =>
            IsAway ? throw new LedgerException("The database is away.") : base.ReadEntriesAsync(query, cancellationToken);
    }
}
