using BudgetFirewall.Conformance;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Tests.Requests;

/// <summary>How large a request may be, and how many reservations may be open.</summary>
public sealed class RequestCapsTests : StoreTests<MemoryHarness>
{
    [Theory]
    [InlineData(OperationKind.Check)]
    [InlineData(OperationKind.Reserve)]
    [InlineData(OperationKind.Spend)]
    [InlineData(OperationKind.Charge)]
    public async Task A_request_of_more_dimensions_than_allowed_is_refused_before_anything_is_touched(OperationKind kind)
    {
        var firewall = Firewall(AliceLimit(10m));

        var e = (await FluentActions.Awaiting(async () => await firewall.DoAsync(kind, OfDimensions(17))).Should().ThrowExactlyAsync<ArgumentException>()).Which;

        e.Message.Should().Be("Dimensions has 17 entries; MaxDimensions allows 16. (Parameter 'Dimensions')");
        (await firewall.DoAsync(kind, OfDimensions(16))).Outcome.Should().Be(DecisionOutcome.Allowed);
    }

    [Theory]
    [InlineData("a", 256, null)]
    [InlineData("a", 257, "request has 257 bytes of ids and names; MaxIdBytes allows 256. (Parameter 'request')")]
    [InlineData("\u00e9", 128, null)]
    [InlineData("\u00e9", 129, "request has 258 bytes of ids and names; MaxIdBytes allows 256. (Parameter 'request')")]
    public async Task Ids_and_names_are_counted_together_in_bytes(string character, int count, string? message)
    {
        var firewall = Firewall(options => options.MaxIdBytes = 256);
        string Of(int length) => string.Concat(Enumerable.Repeat(character, length));
        var request = new BudgetRequest
        {
            Provider = Of(1),
            Operation = Of(2),
            UserId = Of(3),
            ProjectId = Of(4),
            Model = Of(5),
            OperationId = Of(6),
            OperationScope = Of(7),
            Cost = 1m,
            Dimensions = new Dictionary<string, string> { [Of(8)] = Of(9) },
            Usage = new() { ServiceTier = Of(10), Units = new Dictionary<string, decimal> { [Of(count - 55)] = 1m } },
        };

        var e = await Xunit.Record.ExceptionAsync(async () => await firewall.ChargeAsync(request));

        ((e as ArgumentException)?.Message).Should().Be(message);
        (message is not null || e is null).Should().BeTrue();
    }

    [Fact]
    public async Task A_usage_of_more_units_than_allowed_is_refused_in_a_request_and_in_every_commit()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(AliceLimit(10m));
            options.MaxUnits = 2;
        });
        var reservation = await firewall.ReserveAsync(Call(1m));
        const string Message = "Units has 3 entries; MaxUnits allows 2. (Parameter 'Units')";

        ((await FluentActions.Awaiting(async () => await firewall.ChargeAsync(Call(1m) with { Usage = Units(3) })).Should().ThrowExactlyAsync<ArgumentException>()).Which).Message.Should().Be(Message);
        ((await FluentActions.Awaiting(async () => await reservation.CommitAsync(Units(3))).Should().ThrowExactlyAsync<ArgumentException>()).Which).Message.Should().Be(Message);
        ((await FluentActions.Awaiting(async () => await firewall.CommitAsync(reservation.Id, Units(3))).Should().ThrowExactlyAsync<ArgumentException>()).Which).Message.Should().Be(Message);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0, held: 1m);
        await reservation.CommitAsync(Units(2));
    }

    [Fact]
    public async Task A_full_store_denies_reservations_alone_and_never_lets_them_through()
    {
        await using var firewall = new BudgetFirewallBuilder()
            .UseTimeProvider(new ManualTimeProvider(new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero)))
            .Configure(options =>
            {
                options.Budgets.Add(AliceLimit(10m));
                options.MaxOpenReservations = 2;
                options.FailureMode = FailureMode.Allow;
            })
            .Build();
        var first = await firewall.ReserveAsync(Call(1m, id: "one"));
        await firewall.ReserveAsync(Call(1m));

        var refused = await firewall.TryReserveAsync(Call(1m));

        (refused.IsGranted, refused.Decision.Outcome).Should().Be((false, DecisionOutcome.StoreUnavailable));
        (await firewall.TryReserveAsync(Call(9m))).Decision.Outcome.Should().Be(DecisionOutcome.BudgetExceeded);
        (await firewall.ReserveAsync(Call(1m, id: "one"))).Decision.IsReplay.Should().BeTrue();
        await firewall.SpendAsync(Call(1m));
        await firewall.AssertStandsAtAsync(AliceScope, spent: 1m, held: 2m);
        await first.ReleaseAsync();
        (await firewall.TryReserveAsync(Call(1m))).IsGranted.Should().BeTrue();
    }

    [Fact]
    public async Task A_full_store_says_which_option_is_to_blame_and_takes_reservations_again_once_others_are_forgotten()
    {
        var clock = new ManualTimeProvider(new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using var store = new MemoryBudgetStore(clock, maxOpenReservations: 1);
        await store.DecideAsync(Reserve("one"));

        var e = (await FluentActions.Awaiting(async () => await store.DecideAsync(Reserve("two"))).Should().ThrowExactlyAsync<BudgetStoreException>()).Which;
        e.Message.Should().Contain("MaxOpenReservations");
        (e.MayHaveHappened, e.IsNeverAllowed).Should().Be((false, true));
        clock.Advance(TimeSpan.FromMinutes(3));
        // The same id again: the one before it, whose time is over, may not have been swept.
        await store.DecideAsync(Reserve("one"));

        store.CountEntries().OpenReservations.Should().Be(1);
        await FluentActions.Awaiting(async () => await store.DecideAsync(Reserve("two"))).Should().ThrowExactlyAsync<BudgetStoreException>();
        clock.Advance(TimeSpan.FromMinutes(3));
        await store.DecideAsync(Reserve("two"));
        store.CountEntries().OpenReservations.Should().Be(1);
    }

    [Theory]
    [InlineData(50)]
    [InlineData(9_000)]
    public async Task However_many_reserve_at_once_there_are_never_more_than_allowed(int max)
    {
        await using var store = new MemoryBudgetStore(TimeProvider.System, max);
        var granted = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, max * 2), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
        {
            try
            {
                var answer = await store.DecideAsync(Reserve($"{i}"));
                Interlocked.Increment(ref granted);
                if (i % 3 == 0)
                {
                    await store.SettleAsync(new() { Reservation = answer.Reservation!, IsCommit = false });
                    Interlocked.Decrement(ref granted);
                }
            }
            catch (BudgetStoreException)
            {
            }
            store.CountEntries().OpenReservations.Should().BeInRange(0, max);
        });

        (granted, store.CountEntries().OpenReservations).Should().Be(((int, long))(max, max));
    }

    private static DecisionCall Reserve(string id) => new()
    {
        Kind = DecisionKind.Reserve,
        OperationId = id,
        Retention = TimeSpan.FromMinutes(1),
        RecordRetention = TimeSpan.FromMinutes(1),
        Lease = TimeSpan.FromMinutes(1),
        CatalogVersion = "",
        Request = Call(0m, id: id),
    };

    private static BudgetRequest OfDimensions(int count) =>
        Call(0m) with { Dimensions = Enumerable.Range(0, count).ToDictionary(i => $"kind-{i}", _ => "one") };

    private static BudgetUsage Units(int count) => new() { Units = Enumerable.Range(0, count).ToDictionary(i => $"unit-{i}", _ => 1m) };
}
