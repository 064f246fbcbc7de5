using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace BudgetFirewall.Ledger.Tests;

public sealed class UnreadableStartTests : IDisposable
{
    private static readonly BudgetRequest Call = new() { Provider = "openai", Cost = 0.25m };

    private readonly string _folder = Directory.CreateTempSubdirectory("ledger-unreadable").FullName;

    private string Broken
    {
        get
        {
            var path = Path.Combine(_folder, "broken.db");
            File.WriteAllText(path, string.Concat(Enumerable.Repeat("This is no database. ", 1_000)));
            return path;
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_host_does_not_start_and_says_which_file_it_cannot_read()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddBudgetFirewall().UseSqliteLedger($"Data Source={Broken}");
        using var host = builder.Build();

        (await FluentActions.Awaiting(() => host.StartAsync()).Should().ThrowAsync<Exception>()).Which.ToString().Should().Contain("broken.db").And.Contain("StartEmptyIfUnreadable");
    }

    [Fact]
    public async Task A_firewall_without_a_host_decides_nothing_and_charges_nothing_in_silence()
    {
        await using var firewall = new BudgetFirewallBuilder()
            .Configure(options => (options.FailureMode, options.StoreTimeout) = (FailureMode.Allow, TimeSpan.FromSeconds(30))).UseSqliteLedger($"Data Source={Broken}").Build();

        var decision = await firewall.TrySpendAsync(Call);
        decision.Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
        decision.StoreFailure!.Message.Should().Contain("broken.db");
        (await firewall.Awaiting(f => f.ChargeAsync(Call).AsTask()).Should().ThrowAsync<ChargeUnconfirmedException>()).Which.MayHaveHappened.Should().BeFalse();
    }

    [Fact]
    public async Task By_option_it_begins_from_nothing()
    {
        await using var firewall = new BudgetFirewallBuilder()
            .Configure(Configure)
            .UseSqliteLedger($"Data Source={Broken}", options => (options.StartEmptyIfUnreadable, options.RecordDenials) = (true, false)).Build();

        (await firewall.SpendAsync(Call)).IsAllowed.Should().BeTrue();
    }

    [Fact]
    public async Task A_ledger_that_can_be_read_again_is_restored_by_a_later_call()
    {
        var file = Path.Combine(_folder, "moved", "ledger.db");
        await using (var first = Build(Path.Combine(_folder, "ledger.db")))
            await first.SpendAsync(Call);
        await using var firewall = Build(file);
        (await firewall.TrySpendAsync(Call)).Outcome.Should().Be(DecisionOutcome.StoreUnavailable);

        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.Copy(Path.Combine(_folder, "ledger.db"), file);
        for (var i = 0; i < 3_000 && (await firewall.TryCheckAsync(Call)).Outcome == DecisionOutcome.StoreUnavailable; i++)
            await Task.Delay(20);

        (await firewall.GetStatusAsync(BudgetScope.Global)).Budgets.Single().Spent.Should().Be(0.25m);

        static IBudgetFirewall Build(string path) => new BudgetFirewallBuilder()
            .Configure(Configure)
            .UseSqliteLedger($"Data Source={path}", options => (options.RetryAfter, options.RecordDenials) = (TimeSpan.FromMilliseconds(10), false)).Build();
    }

    private static void Configure(BudgetFirewallOptions options)
    {
        options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 1m });
        options.StoreTimeout = TimeSpan.FromSeconds(30);
    }
}
