namespace BudgetFirewall.Conformance;

/// <summary>P3: what was done once is known when it is repeated, whatever has become of prices and configuration in between.</summary>
public abstract class P3RepeatedCommits<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    [Fact]
    public async Task A_usage_committed_again_after_its_price_is_gone_is_a_replay()
    {
        var firewall = Harness.CreateFirewall(options => options.Budgets.Add(AliceLimit(10m)));
        var priced = Harness.CreateFirewall(options =>
        {
            options.Budgets.Add(AliceLimit(10m));
            options.Pricing.Models["m"] = new ModelPrice { Input = 0.1m, Output = 0.1m };
        });
        var usage = BudgetUsage.Tokens(input: 10, output: 10);
        var reservation = await priced.ReserveAsync(Call(id: "op") with { Model = "m", Usage = usage });
        var receipt = await reservation.CommitAsync(usage);

        var replay = await firewall.CommitAsync(reservation.Id, usage);

        replay.IsReplay.Should().BeTrue();
        replay.Cost.Should().Be(receipt.Cost);
        await FluentActions.Awaiting(async () => await firewall.CommitAsync((await OpenAsync(priced)).Id, usage)).Should().ThrowExactlyAsync<UnknownPriceException>();
        await firewall.AssertStandsAtAsync(AliceScope, spent: 2m, held: 1m);
    }

    [Fact]
    public async Task A_reservation_repeated_with_the_id_that_was_made_for_it_is_a_replay()
    {
        var firewall = Harness.CreateFirewall(options => options.Budgets.Add(AliceLimit(10m)));
        var reservation = await firewall.ReserveAsync(Call(5m));

        var again = await firewall.ReserveAsync(Call(5m, id: reservation.OperationId));

        again.Decision.IsReplay.Should().BeTrue();
        again.ExpiresAt.Should().Be(reservation.ExpiresAt);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0, held: 5m);
    }

    [Fact]
    public async Task A_release_after_a_confirmed_commit_is_a_conflict_however_late()
    {
        var firewall = Harness.CreateFirewall(options => options.Budgets.Add(AliceLimit(10m)));
        var reservation = await firewall.ReserveAsync(Call(5m));
        await reservation.CommitAsync(4m);
        await Harness.AdvanceAsync(TimeSpan.FromHours(3));

        await FluentActions.Awaiting(async () => await reservation.ReleaseAsync()).Should().ThrowExactlyAsync<OperationConflictException>();

        await reservation.DisposeAsync();
        (await reservation.CommitAsync(4m)).IsReplay.Should().BeTrue();
        await FluentActions.Awaiting(async () => await reservation.CommitAsync(3m)).Should().ThrowExactlyAsync<OperationConflictException>();
        await firewall.AssertStandsAtAsync(AliceScope, spent: 4m);
    }

    private static ValueTask<BudgetReservation> OpenAsync(IBudgetFirewall firewall) =>
        firewall.ReserveAsync(Call() with { Model = "m", Usage = BudgetUsage.Tokens(input: 5, output: 5) });
}
