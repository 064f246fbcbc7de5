namespace BudgetFirewall.Tests.Configuration;

/// <summary>More limits on one scope than a request may match are an error at start, not at each request.</summary>
public sealed class LimitsPerScopeTests
{
    private const int Most = 32;

    [Fact]
    public void As_many_limits_as_a_request_may_match_are_accepted_and_one_more_is_an_error()
    {
        Errors(Enumerable.Range(0, Most).Select(i => Unit(BudgetScope.Global, i))).Should().BeEmpty();
        Errors(Enumerable.Range(0, Most + 1).Select(i => Unit(BudgetScope.Global, i))).Should().Equal(
            "Budgets and RateLimits have 33 limits on the global scope that one request can match, and a request can match at most 32: it would be refused");
    }

    [Fact]
    public void Budgets_and_rate_limits_count_together()
    {
        Configured.Errors(options =>
        {
            foreach (var budget in Enumerable.Range(0, Most).Select(i => Unit(BudgetScope.Each("tenant"), i)))
                options.Budgets.Add(budget);
            options.RateLimits.Add(new RateLimit { Scope = BudgetScope.Each("tenant"), Capacity = 1, RefillPerSecond = 1 });
        }).Should().ContainSingle().Which.Should().StartWith("Budgets and RateLimits have 33 limits on each id of the kind 'tenant'");
    }

    [Fact]
    public void Limits_on_one_id_count_with_those_on_each_id_that_they_do_not_replace()
    {
        var each = Enumerable.Range(0, Most).Select(i => Unit(BudgetScope.Each("user"), i)).ToList();

        Errors([.. each, Unit(BudgetScope.User("alice"), 0)]).Should().BeEmpty();
        Errors([.. each, Unit(BudgetScope.User("alice"), Most)]).Should().ContainSingle().Which.Should().Contain("33 limits on one id of the kind 'user'").And.NotContain("alice");
    }

    [Fact]
    public void Limits_whose_filters_exclude_each_other_are_not_added_up()
    {
        Errors(Enumerable.Range(0, 100).Select(i => new Budget { Scope = BudgetScope.Each("user"), Limit = 1m, Models = [$"model-{i}"] })).Should().BeEmpty();
        Errors(Enumerable.Range(0, 100).Select(i => new Budget { Scope = BudgetScope.Each("user"), Limit = 1m, Models = [$"model-{i}", "common"] }))
            .Should().ContainSingle().Which.Should().Contain("have 100 limits");
    }

    [Fact]
    public void Dimensions_exclude_each_other_like_models()
    {
        Budget Of(int i, params string[] tiers) => new() { Scope = BudgetScope.Each("user"), Limit = 1m, Unit = $"unit-{i}x", Dimensions = new Dictionary<string, IReadOnlyList<string>> { ["tier"] = tiers } };

        Errors(Enumerable.Range(0, 100).Select(i => Of(i, $"tier-{i}"))).Should().BeEmpty();
        Errors(Enumerable.Range(0, 100).Select(i => Of(i, $"tier-{i}", "common"))).Should().ContainSingle().Which.Should().Contain("have 100 limits");
    }

    [Fact]
    public void Requests_without_a_model_match_the_limits_that_count_them()
    {
        Errors(Enumerable.Range(0, 100).Select(i => new Budget { Scope = BudgetScope.Each("user"), Limit = 1m, Models = [$"model-{i}"], CountsRequestsWithoutModel = true }))
            .Should().ContainSingle().Which.Should().Contain("have 100 limits");
    }

    [Fact]
    public void Inactive_budgets_do_not_count()
    {
        Errors(Enumerable.Range(0, Most + 1).Select(i => Unit(BudgetScope.Global, i) with { IsActive = i != 7 })).Should().BeEmpty();
    }

    [Fact]
    public void Many_scopes_with_a_limit_each_are_no_error()
    {
        Errors(Enumerable.Range(0, 1_000).Select(i => Unit(BudgetScope.User($"u{i}"), 0))).Should().BeEmpty();
    }

    private static Budget Unit(BudgetScope scope, int i) => new() { Scope = scope, Limit = 1m, Unit = $"unit-{(char)('a' + (i / 10))}{i % 10}" };

    private static string[] Errors(IEnumerable<Budget> budgets) => Configured.Errors(options =>
    {
        foreach (var budget in budgets)
            options.Budgets.Add(budget);
    });
}
