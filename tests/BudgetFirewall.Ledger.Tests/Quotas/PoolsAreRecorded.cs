using System.Text.Json.Nodes;
using BudgetFirewall.Conformance;

namespace BudgetFirewall.Ledger.Tests;

/// <summary>The end of a pool's period, and each division inside one by which members borrow, is in the ledger once, whichever process does it, and whichever dies meanwhile.</summary>
public abstract class PoolsAreRecorded<THarness> : PooledSuite<THarness> where THarness : ILedgerHarness, new()
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_end_of_a_period_is_told_with_what_each_member_has_had_and_used(bool isRedis)
    {
        await using var process = await StartAsync(isRedis);
        await process.Firewall.Quotas.AllocateAsync(Teams);
        await process.Firewall.SpendAsync(Of("a", 10m));
        await process.Firewall.Quotas.ReallocateAsync("teams");
        MoveTo(Midnight.AddMinutes(1));
        await process.Firewall.Quotas.GetAsync("teams");
        await process.Firewall.SpendAsync(Of("b", 1m));
        MoveTo(Midnight.AddDays(1).AddMinutes(1));
        await process.Firewall.Quotas.GetAsync("teams");

        var entries = await ToldAsync(process, LedgerEntryKind.PoolPeriod);
        entries.Select(entry => (entry.OperationId, entry.OperationScope, entry.Time, entry.Before, entry.Actor, entry.AmountNanos, entry.Counters.Length))
            .Should().Equal(("teams", null, Midnight, null, null, 0, 0), ("teams", null, Midnight.AddDays(1), null, null, 0, 0));
        MembersIn(entries[0]).Should().Equal(("project=a", "20", "10", "0", "0", "10"), ("project=b", "5", "0", "0", "5", "0"), ("project=c", "5", "0", "0", "5", "0"));
        // Of those that used nothing in their first period it is not known that anything was left.
        MembersIn(entries[1]).Should().Equal(("project=a", "10", "0", "2", "0", "0"), ("project=b", "10", "1", "0", "0", "0"), ("project=c", "10", "0", "0", "0", "0"));
        var first = JsonNode.Parse(entries[0].After!)!;
        (first["start"]!.GetValue<DateTimeOffset>(), first["end"]!.GetValue<DateTimeOffset>(), Text(first, "limit"), first["unit"], first["isKnown"]!.GetValue<bool>(), first["memberCount"]!.GetValue<int>())
            .Should().Be((Midnight.AddDays(-1), Midnight, "30", null, true, 3));
        (await Ledger.GetTotalAsync(new())).Amount.Should().Be(11m);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_division_by_which_members_borrow_is_told_with_who_asked_for_it(bool isRedis)
    {
        await using var process = await StartAsync(isRedis);
        await process.Firewall.Quotas.AllocateAsync(Teams);
        await process.Firewall.SpendAsync(Of("a", 10m));
        await process.Firewall.Quotas.ChangedBy("bob").ReallocateAsync("teams");
        // Nobody gets anything by it.
        await process.Firewall.Quotas.ChangedBy("bob").ReallocateAsync("teams");
        await process.Firewall.Quotas.UpdateAsync(Teams with { Limit = 60m });
        MoveTo(Noon.AddHours(6));
        await process.Firewall.SpendAsync(Of("b", 20m));
        await process.Firewall.Quotas.ReallocateAsync("teams", [BudgetScope.Project("b")]);

        var entries = await ToldAsync(process, LedgerEntryKind.PoolReallocation);
        entries.Select(entry => (entry.OperationId, entry.Time, entry.Actor)).Should().Equal(("teams", Noon, "bob"), ("teams", Noon.AddHours(6), null));
        MembersIn(entries[0]).Should().Equal(("project=a", "20", "10", "0", "0", "10"), ("project=b", "5", "0", "0", "5", "0"), ("project=c", "5", "0", "0", "5", "0"));
        Text(JsonNode.Parse(entries[1].After!)!, "limit").Should().Be("60");
        MembersIn(entries[1]).Select(member => (member.Scope, member.Used)).Should().Equal(("project=a", "10"), ("project=b", "20"), ("project=c", "0"));
        MembersIn(entries[1])[1].Borrowed.Should().NotBe("0");
        (await ToldAsync(process, LedgerEntryKind.PoolPeriod)).Should().BeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Periods_that_nobody_has_renewed_are_told_once_each_whoever_comes_first(bool isRedis)
    {
        await using var one = await StartAsync(isRedis);
        await using var other = isRedis ? await StartAsync(isRedis) : null;
        await one.Firewall.Quotas.AllocateAsync(Teams);
        MoveTo(Midnight.AddDays(3).AddMinutes(1));

        await Together.DoAsync(16, threads: 4, async i => await (i % 2 == 0 ? one : other ?? one).Firewall.Quotas.GetAsync("teams"));

        if (other is not null)
            await other.Feed.FlushAsync();
        (await ToldAsync(one, LedgerEntryKind.PoolPeriod)).Select(entry => entry.Time).Should().Equal(Enumerable.Range(0, 4).Select(day => Midnight.AddDays(day)));
    }

    [Theory]
    [InlineData(false, "before the period is recorded", false)]
    [InlineData(true, "before the period is recorded", false)]
    [InlineData(true, "when the period is recorded", true)]
    [InlineData(false, "before the record is noted", false)]
    [InlineData(true, "before the record is noted", false)]
    [InlineData(true, "when the record is noted", true)]
    public async Task A_process_that_dies_on_the_way_leaves_the_period_to_the_next_one(bool isRedis, string when, bool isDone)
    {
        await using (var dying = await StartAsync(isRedis))
        {
            await dying.Firewall.Quotas.AllocateAsync(Teams);
            await dying.Firewall.SpendAsync(Of("a", 4m));
            var isRecorded = false;
            (dying.Store.IsDone, dying.Store.DiesAt) = (isDone, (name, told) =>
            {
                var wasRecorded = isRecorded;
                isRecorded |= !told.IsDefaultOrEmpty;
                return when.Contains("period", StringComparison.Ordinal) ? !told.IsDefaultOrEmpty : wasRecorded;
            }
            );
            MoveTo(Midnight.AddMinutes(1));
            await DieAsync(async () => await dying.Firewall.Quotas.GetAsync("teams"));
        }

        await using var next = await StartAsync(isRedis);
        (await next.Firewall.Quotas.GetAsync("teams"))!.Allocations.Should().OnlyContain(share => share.Amount == 10m);

        var entry = (await ToldAsync(next, LedgerEntryKind.PoolPeriod)).Should().ContainSingle().Which;
        MembersIn(entry)[0].Should().Be(("project=a", "10", "4", "0", "0", "0"));
        (await CountAsync("count(*) from ledger_entries where kind = 14")).Should().Be(1);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task A_process_that_dies_while_it_divides_a_pool_anew_leaves_it_to_the_next_one(bool isRedis, bool isDone)
    {
        await using (var dying = await StartAsync(isRedis))
        {
            await dying.Firewall.Quotas.AllocateAsync(Teams);
            await dying.Firewall.SpendAsync(Of("a", 10m));
            (dying.Store.IsDone, dying.Store.DiesAt) = (isDone, (_, told) => !told.IsDefaultOrEmpty);
            await DieAsync(async () => await dying.Firewall.Quotas.ChangedBy("bob").ReallocateAsync("teams"));
        }
        MoveTo(Noon.AddHours(1));

        await using var next = await StartAsync(isRedis);
        (await next.Firewall.Quotas.GetAsync("teams"))!.Allocations[0].Amount.Should().Be(20m);

        (await ToldAsync(next, LedgerEntryKind.PoolReallocation)).Select(entry => (entry.Time, entry.Actor)).Should().Equal((Noon, "bob"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_pool_that_is_deleted_leaves_the_periods_that_have_ended(bool isRedis)
    {
        await using var process = await StartAsync(isRedis);
        await process.Firewall.Quotas.AllocateAsync(Teams);
        await process.Firewall.SpendAsync(Of("a", 4m));
        MoveTo(Midnight.AddMinutes(1));
        await process.Firewall.Quotas.GetAsync("teams");
        await process.Firewall.SpendAsync(Of("a", 3m));
        // Nobody renews it any more.
        MoveTo(Midnight.AddDays(1).AddMinutes(1));

        (await process.Firewall.Quotas.DeleteAsync("teams")).Should().BeTrue();

        var entries = await ToldAsync(process, LedgerEntryKind.PoolPeriod);
        entries.Select(entry => (entry.Time, MembersIn(entry)[0].Used)).Should().Equal((Midnight, "4"), (Midnight.AddDays(1), "3"));
        (await process.Firewall.Quotas.GetHistoryAsync("teams")).Should().BeNull();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_member_that_leaves_is_in_the_periods_of_before(bool isRedis)
    {
        await using var process = await StartAsync(isRedis);
        await process.Firewall.Quotas.AllocateAsync(Teams);
        MoveTo(Midnight.AddMinutes(1));
        await process.Firewall.Quotas.UpdateAsync(Teams with { Members = [.. Teams.Members.Take(2)] });
        MoveTo(Midnight.AddDays(1).AddMinutes(1));
        await process.Firewall.Quotas.GetAsync("teams");

        (await ToldAsync(process, LedgerEntryKind.PoolPeriod)).Select(entry => MembersIn(entry).Count).Should().Equal(3, 2);
    }

    [Fact]
    public async Task A_database_that_is_away_holds_up_no_renewal_and_is_told_later()
    {
        var away = new AwayLedger { IsAway = false };
        await using var process = await StartAsync(isRedis: true, around: away.Around);
        await process.Firewall.Quotas.AllocateAsync(Teams);
        await process.Firewall.SpendAsync(Of("a", 1m));
        await process.Feed.FlushAsync();
        away.IsAway = true;
        MoveTo(Midnight.AddMinutes(1));

        (await process.Firewall.Quotas.GetHistoryAsync("teams")).Should().ContainSingle();
        (await process.Firewall.TrySpendAsync(Of("a", 12m))).IsAllowed.Should().BeTrue();
        (await ReadAllAsync(new() { Kinds = [LedgerEntryKind.PoolPeriod] })).Should().BeEmpty();
        away.IsAway = false;

        (await ToldAsync(process, LedgerEntryKind.PoolPeriod)).Should().ContainSingle();
    }

    private static List<(string Scope, string Allocated, string Used, string RolledOver, string Lent, string Borrowed)> MembersIn(LedgerEntry entry) =>
        [.. JsonNode.Parse(entry.After!)!["members"]!.AsArray().Select(member =>
            (Text(member!, "scope"), Text(member!, "allocated"), Text(member!, "used"), Text(member!, "rolledOver"), Text(member!, "lent"), Text(member!, "borrowed")))];

    private static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();
}
