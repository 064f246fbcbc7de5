namespace BudgetFirewall.Conformance;

/// <summary>P3: ids of callers who must not meet are kept apart, and a reservation's id cannot be guessed from its operation's.</summary>
public abstract class P3OperationScopes<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    private const string Order = "order-4711";

    // Scopes and ids that run together alike, that look like what separates them, or like each other's keys.
    private static readonly (string? Scope, string Id)[] Crafted =
    [
        (null, "c"), ("a", "b:c"), ("a:b", "c"), (null, "a:b:c"), (null, "a:b"), ("a", "b"), (null, "a%3Ab"), ("a%3A", "b"), (null, "0:1:ab~"), (null, "0:1:ab"),
        ("0:1:a", "b"), ("ab", "c"), ("a", "bc"), (null, "abc"), (":", ":"), (null, ":::"), ("#", "#"), (null, "#:#"), ("none", "c"), ("null", "c"), ("-1", "c"),
        (null, "a.b"), ("a.b", "c~"), (new('s', 256), "x"), (new('s', 255), "sx"), (null, new('s', 256)), (new('s', 33), new('x', 33)), (new('s', 32), "s" + new string('x', 33)),
    ];

    [Theory]
    [InlineData(OperationKind.Check)]
    [InlineData(OperationKind.Reserve)]
    [InlineData(OperationKind.Spend)]
    [InlineData(OperationKind.Charge)]
    public async Task One_id_in_two_scopes_is_two_operations(OperationKind kind)
    {
        var firewall = Firewall(AliceLimit(10m));
        var first = await firewall.DoAsync(kind, Of("one", 1m));

        var other = await firewall.DoAsync(kind, Of("two", 2m));
        var unscoped = await firewall.DoAsync(kind, Of(null, 3m));
        var again = await firewall.DoAsync(kind, Of("one", 1m));

        Assert.Equal((false, false, false, true), (first.IsReplay, other.IsReplay, unscoped.IsReplay, again.IsReplay));
        Assert.Equal((Order, Order, Order, Order), (first.OperationId, other.OperationId, unscoped.OperationId, again.OperationId));
        await Assert.ThrowsAsync<OperationConflictException>(async () => await firewall.DoAsync(kind, Of("one", 2m)));
    }

    [Fact]
    public async Task Scopes_and_ids_that_run_together_differently_are_different_operations()
    {
        var firewall = Firewall(AliceLimit(9_000m));
        for (var i = 0; i < Crafted.Length; i++)
            Assert.False((await firewall.ChargeAsync(Call(i + 1m, id: Crafted[i].Id) with { OperationScope = Crafted[i].Scope })).IsReplay);

        for (var i = 0; i < Crafted.Length; i++)
            Assert.True((await firewall.ChargeAsync(Call(i + 1m, id: Crafted[i].Id) with { OperationScope = Crafted[i].Scope })).IsReplay);
    }

    [Fact]
    public async Task Scopes_and_ids_that_run_together_differently_are_different_reservations()
    {
        var processes = Processes(2, AliceLimit(9_000m));
        var ids = new List<string>();
        foreach (var (scope, id) in Crafted)
            ids.Add((await processes[0].ReserveAsync(Call(1m, id: id) with { OperationScope = scope })).Id);

        Assert.Equal(Crafted.Length, ids.Distinct(StringComparer.Ordinal).Count());
        for (var i = 0; i < ids.Count; i++)
        {
            Assert.True(ReservationIdentity.TryParse(ids[i], out var identity));
            Assert.Equal((null, Crafted[i].Scope, Crafted[i].Id), (identity.Partition, identity.OperationScope, identity.OperationId));
            var receipt = await processes[1].CommitAsync(ids[i], i * Nano);
            Assert.Equal((Crafted[i].Id, ids[i], i * Nano), (receipt.OperationId, receipt.ReservationId, receipt.Cost));
        }
    }

    [Fact]
    public async Task Partitions_and_scopes_that_run_together_differently_are_different_reservations()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(Limit(BudgetScope.Global, 1_000m));
            options.PartitionBy = "tenant";
        });
        (string Tenant, string? Scope, string Id)[] names = [("a", "b", "c"), ("ab", null, "c"), ("a", null, "bc"), ("ab", "c", "d"), ("a", "bc", "d"), ("a:1", "b", "c"), ("a", "1:b", "c")];
        var ids = new List<string>();
        foreach (var (tenant, scope, id) in names)
            ids.Add((await firewall.ReserveAsync(Call(1m, id: id) with { OperationScope = scope, Dimensions = new Dictionary<string, string> { ["tenant"] = tenant } })).Id);

        Assert.Equal(names.Length, ids.Distinct(StringComparer.Ordinal).Count());
        for (var i = 0; i < ids.Count; i++)
        {
            Assert.True(ReservationIdentity.TryParse(ids[i], out var identity));
            Assert.Equal(names[i], (identity.Partition!, identity.OperationScope, identity.OperationId));
            Assert.Equal(names[i].Id, (await firewall.CommitAsync(ids[i], 1m)).OperationId);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("tenant-1")]
    public async Task Whoever_knows_an_operations_id_does_not_know_its_reservations(string? scope)
    {
        var processes = Processes(2, AliceLimit(100m));
        var reservation = await processes[0].ReserveAsync(Of(scope, 0.05m));
        var other = await processes[0].ReserveAsync(Of("elsewhere", 0.05m));
        var tag = other.Id[^22..];
        string[] guesses =
        [
            Order, Order + ".", reservation.Id[..^22], reservation.Id[..^22] + tag, Order + "." + tag, reservation.Id[..^22] + new string('A', 22), reservation.Id[..^1] + Other(reservation.Id[^1]),
            Other(reservation.Id[^22]) + reservation.Id[1..], reservation.Id + "=", reservation.Id[..^1], "0:" + reservation.Id, $"{scope?.Length ?? 0}:{scope}{Order}",
            new ReservationIdentity { OperationScope = scope, OperationId = Order }.ToString(),
        ];

        foreach (var firewall in processes)
        {
            foreach (var guess in guesses)
            {
                var unknown = await Assert.ThrowsAsync<ReservationNotFoundException>(async () => await firewall.CommitAsync(guess, 50m));
                await Assert.ThrowsAsync<ReservationNotFoundException>(async () => await firewall.CommitAsync(guess, Records(1)));
                await Assert.ThrowsAsync<ReservationNotFoundException>(async () => await firewall.ExtendAsync(guess, TimeSpan.FromHours(1)));
                await firewall.ReleaseAsync(guess);
                Assert.Equal(guess, unknown.ReservationId);
                Assert.DoesNotContain(reservation.Id, unknown.Message.Replace(guess, "", StringComparison.Ordinal), StringComparison.Ordinal);
            }
        }

        await processes[1].AssertStandsAtAsync(AliceScope, spent: 0, held: 0.1m);
        Assert.Equal(0.04m, (await processes[1].CommitAsync(reservation.Id, 0.04m)).Cost);
    }

    [Fact]
    public async Task A_guessed_id_learns_nothing_while_the_store_is_away()
    {
        var (firewall, chaos) = Harness.CreateFragileFirewall(options =>
        {
            options.Budgets.Add(AliceLimit(10m));
            options.StoreTimeout = TimeSpan.FromSeconds(10);
            options.Outbox.IsEnabled = true;
        });
        var reservation = await firewall.ReserveAsync(Of("tenant-1", 1m));
        var guess = reservation.Id[..^22] + new string('A', 22);
        chaos.Strike(StoreCalls.All, StoreFault.NotReached);
        Assert.True((await reservation.CommitAsync(0.5m)).IsQueued);

        var commit = await Assert.ThrowsAsync<ChargeUnconfirmedException>(async () => await firewall.CommitAsync(guess, 9m));
        var release = await Assert.ThrowsAsync<ChargeUnconfirmedException>(async () => await firewall.ReleaseAsync(guess));

        Assert.Equal((guess, guess, 1), (commit.ReservationId, release.ReservationId, firewall.Outbox.Count));
        Assert.DoesNotContain(reservation.Id, commit.Message + release.Message, StringComparison.Ordinal);
        chaos.Heal();
        await DeliverAsync(firewall);
        Assert.Equal((1, 0), (firewall.Outbox.Delivered, firewall.Outbox.Undeliverable));
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0.5m);
    }

    [Fact]
    public async Task A_commit_by_a_guessed_id_that_could_not_be_told_is_not_delivered()
    {
        var reserving = Firewall(AliceLimit(10m));
        var reservation = await reserving.ReserveAsync(Of("tenant-1", 1m));
        ChaosBudgetStore? chaos = null;
        var firewall = Harness.CreateFirewallOn(
            store => chaos = new(new SecretUntilReached(store)),
            options =>
            {
                options.Budgets.Add(AliceLimit(10m));
                options.Outbox.IsEnabled = true;
            });
        chaos!.Strike(StoreCalls.All, StoreFault.NotReached);

        Assert.True((await firewall.CommitAsync(reservation.Id[..^22] + new string('A', 22), 9m)).IsQueued);
        Assert.True((await firewall.CommitAsync(reservation.Id, 0.5m)).IsQueued);
        chaos.Heal();

        await DeliverAsync(firewall);
        Assert.Equal((1, 1), (firewall.Outbox.Delivered, firewall.Outbox.Undeliverable));
        await reserving.AssertStandsAtAsync(AliceScope, spent: 0.5m);
    }

    [Fact]
    public async Task A_reservation_that_was_let_through_unseen_is_settled_through_its_object_and_by_the_id_it_has_once_the_store_was_reached()
    {
        ChaosBudgetStore? chaos = null;
        var firewall = Harness.CreateFirewallOn(
            store => chaos = new(new SecretUntilReached(store)),
            options =>
            {
                options.Budgets.Add(AliceLimit(10m));
                options.FailureMode = FailureMode.Allow;
            });
        chaos!.Strike(StoreCalls.Decide, StoreFault.AnswerLost);
        var reservation = await firewall.ReserveAsync(Of("tenant-1", 1m));
        chaos.Heal();

        Assert.True(reservation.Decision.IsDegraded);
        await firewall.GetStatusAsync(AliceScope);
        Assert.Equal(0.5m, (await firewall.CommitAsync(reservation.Id, 0.5m)).Cost);
        Assert.True((await reservation.CommitAsync(0.5m)).IsReplay);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0.5m);
    }

    [Fact]
    public async Task A_degraded_charge_and_a_late_reservation_of_one_scope_meet_and_those_of_another_do_not()
    {
        var (firewall, chaos) = Harness.CreateFragileFirewall(options =>
        {
            options.Budgets.Add(AliceLimit(10m));
            options.FailureMode = FailureMode.Allow;
        });
        await firewall.ChargeAsync(Of("other", 5m));
        chaos.StrikeNext(StoreCalls.Decide, StoreFault.NotReached);
        var reservation = await firewall.ReserveAsync(Of("one", 1m));

        await reservation.CommitAsync(0.5m);

        await firewall.AssertStandsAtAsync(AliceScope, spent: 5.5m);
        Assert.True((await reservation.CommitAsync(0.5m)).IsReplay);
    }

    private async Task DeliverAsync(IBudgetFirewall firewall) => Assert.True(await Eventually.HoldsAsync(async () =>
    {
        await Harness.LetCallersWaitAsync(TimeSpan.FromMilliseconds(500));
        return firewall.Outbox.Count == 0;
    }));

    private static BudgetRequest Of(string? scope, decimal cost) => Call(cost, id: Order) with { OperationScope = scope };

    private static char Other(char c) => c == 'A' ? 'Q' : 'A';
}
