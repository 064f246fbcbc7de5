namespace BudgetFirewall.Ledger.Tests;

/// <summary>Refunds and corrections give back what was charged: once, never more than the charge, in its counters and periods, with an entry that says what was really moved.</summary>
public abstract class ChargesAreCorrected<THarness> : LedgerSuite<THarness> where THarness : ILedgerHarness, new()
{
    private static readonly BudgetRequest Call = new()
    {
        Provider = "openai", Operation = "chat", UserId = "alice", ProjectId = "search", Cost = 2m, Usage = BudgetUsage.Tokens(1_000, 100), OperationId = "call-1",
    };

    private static readonly ChargeCorrection First = new() { OperationId = "call-1", CorrectionId = "note-1", Reason = "the provider was down", By = "bob" };

    private readonly string _prefix = "c" + Guid.NewGuid().ToString("N")[..12];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_refund_is_taken_out_of_each_counter_and_has_an_entry_that_names_the_charge(bool isRedis)
    {
        await using var process = await StartAsync(isRedis);
        await process.Firewall.ChargeAsync(Call);

        var receipt = await process.Firewall.RefundAsync(First, 0.5m);

        (receipt.CorrectionId, receipt.OperationId, receipt.Amount, receipt.Cost, receipt.Currency, receipt.IsReplay).Should().Be(("note-1", "call-1", 0.5m, 1.5m, "USD", false));
        receipt.Counters.Select(counter => (counter.Family, counter.Scope, counter.Amount)).Should().BeEquivalentTo([("global/none", BudgetScope.Global, 0.5m), ("user/day", BudgetScope.User("alice"), 0.5m)]);
        (await SpentAsync(process, BudgetScope.User("alice"))).Should().Be(1.5m);
        await process.Feed.FlushAsync();
        var entries = await ReadAllAsync(new());
        var entry = entries.Should().ContainSingle(entry => entry.Kind == LedgerEntryKind.Correction).Which;
        (entry.Id, entry.OperationId, entry.Time, entry.Amount, entry.CorrectedEntryId, entry.Actor, entry.Reason, entry.Operation).Should().Be(
            (receipt.EntryId!, "note-1", receipt.Time!.Value, -0.5m, receipt.CorrectedEntryId, "bob", "the provider was down", "chat"));
        (await Ledger.FindEntryAsync(receipt.CorrectedEntryId))!.OperationId.Should().Be("call-1");
        entry.Scopes.Should().BeEquivalentTo(new Dictionary<string, string> { ["provider"] = "openai", ["user"] = "alice", ["project"] = "search" });
        entry.Counters.Select(counter => counter.Amount).Should().Equal(-0.5m, -0.5m);
        (await Ledger.GetTotalAsync(new() { Scopes = new Dictionary<string, string> { ["user"] = "alice" } })).Amount.Should().Be(1.5m);
        (await process.Reconciliation.RunAsync()).Differences.Should().BeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task All_that_is_left_is_given_back_with_the_usage_and_then_nothing_is_left(bool isRedis)
    {
        await using var process = await StartAsync(isRedis);
        await process.Firewall.ChargeAsync(Call);
        await process.Firewall.CorrectAsync(First, 1.25m);

        var receipt = await process.Firewall.RefundAsync(First with { CorrectionId = "note-2" });

        (receipt.Amount, receipt.Cost).Should().Be((1.25m, 0m));
        receipt.Counters.Select(counter => (counter.Family, counter.Amount)).Should().BeEquivalentTo([("global/none", 1.25m), ("project/month/input_tokens", 1_000m), ("user/day", 1.25m)]);
        (await SpentAsync(process, BudgetScope.Project("search"))).Should().Be(0m);
        var failure = (await FluentActions.Awaiting(() => process.Firewall.RefundAsync(First with { CorrectionId = "note-3" }).AsTask()).Should().ThrowAsync<CorrectionTooLargeException>()).Which;
        (failure.Cost, failure.OperationId).Should().Be((0m, "note-3"));
        (await process.Reconciliation.RunAsync()).Differences.Should().BeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_same_id_is_a_replay_for_ever_and_with_other_content_a_conflict(bool isRedis)
    {
        await using var process = await StartAsync(isRedis);
        await process.Firewall.ChargeAsync(Call);
        var first = await process.Firewall.RefundAsync(First, 0.5m);

        var again = await process.Firewall.RefundAsync(First, 0.50m);
        await process.Feed.FlushAsync();
        Clock.Advance(TimeSpan.FromDays(2));
        var muchLater = await process.Firewall.RefundAsync(First, 0.5m);

        foreach (var replay in new[] { again, muchLater })
            replay.Should().BeEquivalentTo(first with { IsReplay = true });
        foreach (var other in new[] { First with { Reason = "another" }, First with { By = "eve" } })
            (await FluentActions.Awaiting(() => process.Firewall.RefundAsync(other, 0.5m).AsTask()).Should().ThrowAsync<OperationConflictException>()).Which.OperationId.Should().Be("note-1");
        await FluentActions.Awaiting(() => process.Firewall.RefundAsync(First, 0.6m).AsTask()).Should().ThrowAsync<OperationConflictException>();
        await FluentActions.Awaiting(() => process.Firewall.RefundAsync(First).AsTask()).Should().ThrowAsync<OperationConflictException>();
        await FluentActions.Awaiting(() => process.Firewall.CorrectAsync(First, 0.5m).AsTask()).Should().ThrowAsync<OperationConflictException>();
        (await ReadAllAsync(new() { Kinds = [LedgerEntryKind.Correction] })).Should().ContainSingle();
        (await SpentAsync(process, BudgetScope.Global)).Should().Be(1.5m);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task More_than_the_charge_and_a_correction_upwards_are_refused_and_the_same_cost_changes_nothing(bool isRedis)
    {
        await using var process = await StartAsync(isRedis);
        await process.Firewall.ChargeAsync(Call);

        (await FluentActions.Awaiting(() => process.Firewall.RefundAsync(First, 2.000000001m).AsTask()).Should().ThrowAsync<CorrectionTooLargeException>()).Which.Cost.Should().Be(2m);
        (await FluentActions.Awaiting(() => process.Firewall.CorrectAsync(First, 2.1m).AsTask()).Should().ThrowAsync<CorrectionTooLargeException>()).Which.Message.Should().Contain("a charge of its own");
        var same = await process.Firewall.CorrectAsync(First, 2m);

        (same.Amount, same.Cost, same.EntryId, same.Time).Should().Be((0m, 2m, null, null));
        (await SpentAsync(process, BudgetScope.Global)).Should().Be(2m);
        (await process.Firewall.RefundAsync(First, 2m)).Cost.Should().Be(0m);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_charge_is_found_by_its_operation_its_reservation_or_its_entry_and_otherwise_it_is_a_clear_error(bool isRedis)
    {
        await using var process = await StartAsync(isRedis);
        await using var reservation = await process.Firewall.ReserveAsync(Call with { OperationId = "held", OperationScope = "acme" });
        await reservation.CommitAsync(1m);
        var spent = await process.Firewall.SpendAsync(Call with { OperationId = null });
        await process.Feed.FlushAsync();
        var entry = (await ReadAllAsync(new() { OperationId = spent.OperationId })).Single();

        (await process.Firewall.RefundAsync(new() { ReservationId = reservation.Id, CorrectionId = "a" }, 0.1m)).OperationId.Should().Be("held");
        (await process.Firewall.RefundAsync(new() { OperationId = "held", OperationScope = "acme", CorrectionId = "b" }, 0.1m)).Cost.Should().Be(0.8m);
        (await process.Firewall.RefundAsync(new() { EntryId = entry.Id, CorrectionId = "a" }, 0.1m)).OperationId.Should().Be(spent.OperationId);
        ChargeCorrection[] strangers =
        [
            new() { OperationId = "held", CorrectionId = "c" }, new() { OperationId = "held", OperationScope = "globex", CorrectionId = "c" }, new() { OperationId = "x' or 1=1 --", CorrectionId = "c" },
            new() { ReservationId = "no id", CorrectionId = "c" }, new() { EntryId = "no id", CorrectionId = "c" }, new() { EntryId = (await CorrectionEntryAsync(process)).Id, CorrectionId = "c" },
        ];
        foreach (var stranger in strangers)
            (await FluentActions.Awaiting(() => process.Firewall.RefundAsync(stranger).AsTask()).Should().ThrowAsync<ChargeNotFoundException>()).Which.OperationId.Should().Be("c");
    }

    [Fact]
    public async Task What_no_correction_can_be_is_refused_before_anything_is_asked()
    {
        await using var process = await StartAsync(isRedis: false);
        await process.Firewall.ChargeAsync(Call);
        foreach (var amount in new[] { 0m, -1m, 0.0000000001m, 9_000_000_001m })
            await FluentActions.Awaiting(() => process.Firewall.RefundAsync(First, amount).AsTask()).Should().ThrowAsync<ArgumentOutOfRangeException>();
        foreach (var cost in new[] { -1m, 0.0000000001m, 9_000_000_001m })
            await FluentActions.Awaiting(() => process.Firewall.CorrectAsync(First, cost).AsTask()).Should().ThrowAsync<ArgumentOutOfRangeException>();
        foreach (var unnamed in new[] { First with { OperationId = null }, First with { EntryId = "e" }, First with { OperationId = null, EntryId = "e", OperationScope = "s" }, First with { Partition = "eu" } })
            await FluentActions.Awaiting(() => process.Firewall.RefundAsync(unnamed).AsTask()).Should().ThrowAsync<ArgumentException>();
        FluentActions.Invoking(() => First with { CorrectionId = new string('x', 257) }).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => First with { Reason = new string('x', 257) }).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => First with { By = "" }).Should().Throw<ArgumentException>();

        (await ReadAllAsync(new() { Kinds = [LedgerEntryKind.Correction] })).Should().BeEmpty();
        (await CountAsync("count(*) from ledger_corrections")).Should().Be(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ids_and_reasons_are_data_in_every_place(bool isRedis)
    {
        const string Strange = "'); drop table ledger_corrections; -- {x}:*\n\0\u001a";
        await using var process = await StartAsync(isRedis);
        await process.Firewall.ChargeAsync(Call with { OperationId = Strange, OperationScope = Strange });
        ChargeCorrection correction = new() { OperationId = Strange, OperationScope = Strange, CorrectionId = Strange, Reason = Strange, By = Strange };

        var receipt = await process.Firewall.RefundAsync(correction, 1m);

        await process.Feed.FlushAsync();
        var entry = await CorrectionEntryAsync(process);
        (await CountAsync("count(*) from ledger_corrections where applied_us is null")).Should().Be(0);
        (entry.Id, entry.OperationId, entry.OperationScope, entry.Reason, entry.Actor).Should().Be((receipt.EntryId!, Strange, Strange, Strange, Strange));
        (await process.Firewall.RefundAsync(correction, 1m)).Should().BeEquivalentTo(receipt with { IsReplay = true });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Many_corrections_at_once_never_give_back_more_than_the_charge(bool isRedis)
    {
        await using var one = await StartAsync(isRedis);
        await using var other = await StartAsync(isRedis);
        await one.Firewall.ChargeAsync(Call);
        await one.Feed.FlushAsync();

        var given = await Task.WhenAll(Enumerable.Range(0, 24).Select(async i =>
        {
            try
            {
                return (await (isRedis && i % 2 == 1 ? other : one).Firewall.RefundAsync(First with { CorrectionId = $"note-{i / 2}" }, 0.3m)) is { IsReplay: false } receipt ? receipt.Amount : 0m;
            }
            catch (CorrectionTooLargeException)
            {
                return 0m;
            }
        }));

        given.Sum().Should().Be(1.8m);
        (await SpentAsync(one, BudgetScope.Global)).Should().Be(0.2m);
        await one.Feed.FlushAsync();
        (await ReadAllAsync(new() { Kinds = [LedgerEntryKind.Correction] })).Sum(entry => entry.Amount).Should().Be(-1.8m);
        (await CountAsync("count(*) from ledger_corrections where applied_us is null")).Should().Be(0);
        (await one.Reconciliation.RunAsync()).Differences.Should().BeEmpty();
    }

    [Fact]
    public async Task A_charge_that_waits_for_the_database_is_waited_for()
    {
        await using var process = await StartAsync(isRedis: false);
        await process.Firewall.ChargeAsync(Call);

        // Nothing has flushed it.
        (await process.Firewall.RefundAsync(First)).Amount.Should().Be(2m);
    }

    [Fact]
    public async Task Reports_have_a_correction_at_its_own_time_and_are_its_sum()
    {
        await using var process = await StartAsync(isRedis: false);
        await process.Firewall.ChargeAsync(Call);
        Clock.Advance(TimeSpan.FromDays(1));
        await process.Firewall.ChargeAsync(Call with { OperationId = "call-2", Cost = 1m });
        var receipt = await process.Firewall.RefundAsync(First, 0.75m);
        await process.Feed.FlushAsync();

        var report = await Ledger.ReportAsync(new() { From = Noon.AddDays(-1), To = Noon.AddDays(2), GroupBy = ["user"], Interval = LedgerInterval.Day });

        report.Rows.Select(row => (row.Interval, row.Amount, row.Count)).Should().Equal((Noon.AddHours(-12), 2m, 1), (Noon.AddHours(12), 0.25m, 1));
        // The day in which it was charged is over: nothing is taken out of the present one.
        receipt.Counters.Select(counter => (counter.Family, counter.Amount)).Should().Contain(("user/day", 0m)).And.Contain(("global/none", 0.75m));
        (await SpentAsync(process, BudgetScope.User("alice"))).Should().Be(1m);
        (await process.Reconciliation.RunAsync()).Differences.Should().BeEmpty();
    }

    [Fact]
    public async Task Observers_are_told_once_of_what_was_given_back()
    {
        var observer = new Corrections();
        await using (var process = await StartAsync(isRedis: false, observer))
        {
            await process.Firewall.ChargeAsync(Call);
            await process.Firewall.RefundAsync(First, 0.5m);
            await process.Firewall.RefundAsync(First, 0.5m);
            await process.Firewall.CorrectAsync(First with { CorrectionId = "same" }, 1.5m);
        }

        observer.Heard.Should().ContainSingle().Which.Should().Match<CorrectionReceipt>(receipt => receipt.CorrectionId == "note-1" && receipt.Amount == 0.5m);
    }

    [Fact]
    public async Task A_firewall_without_a_ledger_says_so()
    {
        await using var firewall = new BudgetFirewallBuilder().Build();
        (await FluentActions.Awaiting(() => firewall.RefundAsync(First).AsTask()).Should().ThrowAsync<NotSupportedException>()).Which.Message.Should().Contain("ledger");
    }

    [Fact]
    public async Task Notes_are_removed_with_the_charges_that_they_are_about()
    {
        await using var process = await StartAsync(isRedis: false);
        await process.Firewall.ChargeAsync(Call);
        await process.Firewall.RefundAsync(First, 0.5m);
        await process.Feed.FlushAsync();
        Clock.Advance(TimeSpan.FromDays(10));

        await Ledger.RemoveOldAsync(LedgerRetention.Of(TimeSpan.FromDays(20)));
        (await CountAsync("count(*) from ledger_corrections")).Should().Be(1);
        await Ledger.RemoveOldAsync(new() { Ages = new Dictionary<LedgerEntryKind, TimeSpan> { [LedgerEntryKind.Charge] = TimeSpan.FromDays(9), [LedgerEntryKind.Spend] = TimeSpan.FromDays(9), [LedgerEntryKind.Commit] = TimeSpan.FromDays(20) } });
        (await CountAsync("count(*) from ledger_corrections")).Should().Be(1, "it could be about a commit, which is kept");
        await Ledger.RemoveOldAsync(LedgerRetention.Of(TimeSpan.FromDays(9)));

        (await CountAsync("count(*) from ledger_corrections")).Should().Be(0);
        await FluentActions.Awaiting(() => process.Firewall.RefundAsync(First, 0.5m).AsTask()).Should().ThrowAsync<ChargeNotFoundException>();
    }

    private async Task<LedgerEntry> CorrectionEntryAsync(CorrectedProcess process)
    {
        await process.Feed.FlushAsync();
        return (await ReadAllAsync(new() { Kinds = [LedgerEntryKind.Correction] }))[0];
    }

    private static async Task<decimal> SpentAsync(CorrectedProcess process, BudgetScope scope) => (await process.Firewall.GetStatusAsync(scope)).Budgets.Should().ContainSingle().Which.Spent;

    private async Task<CorrectedProcess> StartAsync(bool isRedis, IBudgetObserver? observer = null) =>
        CorrectedProcess.Start(isRedis ? await RedisForLedgers.ConnectAsync() : null, _prefix, isRedis ? TimeProvider.System : Clock, () => Harness.Open(), Configure, observer: observer);

    private static void Configure(BudgetFirewallOptions options)
    {
        options.Budgets.Add(new Budget { Scope = BudgetScope.Each("user"), Limit = 10m });
        options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 100m, Period = BudgetPeriod.None });
        options.Budgets.Add(new Budget { Scope = BudgetScope.Each("project"), Limit = 1_000_000m, Unit = "input_tokens", Period = BudgetPeriod.Month });
    }

    private sealed class Corrections : IBudgetObserver
    {
        public System.Collections.Concurrent.ConcurrentQueue<CorrectionReceipt> Heard { get; } = new();

        public void OnCorrected(CorrectionReceipt receipt) => Heard.Enqueue(receipt);
    }
}
