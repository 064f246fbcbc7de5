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

        (first.IsReplay, other.IsReplay, unscoped.IsReplay, again.IsReplay).Should().Be((false, false, false, true));
        (first.OperationId, other.OperationId, unscoped.OperationId, again.OperationId).Should().Be((Order, Order, Order, Order));
        await FluentActions.Awaiting(async () => await firewall.DoAsync(kind, Of("one", 2m))).Should().ThrowExactlyAsync<OperationConflictException>();
    }

    [Fact]
    public async Task Scopes_and_ids_that_run_together_differently_are_different_operations()
    {
        var firewall = Firewall(AliceLimit(9_000m));
        for (var i = 0; i < Crafted.Length; i++)
            (await firewall.ChargeAsync(Call(i + 1m, id: Crafted[i].Id) with { OperationScope = Crafted[i].Scope })).IsReplay.Should().BeFalse();

        for (var i = 0; i < Crafted.Length; i++)
            (await firewall.ChargeAsync(Call(i + 1m, id: Crafted[i].Id) with { OperationScope = Crafted[i].Scope })).IsReplay.Should().BeTrue();
    }

    [Fact]
    public async Task Scopes_and_ids_that_run_together_differently_are_different_reservations()
    {
        var processes = Processes(2, AliceLimit(9_000m));
        var ids = new List<string>();
        foreach (var (scope, id) in Crafted)
            ids.Add((await processes[0].ReserveAsync(Call(1m, id: id) with { OperationScope = scope })).Id);

        ids.Distinct(StringComparer.Ordinal).Count().Should().Be(Crafted.Length);
        for (var i = 0; i < ids.Count; i++)
        {
            ReservationIdentity.TryParse(ids[i], out var identity).Should().BeTrue();
            (identity!.Partition, identity.OperationScope, identity.OperationId).Should().Be(((string?, string?, string))(null, Crafted[i].Scope, Crafted[i].Id));
            var receipt = await processes[1].CommitAsync(ids[i], i * Nano);
            (receipt.OperationId, receipt.ReservationId, receipt.Cost).Should().Be((Crafted[i].Id, ids[i], i * Nano));
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

        ids.Distinct(StringComparer.Ordinal).Count().Should().Be(names.Length);
        for (var i = 0; i < ids.Count; i++)
        {
            ReservationIdentity.TryParse(ids[i], out var identity).Should().BeTrue();
            (identity!.Partition!, identity.OperationScope, identity.OperationId).Should().Be(names[i]);
            (await firewall.CommitAsync(ids[i], 1m)).OperationId.Should().Be(names[i].Id);
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
                var unknown = (await FluentActions.Awaiting(async () => await firewall.CommitAsync(guess, 50m)).Should().ThrowExactlyAsync<ReservationNotFoundException>()).Which;
                await FluentActions.Awaiting(async () => await firewall.CommitAsync(guess, Records(1))).Should().ThrowExactlyAsync<ReservationNotFoundException>();
                await FluentActions.Awaiting(async () => await firewall.ExtendAsync(guess, TimeSpan.FromHours(1))).Should().ThrowExactlyAsync<ReservationNotFoundException>();
                await firewall.ReleaseAsync(guess);
                unknown.ReservationId.Should().Be(guess);
                unknown.Message.Replace(guess, "", StringComparison.Ordinal).Should().NotContain(reservation.Id);
            }
        }

        await processes[1].AssertStandsAtAsync(AliceScope, spent: 0, held: 0.1m);
        (await processes[1].CommitAsync(reservation.Id, 0.04m)).Cost.Should().Be(0.04m);
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
        (await reservation.CommitAsync(0.5m)).IsQueued.Should().BeTrue();

        var commit = (await FluentActions.Awaiting(async () => await firewall.CommitAsync(guess, 9m)).Should().ThrowExactlyAsync<ChargeUnconfirmedException>()).Which;
        var release = (await FluentActions.Awaiting(async () => await firewall.ReleaseAsync(guess)).Should().ThrowExactlyAsync<ChargeUnconfirmedException>()).Which;

        (commit.ReservationId, release.ReservationId, firewall.Outbox.Count).Should().Be((guess, guess, 1));
        (commit.Message + release.Message).Should().NotContain(reservation.Id);
        chaos.Heal();
        await DeliverAsync(firewall);
        (firewall.Outbox.Delivered, firewall.Outbox.Undeliverable).Should().Be(((long, long))(1, 0));
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0.5m);
    }

    [Fact]
    public async Task A_commit_by_a_guessed_id_that_could_not_be_verified_is_not_delivered()
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

        (await firewall.CommitAsync(reservation.Id[..^22] + new string('A', 22), 9m)).IsQueued.Should().BeTrue();
        (await firewall.CommitAsync(reservation.Id, 0.5m)).IsQueued.Should().BeTrue();
        chaos.Heal();

        await DeliverAsync(firewall);
        (firewall.Outbox.Delivered, firewall.Outbox.Undeliverable).Should().Be(((long, long))(1, 1));
        await reserving.AssertStandsAtAsync(AliceScope, spent: 0.5m);
    }

    [Fact]
    public async Task Commits_by_ids_that_nobody_could_verify_leave_the_outbox_to_the_others()
    {
        ChaosBudgetStore? chaos = null;
        var firewall = Harness.CreateFirewallOn(
            store => chaos = new(new SecretUntilReached(store)),
            options =>
            {
                options.Budgets.Add(AliceLimit(10m));
                options.Outbox.IsEnabled = true;
                options.Outbox.Capacity = 16;
            });
        chaos!.Strike(StoreCalls.All, StoreFault.NotReached);

        for (var i = 0; i < 2; i++)
            (await firewall.CommitAsync($"made-up-{i}.AAAAAAAAAAAAAAAAAAAAAA", 1m)).IsQueued.Should().BeTrue();
        await FluentActions.Awaiting(async () => await firewall.CommitAsync("made-up-2.AAAAAAAAAAAAAAAAAAAAAA", 1m)).Should().ThrowExactlyAsync<ChargeUnconfirmedException>();
        for (var i = 0; i < 14; i++)
            (await firewall.ChargeAsync(Call(0.5m, id: $"charge-{i}"))).IsQueued.Should().BeTrue();
        chaos.Heal();

        await DeliverAsync(firewall);
        (firewall.Outbox.Delivered, firewall.Outbox.Undeliverable).Should().Be(((long, long))(14, 2));
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

        reservation.Decision.IsDegraded.Should().BeTrue();
        await firewall.GetStatusAsync(AliceScope);
        (await firewall.CommitAsync(reservation.Id, 0.5m)).Cost.Should().Be(0.5m);
        (await reservation.CommitAsync(0.5m)).IsReplay.Should().BeTrue();
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
        (await reservation.CommitAsync(0.5m)).IsReplay.Should().BeTrue();
    }

    private async Task DeliverAsync(IBudgetFirewall firewall) => (await Eventually.HoldsAsync(async () =>
    {
        await Harness.LetCallersWaitAsync(TimeSpan.FromMilliseconds(500));
        return firewall.Outbox.Count == 0;
    })).Should().BeTrue();

    private static BudgetRequest Of(string? scope, decimal cost) => Call(cost, id: Order) with { OperationScope = scope };

    private static char Other(char c) => c == 'A' ? 'Q' : 'A';
}
