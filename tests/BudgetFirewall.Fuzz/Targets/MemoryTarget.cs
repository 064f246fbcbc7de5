using System.Text;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Fuzz.Targets;

/// <summary>A firewall in memory, and a look at everything that a refused input must not change.</summary>
internal abstract class MemoryTarget : IFuzzTarget
{
    private static readonly BudgetScope[] Seen = [BudgetScope.Global, BudgetScope.User("alice")];

    public abstract string Name { get; }

    protected IBudgetFirewall Firewall { get; } = new BudgetFirewallBuilder()
        .Configure(options =>
        {
            options.MaxCost = 9_000_000_000m;
            options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 9_000_000_000m, Period = BudgetPeriod.None });
            options.Budgets.Add(new Budget { Scope = BudgetScope.Each("user"), Limit = 1_000m, Period = BudgetPeriod.None });
            options.Budgets.Add(new Budget { Scope = BudgetScope.Each("tenant"), Limit = 1_000m, Period = BudgetPeriod.None });
            options.RateLimits.Add(new RateLimit { Scope = BudgetScope.Global, Capacity = 1_000_000m, RefillPerSecond = 1_000_000m });
        })
        .UseStore(context => new MemoryBudgetStore(context.TimeProvider))
        .Build();

    public Task StartAsync() => Task.CompletedTask;

    public abstract Task RunAsync(byte[] input);

    public ValueTask DisposeAsync() => Firewall.DisposeAsync();

    protected static string Text(ReadOnlySpan<byte> input) => Encoding.UTF8.GetString(input);

    protected async Task<string> EverythingAsync()
    {
        var text = new StringBuilder();
        foreach (var scope in Seen)
        {
            foreach (var budget in (await Firewall.GetStatusAsync(scope)).Budgets)
                text.Append(FormattableString.Invariant($"{budget.BudgetId} {budget.Spent} {budget.Held};"));
        }
        return text.ToString();
    }

    /// <summary>Does something that may be refused, but only as documented and without a trace.</summary>
    protected async Task<bool> TryAsync(Func<Task> action)
    {
        var before = await EverythingAsync();
        try
        {
            await action();
            return true;
        }
        catch (Exception e) when (e is ArgumentException or OperationConflictException or ReservationNotFoundException or UnknownPriceException or BudgetDeniedException or BudgetOverflowException)
        {
            var after = await EverythingAsync();
            return before == after ? false : throw new BrokenInvariantException($"Refused with {e.GetType().Name}, and yet {before} became {after}");
        }
    }
}
