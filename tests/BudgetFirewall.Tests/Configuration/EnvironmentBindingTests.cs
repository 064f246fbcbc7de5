using System.Text;
using Microsoft.Extensions.Configuration;

namespace BudgetFirewall.Tests.Configuration;

public sealed class EnvironmentBindingTests
{
    [Fact]
    public void Budgets_and_prices_are_read_from_environment_variables()
    {
        var section = Environment("READ_",
            ("BudgetFirewall__Budgets__0__Scope", "user=alice"),
            ("BudgetFirewall__Budgets__0__Limit", "10"),
            ("BudgetFirewall__Budgets__0__WarnAt__0", "0.5"),
            ("BudgetFirewall__Budgets__0__WarnAt__1", "0.9"),
            ("BudgetFirewall__StoreTimeout", "00:00:02"),
            ("BudgetFirewall__Pricing__Units__0__Name", "a:b"),
            ("BudgetFirewall__Pricing__Units__0__Price", "0.01"),
            ("BudgetFirewall__Pricing__Models__gpt-4o__InputPerMillion", "2.50")).Build().GetSection("BudgetFirewall");

        var options = Configured.Options(section);

        options.Budgets.Should().ContainSingle().Which.Should().Be(new Budget { Scope = BudgetScope.User("alice"), Limit = 10, WarnAt = [0.5m, 0.9m] });
        options.StoreTimeout.Should().Be(TimeSpan.FromSeconds(2));
        options.Pricing.Units["a:b"].Should().Be(0.01m);
        options.Pricing.Models["gpt-4o"].Input.Should().Be(0.0000025m);
    }

    [Fact]
    public void Environment_variables_overlay_a_json_file_by_index()
    {
        const string Json = """
            { "BudgetFirewall": { "Budgets": [
                { "Scope": "global", "Limit": 100, "Period": "Month" },
                { "Scope": "each:user", "Limit": 10 } ] } }
            """;
        var section = Environment("OVERLAY_",
            ("BudgetFirewall__Budgets__0__Limit", "250"),
            ("BUDGETFIREWALL__BUDGETS__1__ISACTIVE", "false"),
            ("BudgetFirewall__Budgets__2__Scope", "project=search"),
            ("BudgetFirewall__Budgets__2__Limit", "5"))
            .Build(Json).GetSection("BudgetFirewall");

        var options = Configured.Options(section);

        options.Budgets.Should().Equal(new Budget { Scope = BudgetScope.Global, Limit = 250, Period = BudgetPeriod.Month }, new Budget { Scope = BudgetScope.Each("user"), Limit = 10, IsActive = false }, new Budget { Scope = BudgetScope.Project("search"), Limit = 5 });
    }

    [Fact]
    public void A_limit_at_an_index_without_a_scope_is_an_error()
    {
        var section = Environment("GAP_",
            ("BudgetFirewall__Budgets__7__Limit", "250")).Build("""{ "BudgetFirewall": { "Budgets": [{ "Scope": "global", "Limit": 1 }] } }""");

        Configured.Errors(section.GetSection("BudgetFirewall")).Should().Equal("BudgetFirewall:Budgets:7:Scope is missing");
    }

    [Fact]
    public void An_empty_variable_empties_a_list()
    {
        var section = Environment("EMPTY_",
            ("BudgetFirewall__Budgets__0__Scope", "global"),
            ("BudgetFirewall__Budgets__0__Limit", "1"),
            ("BudgetFirewall__Budgets__0__WarnAt", "")).Build().GetSection("BudgetFirewall");

        Configured.Options(section).Budgets.Should().ContainSingle().Which.WarnAt.Should().BeEmpty();
    }

    // Each test has variables of its own: the environment belongs to the whole process.
    private static Source Environment(string test, params (string Name, string Value)[] variables)
    {
        foreach (var (name, value) in variables)
            System.Environment.SetEnvironmentVariable("BFTEST_" + test + name, value);
        return new("BFTEST_" + test);
    }

    private sealed record Source(string Prefix)
    {
        public IConfigurationRoot Build(string json = "{}") => new ConfigurationBuilder()
            .AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json)))
            .AddEnvironmentVariables(Prefix)
            .Build();
    }
}
