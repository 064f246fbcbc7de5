using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace BudgetFirewall.Ledger.Tests;

public sealed class RegistrationTests
{
    [Fact]
    public async Task A_host_with_a_store_that_keeps_no_entries_fails_when_it_starts()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddBudgetFirewall().UseSqliteLedger("Data Source=never-made.db").UseStore(_ => OtherStore.Make());
        using var host = builder.Build();

        await FluentActions.Awaiting(() => host.StartAsync()).Should().ThrowAsync<InvalidOperationException>().WithMessage("*IStreamingStore*");

        File.Exists("never-made.db").Should().BeFalse();
    }

    [Fact]
    public async Task Options_of_the_firewall_that_are_wrong_are_told_once()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddBudgetFirewall(options => options.StoreTimeout = TimeSpan.Zero).UseSqliteLedger("Data Source=never-made.db");
        using var host = builder.Build();

        await FluentActions.Awaiting(() => host.StartAsync()).Should().ThrowExactlyAsync<OptionsValidationException>().WithMessage("*StoreTimeout*");
    }

    [Fact]
    public void A_firewall_with_a_store_that_keeps_no_entries_is_not_built() =>
        FluentActions.Invoking(() => new BudgetFirewallBuilder().UsePostgresLedger("Host=localhost").UseStore(_ => OtherStore.Make()).Build())
            .Should().Throw<InvalidOperationException>().WithMessage("*IStreamingStore*");

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
        FluentActions.Invoking(() => new LedgerOptions { TakeOverAfter = TimeSpan.FromMilliseconds(999) }).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new LedgerOptions { RetryAfter = TimeSpan.Zero }).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new LedgerOptions { RetryAfter = TimeSpan.FromMinutes(10) + TimeSpan.FromTicks(1) }).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new LedgerOptions { DenialsPerMinute = -1 }).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new LedgerOptions { DenialsPerMinute = 100_001 }).Should().Throw<ArgumentOutOfRangeException>();
        new LedgerOptions { DenialsPerMinute = 100_000, RetryAfter = TimeSpan.FromMinutes(10) }.DenialsPerMinute.Should().Be(100_000);
        foreach (var seconds in new[] { 0, 59.999, 86_400.001 })
            FluentActions.Invoking(() => new LedgerOptions { ReconcileEvery = TimeSpan.FromSeconds(seconds) }).Should().Throw<ArgumentOutOfRangeException>($"{seconds}");
        foreach (var seconds in new[] { 60, 86_400 })
            new LedgerOptions { ReconcileEvery = TimeSpan.FromSeconds(seconds) }.ReconcileEvery.Should().Be(TimeSpan.FromSeconds(seconds));
        (new LedgerOptions { ReconcileEvery = null }.ReconcileEvery is null, new LedgerOptions { TakeOverAfter = TimeSpan.FromHours(1) }.TakeOverAfter, new LedgerOptions { TakeOverAfter = TimeSpan.FromSeconds(1) }.TakeOverAfter)
            .Should().Be((true, TimeSpan.FromHours(1), TimeSpan.FromSeconds(1)));
        FluentActions.Invoking(() => new LedgerOptions { TakeOverAfter = TimeSpan.FromHours(1) + TimeSpan.FromTicks(1) }).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new LedgerOptions { RetryAfter = TimeSpan.FromMilliseconds(9.999) }).Should().Throw<ArgumentOutOfRangeException>();
        new LedgerOptions { RetryAfter = TimeSpan.FromMilliseconds(10), DenialsPerMinute = 0, MaxBacklog = 10_000_000 }.MaxBacklog.Should().Be(10_000_000);
        FluentActions.Invoking(() => new LedgerOptions { MaxBacklog = 10_000_001 }).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new LedgerOptions { AtMaxBacklog = (LedgerBacklogPolicy)9 }).Should().Throw<ArgumentOutOfRangeException>();
    }
}
