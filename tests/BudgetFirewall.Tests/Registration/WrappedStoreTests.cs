using BudgetFirewall.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall.Tests.Registration;

public sealed class WrappedStoreTests
{
    private static readonly BudgetRequest Request = new() { Provider = "finnhub", UserId = "ann", Cost = 1 };

    [Fact]
    public async Task Every_charge_passes_through_the_stores_around_the_store()
    {
        var (inner, outer) = (new List<string>(), new List<string>());
        Disposals disposals = new();
        var firewall = new BudgetFirewallBuilder()
            .Configure(options => options.Budgets.Add(new Budget { Scope = BudgetScope.Each("user"), Limit = 3 }))
            .WrapStore((store, _) => new ChargeRecords(store, inner, disposals))
            .WrapStore((store, context) =>
            {
                context.KeyPrefix.Should().Be("bf");
                store.Should().BeOfType<ChargeRecords>();
                return new ChargeRecords(store, outer, disposals);
            })
            .Build();

        await firewall.SpendAsync(Request);
        await firewall.ChargeAsync(Request with { Cost = 0.5m });
        await using (var reservation = await firewall.ReserveAsync(Request))
            await reservation.CommitAsync(0.25m);
        (await firewall.TrySpendAsync(Request with { Cost = 2 })).IsAllowed.Should().BeFalse();
        await firewall.DisposeAsync();

        outer.Should().Equal("ann spends 1", "ann charges 0.5", "ann commits 0.25");
        inner.Should().Equal(outer);
        disposals.Count.Should().Be(2, "each store disposes the one inside");
    }

    [Fact]
    public async Task In_a_container_the_store_of_each_firewall_is_wrapped_by_itself()
    {
        var (unnamed, named) = (new List<string>(), new List<string>());
        var services = new ServiceCollection();
        services.AddBudgetFirewall(options => options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 3 }))
            .WrapStore((store, _) => new ChargeRecords(store, unnamed, new()));
        services.AddBudgetFirewall(options => options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 3 }), "other")
            .WrapStore((store, _) => new ChargeRecords(store, named, new()));
        await using var provider = services.BuildServiceProvider();

        await provider.GetRequiredService<IBudgetFirewall>().SpendAsync(Request);
        await provider.GetRequiredKeyedService<IBudgetFirewall>("other").SpendAsync(Request with { Cost = 2 });

        unnamed.Should().Equal("ann spends 1");
        named.Should().Equal("ann spends 2");
    }

    [Fact]
    public void A_function_that_gives_no_store_is_an_error()
    {
        var builder = new BudgetFirewallBuilder().WrapStore((_, _) => null!);

        builder.Invoking(b => b.Build()).Should().Throw<InvalidOperationException>().WithMessage("*WrapStore*");
        builder.Invoking(b => b.WrapStore(null!)).Should().Throw<ArgumentNullException>();
    }

    private sealed class Disposals
    {
        public int Count { get; set; }
    }

    private sealed class ChargeRecords(IBudgetStore inner, List<string> records, Disposals disposals) : DelegatingBudgetStore(inner)
    {
        public override async ValueTask<DecisionAnswer> DecideAsync(DecisionCall call)
        {
            var answer = await base.DecideAsync(call);
            if (call.Kind is DecisionKind.Spend or DecisionKind.Charge && answer is { Status: DecisionStatus.Done, IsReplay: false })
                records.Add($"{call.Request!.UserId} {(call.Kind == DecisionKind.Spend ? "spends" : "charges")} {Money(call.CostNanos)}");
            return answer;
        }

        public override async ValueTask<SettleAnswer> SettleAsync(SettleCall call)
        {
            var answer = await base.SettleAsync(call);
            if (call.IsCommit && answer.Status == SettleStatus.Done && call.Reservation.Request is { } request)
                records.Add($"{request.UserId} commits {Money(call.CostNanos)}");
            return answer;
        }

        public override ValueTask DisposeAsync()
        {
            disposals.Count++;
            return base.DisposeAsync();
        }

        private static string Money(long nanos) => (nanos / 1_000_000_000m).ToString("0.#########", System.Globalization.CultureInfo.InvariantCulture);
    }
}
