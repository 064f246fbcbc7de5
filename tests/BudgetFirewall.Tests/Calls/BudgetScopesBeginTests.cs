namespace BudgetFirewall.Tests;

/// <summary>A context of who pays, begun with scopes as kind and id.</summary>
public sealed class BudgetScopesBeginTests
{
    [Fact]
    public void A_scope_of_a_kind_of_ones_own_is_a_dimension_beside_what_the_outer_context_sets()
    {
        using (BudgetScopeContext.Begin(userId: "alice"))
        using (BudgetScopeContext.Begin(("run", "run-1")))
            BudgetScopeContext.Current.Should().Be(new BudgetScopeContext { UserId = "alice", Dimensions = new Dictionary<string, string> { ["run"] = "run-1" } });

        BudgetScopeContext.Current.Should().BeNull();
    }

    [Fact]
    public void User_and_project_have_their_members_and_several_scopes_are_given_at_once()
    {
        using var context = BudgetScopeContext.Begin(("user", "alice"), ("project", "search"), ("run", "run-1"), ("tenant", "t"));

        var current = BudgetScopeContext.Current!;
        (current.UserId, current.ProjectId).Should().Be(("alice", "search"));
        current.Dimensions.Should().BeEquivalentTo(new Dictionary<string, string> { ["run"] = "run-1", ["tenant"] = "t" });
    }

    [Fact]
    public void A_request_made_within_meets_the_budget_of_the_scope()
    {
        using var context = BudgetScopeContext.Begin(("run", "run-1"));

        BudgetScopeContext.Current!.ApplyTo(new BudgetRequest { Provider = "openai" }).Dimensions.Should().Equal(new Dictionary<string, string> { ["run"] = "run-1" });
    }

    [Theory]
    [InlineData("user", "user")]
    [InlineData("run", "run")]
    public void A_kind_that_is_named_twice_is_an_error_and_nothing_begins(string first, string second)
    {
        FluentActions.Invoking(() => BudgetScopeContext.Begin((first, "a"), (second, "b"))).Should().ThrowExactly<ArgumentException>().Which.Message.Should().Contain($"'{first}' is named twice");
        BudgetScopeContext.Current.Should().BeNull();
    }

    [Theory]
    [InlineData("provider", "openai")]
    [InlineData("model", "gpt-4o")]
    [InlineData("global", "global")]
    [InlineData("", "a")]
    [InlineData("run", "")]
    [InlineData("a=b", "a")]
    public void A_kind_that_the_call_itself_decides_and_an_empty_name_are_errors(string kind, string id)
    {
        FluentActions.Invoking(() => BudgetScopeContext.Begin((kind, id))).Should().Throw<ArgumentException>();
        BudgetScopeContext.Current.Should().BeNull();
    }
}
