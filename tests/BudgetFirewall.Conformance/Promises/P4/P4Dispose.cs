namespace BudgetFirewall.Conformance;

/// <summary>P4: once a commit has been tried, whatever came of it, disposing no longer releases; the hold waits for the commit or for its lease.</summary>
public abstract class P4Dispose<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    [Fact]
    public async Task Disposing_after_a_commit_that_was_not_confirmed_keeps_the_hold_until_the_commit_is_repeated()
    {
        var (firewall, chaos) = Harness.CreateFragileFirewall(options => options.Budgets.Add(AliceLimit(1m)));
        var reservation = await firewall.ReserveAsync(Call(0.6m));
        chaos.Strike(StoreCalls.Settle, StoreFault.NotReached);
        await FluentActions.Awaiting(async () => await reservation.CommitAsync(0.5m)).Should().ThrowExactlyAsync<ChargeUnconfirmedException>();
        chaos.Heal();

        await reservation.DisposeAsync();

        await firewall.AssertStandsAtAsync(AliceScope, spent: 0, held: 0.6m);
        (await reservation.CommitAsync(0.5m)).IsReplay.Should().BeFalse();
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0.5m);
    }

    [Fact]
    public async Task Disposing_after_a_commit_whose_answer_was_lost_leaves_it_committed()
    {
        var (firewall, chaos) = Harness.CreateFragileFirewall(options => options.Budgets.Add(AliceLimit(1m)));
        var reservation = await firewall.ReserveAsync(Call(0.6m));
        chaos.Strike(StoreCalls.Settle, StoreFault.AnswerLost);
        await FluentActions.Awaiting(async () => await reservation.CommitAsync(0.5m)).Should().ThrowExactlyAsync<ChargeUnconfirmedException>();
        chaos.Heal();

        await reservation.DisposeAsync();

        await firewall.AssertStandsAtAsync(AliceScope, spent: 0.5m);
        (await reservation.CommitAsync(0.5m)).IsReplay.Should().BeTrue();
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0.5m);
    }

    [Fact]
    public async Task A_hold_kept_for_a_commit_that_never_comes_ends_with_its_lease()
    {
        var (firewall, chaos) = Harness.CreateFragileFirewall(options => options.Budgets.Add(AliceLimit(1m)));
        var reservation = await firewall.ReserveAsync(Call(0.6m));
        chaos.Strike(StoreCalls.Settle, StoreFault.NotReached);
        await FluentActions.Awaiting(async () => await reservation.CommitAsync(0.5m)).Should().ThrowExactlyAsync<ChargeUnconfirmedException>();
        chaos.Heal();
        await reservation.DisposeAsync();

        await MoveJustBeforeAsync(reservation.ExpiresAt);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0, held: 0.6m);
        await Harness.AdvanceAsync(TimeSpan.FromMinutes(1));
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0);
    }

    [Fact]
    public async Task Disposing_after_a_cancelled_commit_keeps_the_hold_until_the_commit_is_repeated()
    {
        var (firewall, chaos) = Harness.CreateFragileFirewall(options => options.Budgets.Add(AliceLimit(1m)));
        var reservation = await firewall.ReserveAsync(Call(0.6m));
        var stall = new StoreStall(isDoneFirst: false);
        chaos.Strike(StoreCalls.Settle, stall);
        using var cancellation = new CancellationTokenSource();
        var commit = reservation.CommitAsync(0.5m, cancellation.Token).AsTask();
        (await Eventually.HoldsAsync(() => stall.Waiting == 1)).Should().BeTrue();

        await cancellation.CancelAsync();
        await FluentActions.Awaiting(() => commit).Should().ThrowAsync<OperationCanceledException>();
        chaos.Heal();
        await reservation.DisposeAsync();

        await firewall.AssertStandsAtAsync(AliceScope, spent: 0, held: 0.6m);
        await stall.EndAsync();
        (await Eventually.HoldsAsync(async () => await firewall.SpentAsync(AliceScope) == 0.5m)).Should().BeTrue();
        (await reservation.CommitAsync(0.5m)).IsReplay.Should().BeTrue();
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0.5m);
    }

    [Fact]
    public async Task Disposing_after_a_commit_that_was_refused_as_bad_input_keeps_the_hold()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(AliceLimit(10m));
            options.Pricing.Models["gpt"] = new ModelPrice { Input = 0.001m, Output = 0.002m };
        });
        var badAmount = await firewall.ReserveAsync(Call(1m));
        var badUsage = await firewall.ReserveAsync(Call() with { Model = "gpt", Usage = BudgetUsage.Tokens(input: 1_000, output: 500) });

        await FluentActions.Awaiting(async () => await badAmount.CommitAsync(-Nano)).Should().ThrowExactlyAsync<ArgumentOutOfRangeException>();
        await FluentActions.Awaiting(async () => await badUsage.CommitAsync(Records(1))).Should().ThrowExactlyAsync<ArgumentException>();
        await badAmount.DisposeAsync();
        await badUsage.DisposeAsync();

        await firewall.AssertStandsAtAsync(AliceScope, spent: 0, held: 3m);
        await badAmount.CommitAsync(0.5m);
        await badUsage.CommitAsync(BudgetUsage.Tokens(input: 500, output: 500));
        await firewall.AssertStandsAtAsync(AliceScope, spent: 2m);
    }

    [Fact]
    public async Task Disposing_never_throws_though_the_store_is_away_and_the_hold_ends_with_its_lease()
    {
        var (firewall, chaos) = Harness.CreateFragileFirewall(options => options.Budgets.Add(AliceLimit(1m)));
        var reservation = await firewall.ReserveAsync(Call(0.6m));
        chaos.Strike(StoreCalls.All, StoreFault.NotReached);

        await reservation.DisposeAsync();

        chaos.Heal();
        await Harness.MoveToAsync(ReleasedBy(reservation.ExpiresAt - TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(5)));
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0);
    }

    [Fact]
    public async Task Disposing_after_a_release_that_was_not_confirmed_releases()
    {
        var (firewall, chaos) = Harness.CreateFragileFirewall(options => options.Budgets.Add(AliceLimit(1m)));
        var reservation = await firewall.ReserveAsync(Call(0.6m));
        chaos.Strike(StoreCalls.Settle, StoreFault.NotReached);
        await FluentActions.Awaiting(async () => await reservation.ReleaseAsync()).Should().ThrowExactlyAsync<ChargeUnconfirmedException>();
        chaos.Heal();

        await reservation.DisposeAsync();

        (await Eventually.HoldsAsync(async () => await firewall.HeldAsync(AliceScope) == 0)).Should().BeTrue();
    }
}
