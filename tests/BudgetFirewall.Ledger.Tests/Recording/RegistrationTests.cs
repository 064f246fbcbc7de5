using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace BudgetFirewall.Ledger.Tests;

public sealed class RegistrationTests
{
    [Fact]
    public async Task A_host_with_another_store_than_that_of_memory_fails_when_it_starts()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddBudgetFirewall().UseSqliteLedger("Data Source=never-made.db").UseRedis("localhost:1");
        using var host = builder.Build();

        await FluentActions.Awaiting(() => host.StartAsync()).Should().ThrowAsync<InvalidOperationException>().WithMessage("*RedisBudgetStore*");

        File.Exists("never-made.db").Should().BeFalse();
    }

    [Fact]
    public void A_firewall_with_another_store_than_that_of_memory_is_not_built() =>
        FluentActions.Invoking(() => new BudgetFirewallBuilder().UsePostgresLedger("Host=localhost").UseRedis("localhost:1").Build())
            .Should().Throw<InvalidOperationException>().WithMessage("*RedisBudgetStore*");

    [Theory]
    [InlineData("Data Source=:memory:")]
    [InlineData("Data Source=x;Mode=Memory")]
    [InlineData("Mode=ReadWrite")]
    [InlineData("Dta Source=ledger.db")]
    [InlineData(" ")]
    public void A_connection_string_that_names_no_file_is_refused(string text) => FluentActions.Invoking(() => SqliteLedger.Open(text)).Should().Throw<ArgumentException>();

    [Fact]
    public void Options_outside_their_ranges_are_refused()
    {
        FluentActions.Invoking(() => new BudgetFirewallBuilder().UseSqliteLedger("Data Source=x", options => options.MaxBacklog = 0)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new LedgerOptions { RetryAfter = TimeSpan.Zero }).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new LedgerOptions { AtMaxBacklog = (LedgerBacklogPolicy)9 }).Should().Throw<ArgumentOutOfRangeException>();
    }
}
