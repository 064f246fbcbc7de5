namespace BudgetFirewall.Conformance;

/// <summary>A commit charges exactly the counters recorded at the reservation, whatever the configuration is by then.</summary>
public abstract class CommitSettles<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    [Fact]
    public async Task A_commit_charges_the_budgets_of_the_reservation_and_not_those_of_the_process_that_commits()
    {
        var reserving = Firewall(AliceLimit(10m), Limit(SearchScope, 10m));
        var committing = Firewall(Limit(SearchScope, 99m), Limit(BudgetScope.Global, 10m));
        var reservation = await reserving.ReserveAsync(Call(2m, project: Search));

        var receipt = await committing.CommitAsync(reservation.Id, 1.5m);

        receipt.Budgets.Select(state => state.Scope).OrderBy(scope => scope.Kind).Should().Equal(SearchScope, AliceScope);
        await reserving.AssertStandsAtAsync(AliceScope, spent: 1.5m);
        await reserving.AssertStandsAtAsync(SearchScope, spent: 1.5m);
        await committing.AssertStandsAtAsync(BudgetScope.Global, spent: 0);
    }

    [Fact]
    public async Task A_commit_charges_a_runtime_budget_that_was_removed_and_none_that_was_added()
    {
        var firewall = Firewall();
        await firewall.Budgets.SetAsync(AliceLimit(10m));
        var reservation = await firewall.ReserveAsync(Call(2m));
        await firewall.Budgets.RemoveAsync(AliceLimit(10m).Id);
        await firewall.Budgets.SetAsync(Limit(BudgetScope.Global, 10m));

        await reservation.CommitAsync(1.5m);

        await firewall.AssertStandsAtAsync(BudgetScope.Global, spent: 0);
        await firewall.Budgets.SetAsync(AliceLimit(10m));
        await firewall.AssertStandsAtAsync(AliceScope, spent: 1.5m);
    }

    [Fact]
    public async Task A_release_gives_back_what_a_removed_budget_held()
    {
        var firewall = Firewall();
        await firewall.Budgets.SetAsync(AliceLimit(10m));
        var reservation = await firewall.ReserveAsync(Call(2m));
        await firewall.Budgets.RemoveAsync(AliceLimit(10m).Id);

        await reservation.ReleaseAsync();

        await firewall.Budgets.SetAsync(AliceLimit(10m));
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0);
    }

    [Fact]
    public async Task A_commit_without_an_amount_charges_what_was_reserved()
    {
        var firewall = Firewall(AliceLimit(10m), Limit(SearchScope, 100m, unit: Record));
        var reservation = await firewall.ReserveAsync(Call(2m, project: Search) with { Usage = Records(7) });

        (await reservation.CommitAsync()).Cost.Should().Be(2m);

        await firewall.AssertStandsAtAsync(AliceScope, spent: 2m);
        await firewall.AssertStandsAtAsync(SearchScope, spent: 7m);
    }

    [Fact]
    public async Task A_commit_of_money_settles_units_at_the_reserved_amounts()
    {
        var firewall = Firewall(AliceLimit(10m), Limit(SearchScope, 100m, unit: Record));
        var reservation = await firewall.ReserveAsync(Call(2m, project: Search) with { Usage = Records(7) });
        await firewall.AssertStandsAtAsync(SearchScope, spent: 0, held: 7m);

        await reservation.CommitAsync(0.5m);

        await firewall.AssertStandsAtAsync(AliceScope, spent: 0.5m);
        await firewall.AssertStandsAtAsync(SearchScope, spent: 7m);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_commit_of_usage_prices_it_and_counts_its_units(bool byId)
    {
        var firewall = Firewall(WithRecordPrice);
        var reservation = await firewall.ReserveAsync(Call(project: Search) with { Usage = Records(7) });
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0, held: 0.7m);

        var receipt = byId ? await firewall.CommitAsync(reservation.Id, Records(12)) : await reservation.CommitAsync(Records(12));

        receipt.Cost.Should().Be(1.2m);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 1.2m);
        await firewall.AssertStandsAtAsync(SearchScope, spent: 12m);
    }

    [Fact]
    public async Task The_requests_cost_gives_way_to_the_price_of_the_usage_that_is_committed()
    {
        var firewall = Firewall(WithRecordPrice);
        var reservation = await firewall.ReserveAsync(Call(5m, project: Search) with { Usage = Records(7) });
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0, held: 5m);

        (await reservation.CommitAsync(Records(3))).Cost.Should().Be(0.3m);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0.3m);
    }

    [Fact]
    public async Task The_requests_cost_counts_if_nothing_else_prices_the_usage_that_is_committed()
    {
        var firewall = Firewall(AliceLimit(10m));
        var reservation = await firewall.ReserveAsync(Call(5m) with { Usage = Records(7) });

        (await reservation.CommitAsync(Records(3))).Cost.Should().Be(5m);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 5m);
    }

    [Fact]
    public async Task A_commit_of_tokens_is_priced_by_the_model_of_the_request()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(AliceLimit(10m));
            options.Pricing.Models["gpt"] = new ModelPrice { Input = 0.001m, Output = 0.002m, CachedInput = 0.0005m };
        });
        var reservation = await firewall.ReserveAsync(Call() with { Model = "gpt", Usage = BudgetUsage.Tokens(input: 1_000, output: 500) });
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0, held: 2m);

        await firewall.CommitAsync(reservation.Id, BudgetUsage.Tokens(input: 800, output: 100, cachedInput: 400));

        await firewall.AssertStandsAtAsync(AliceScope, spent: 0.8m);
    }

    [Fact]
    public async Task Units_that_were_not_known_at_the_reservation_are_counted_at_the_commit()
    {
        var firewall = Firewall(Limit(AliceScope, 100m, unit: Record));
        var reservation = await firewall.ReserveAsync(Call(0m));

        await reservation.CommitAsync(Records(30));

        await firewall.AssertStandsAtAsync(AliceScope, spent: 30m);
    }

    [Fact]
    public async Task A_commit_of_nothing_ends_the_hold_and_charges_nothing()
    {
        var firewall = Firewall(AliceLimit(1m));
        var reservation = await firewall.ReserveAsync(Call(1m));

        (await reservation.CommitAsync(0m)).Cost.Should().Be(0m);

        await firewall.AssertStandsAtAsync(AliceScope, spent: 0);
    }

    [Fact]
    public async Task A_commit_is_never_denied_however_full_the_budget()
    {
        var firewall = Firewall(AliceLimit(1m));
        var reservation = await firewall.ReserveAsync(Call(0.5m));
        await firewall.ChargeAsync(Call(3m));

        (await reservation.CommitAsync(0.75m)).Cost.Should().Be(0.75m);

        await firewall.AssertStandsAtAsync(AliceScope, spent: 3.75m);
    }

    [Fact]
    public async Task Observers_hear_of_every_charge_and_commit_once_and_not_of_replays()
    {
        var observer = new RecordingObserver();
        var firewall = Harness.CreateFirewall(options => options.Budgets.Add(AliceLimit(10m)), observer);
        var reservation = await firewall.ReserveAsync(Call(1m, id: "commit"));
        await reservation.CommitAsync(0.5m);
        await reservation.CommitAsync(0.5m);
        await firewall.ChargeAsync(Call(1m, id: "charge"));
        await firewall.ChargeAsync(Call(1m, id: "charge"));
        await firewall.ChargeAsync(Call(1m, id: "last"));

        (await Eventually.HoldsAsync(() => observer.Charges.Any(receipt => receipt.OperationId == "last"))).Should().BeTrue();
        observer.Charges.Select(receipt => receipt.OperationId).Should().Equal("commit", "charge", "last");
    }

    private static void WithRecordPrice(BudgetFirewallOptions options)
    {
        options.Budgets.AddRange([AliceLimit(10m), Limit(SearchScope, 100m, unit: Record)]);
        options.Pricing.Units[Record] = 0.1m;
    }
}
