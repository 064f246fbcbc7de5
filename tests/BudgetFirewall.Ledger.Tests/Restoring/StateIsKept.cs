using BudgetFirewall.Storage;

namespace BudgetFirewall.Ledger.Tests;

/// <summary>What a store that forgets with its process is given back: what was changed last, and what was spent and done lately.</summary>
public abstract class StateIsKept<THarness> : LedgerSuite<THarness> where THarness : ILedgerHarness, new()
{
    [Fact]
    public async Task Of_the_changes_of_one_thing_the_last_version_is_kept_until_it_ends()
    {
        var state = (IStateLedger)Ledger;
        static StateChange Of(string? content, long version, StateKind kind = StateKind.Document, string? partition = null, DateTimeOffset? expiresAt = null) => new(kind, partition, "a", content, version, expiresAt);
        await state.AppendAsync([], [Of("1", 5), Of("2", 7), Of("3", 6), Of("limit", 1, StateKind.Limit), Of("acme", 2, partition: "acme"), Of("short", 3, StateKind.Approval, expiresAt: Noon.AddHours(1))]);
        await state.AppendAsync([], [Of("old", 4)]);

        (await ReadAsync(Noon)).Changes.Should().Equal(Of("limit", 1, StateKind.Limit), Of("acme", 2, partition: "acme"), Of("short", 3, StateKind.Approval, expiresAt: Noon.AddHours(1)), Of("2", 7));
        (await ReadAsync(Noon.AddHours(1))).Changes.Should().Equal(Of("limit", 1, StateKind.Limit), Of("acme", 2, partition: "acme"), Of("2", 7));
        (await CountAsync("count(*) from ledger_store_state")).Should().Be(3);
        await state.AppendAsync([], [Of(null, 8)]);
        (await state.AppendAsync([], [])).Should().Be(0);
        var kept = await ReadAsync(Noon);
        (kept.Changes.Select(change => change.Content), kept.LastVersion).Should().BeEquivalentTo((new[] { "limit", "acme" }, 8L));
    }

    [Fact]
    public async Task The_operations_that_are_remembered_are_those_that_took_place_within_the_time_with_what_they_moved()
    {
        LedgerEntry Of(string id, LedgerEntryKind kind, double minutes, LedgerCounter? counter = null) => Charge(id, 2m, Noon.AddMinutes(minutes)) with { Kind = kind, Counters = counter is null ? [] : [counter] };
        static LedgerCounter Moved(long moved) => new("user/day", BudgetScope.User("alice"), Noon.AddHours(-12), null, moved);
        await Ledger.AppendAsync(
        [
            Of("charge", LedgerEntryKind.Charge, -60) with { Partition = "acme", OperationScope = "caller" }, Of("spend", LedgerEntryKind.Spend, -1) with { IsCostUnknown = true }, Of("commit", LedgerEntryKind.Commit, 0),
            Of("given", LedgerEntryKind.Allowance, -2, Moved(7)), Of("taken", LedgerEntryKind.Allowance, -3, Moved(-5)), Of("old", LedgerEntryKind.Charge, -60.001), Of("reset", LedgerEntryKind.Reset, -4, Moved(-20)),
            Of("check", LedgerEntryKind.Check, -5), Of("denial", LedgerEntryKind.Denial, -5),
        ]);

        var kept = await ReadAsync(Noon);

        kept.Operations.Should().BeEquivalentTo(new RestoredOperation[]
        {
            new("acme", "caller", "charge", DecisionKind.Charge, 2_000_000_000, IsCostUnknown: false, Noon), new(null, null, "spend", DecisionKind.Spend, 2_000_000_000, IsCostUnknown: true, Noon.AddMinutes(59)),
            new(null, null, "commit", DecisionKind.Charge, 2_000_000_000, IsCostUnknown: false, Noon.AddMinutes(60)), new(null, null, "given", null, 7, IsCostUnknown: false, Noon.AddMinutes(58)),
            new(null, null, "taken", null, 5, IsCostUnknown: false, Noon.AddMinutes(57)),
        });
        kept.Counters.Should().Equal(new RestoredCounter(null, "user/day", "alice", Noon.AddHours(-12).UtcDateTime, Noon.AddHours(-12).AddDays(366).UtcDateTime, Spent: 0, Allowance: 2));
        (await ((IStateLedger)Ledger).ReadStateAsync(Noon, TimeSpan.FromDays(40_000))).Operations.Should().HaveCount(6);
    }

    [Fact]
    public async Task That_a_limit_was_removed_is_kept_for_a_day_in_which_an_earlier_change_may_come_later()
    {
        IBudgetFirewall Build() => new BudgetFirewallBuilder().UseTimeProvider(Clock).UseLedger(clock => Harness.Open(clock)).Build();
        await using (var firewall = Build())
        {
            await firewall.Budgets.SetAsync(new() { Id = "team", Scope = BudgetScope.Each("team"), Limit = 1m });
            await firewall.Budgets.RemoveAsync("team");
        }
        Clock.Advance(TimeSpan.FromHours(23));

        (await ReadAsync(Clock.GetUtcNow())).Changes.Should().BeEmpty();
        (await CountAsync("count(*) from ledger_store_state where content is null")).Should().Be(1);
        Clock.Advance(TimeSpan.FromHours(2));
        await ReadAsync(Clock.GetUtcNow());
        (await CountAsync("count(*) from ledger_store_state where content is null")).Should().Be(0);
    }

    private ValueTask<KeptState> ReadAsync(DateTimeOffset now) => ((IStateLedger)Ledger).ReadStateAsync(now, TimeSpan.FromHours(1));
}
