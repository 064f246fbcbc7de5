using System.Globalization;
using BudgetFirewall.Conformance;

namespace BudgetFirewall.Tests;

/// <summary>What a decision says in a sentence, in any culture.</summary>
public sealed class DecisionTextTests : StoreTests<MemoryHarness>
{
    [Fact]
    public async Task An_allowed_request_says_what_it_costs()
    {
        var firewall = Firewall(AliceLimit(10m));

        (await firewall.CheckAsync(Call(1.5m))).ToString().Should().Be("Allowed: the request costs 1.5.");
    }

    [Fact]
    public async Task It_says_the_same_in_any_culture()
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = new CultureInfo("", useUserOverride: false) { NumberFormat = { NumberDecimalSeparator = ",", NumberGroupSeparator = "." } };
        try
        {
            1.5m.ToString(CultureInfo.CurrentCulture).Should().Be("1,5");
            var decision = await Firewall(AliceLimit(0.25m)).TryCheckAsync(Call(1.5m));
            decision.ToString().Should().Be("Denied: the request costs 1.5, and budget 'user=alice/day' for user=alice has 0.25 left of 0.25 (spent 0, held 0).");
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public async Task A_refusal_names_each_budget_with_its_unit()
    {
        var firewall = Firewall(AliceLimit(1m), Limit(SearchScope, 3m, unit: Record));
        await firewall.ChargeAsync(Call(0.25m, project: Search) with { Usage = Records(2) });

        var decision = await firewall.TryReserveAsync(Call(1.5m, project: Search) with { Usage = Records(2) });

        decision.Decision.ToString().Should().Be("Denied: the request costs 1.5, and budget 'project=search/day/record' for project=search has 1 record left of 3 (spent 2, held 0); "
            + "budget 'user=alice/day' for user=alice has 0.75 left of 1 (spent 0.25, held 0).");
        decision.Decision.RetryAfter.Should().BeNull();
    }

    [Fact]
    public async Task A_refusal_that_time_heals_says_how_long_it_takes()
    {
        var firewall = Firewall(AliceLimit(1m, BudgetPeriod.Hour));
        await firewall.SpendAsync(Call(1m));
        await Harness.MoveToAsync(new(2026, 3, 4, 9, 50, 0, TimeSpan.Zero));

        (await firewall.TrySpendAsync(Call(0.5m))).ToString().Should().Be("Denied: the request costs 0.5, and budget 'user=alice/hour' for user=alice has 0 left of 1 (spent 1, held 0). Retry after 00:10:00.");
    }

    [Fact]
    public async Task A_rate_limit_says_what_it_has_and_of_what()
    {
        var firewall = Firewall(options => options.RateLimits.AddRange([Rate(AliceScope, capacity: 10, refillPerSecond: 0.5m), Rate(AliceScope, capacity: 20, unit: Record)]));
        await firewall.SpendAsync(Call(0m) with { Permits = 9, Usage = Records(15) });

        (await firewall.TrySpendAsync(Call(0m) with { Permits = 2, Usage = Records(6) })).ToString().Should().Be("Denied: rate limit 'user=alice/rate' for user=alice has 1 of 10; rate limit 'user=alice/rate/record' for user=alice has 5 record of 20.");
    }

    [Fact]
    public async Task Without_a_budget_and_without_a_store_it_says_so()
    {
        var (firewall, chaos) = Harness.CreateFragileFirewall(options => options.UnbudgetedRequests = UnbudgetedRequests.Deny);
        (await firewall.TrySpendAsync(Call(2m))).ToString().Should().Be("Denied: the request costs 2, and no budget counts it.");

        chaos.Strike(StoreCalls.Status, StoreFault.NotReached);

        (await firewall.TrySpendAsync(Call(2m))).ToString().Should().Be("Denied: the budget store could not answer, so it is not known whether the request fits. The store cannot be reached.");
    }
}
