using System.Globalization;

namespace BudgetFirewall.Fuzz.Targets;

/// <summary>Costs, limits, units and prices of any size and scale: charged exactly, or refused without a trace.</summary>
internal sealed class AmountTarget : MemoryTarget
{
    private const decimal Nano = 0.000000001m;

    public override string Name => "amounts";

    public override async Task RunAsync(byte[] input)
    {
        if (!decimal.TryParse(Text(input), NumberStyles.Float, CultureInfo.InvariantCulture, out var amount))
        {
            if (input.Length < 12)
                return;
            amount = new(BitConverter.ToInt32(input, 0), BitConverter.ToInt32(input, 4), BitConverter.ToInt32(input, 8), (input[0] & 1) == 1, (byte)(input[^1] % 29));
        }
        _ = await TryAsync(() => Task.FromResult(new Budget { Scope = BudgetScope.Global, Limit = amount }));
        _ = await TryAsync(() => Task.FromResult(new RateLimit { Scope = BudgetScope.Global, Capacity = amount, RefillPerSecond = amount }));
        _ = await TryAsync(async () => await Firewall.CheckAsync(new BudgetRequest { Provider = "p", Usage = new() { Units = new Dictionary<string, decimal> { ["record"] = amount } } }));
        var before = await SpentAsync();
        if (!await TryAsync(async () => await Firewall.SpendAsync(new BudgetRequest { Provider = "p", Cost = amount })))
            return;
        var charged = await SpentAsync() - before;
        if (amount < 0 || charged < amount || charged - amount >= Nano)
            throw new BrokenInvariantException(FormattableString.Invariant($"{amount} was charged as {charged}."));
        var budget = (await Firewall.GetStatusAsync(BudgetScope.Global)).Budgets.Single();
        await Firewall.Budgets.ResetAsync(budget.BudgetId, BudgetScope.Global);
    }

    private async Task<decimal> SpentAsync() => (await Firewall.GetStatusAsync(BudgetScope.Global)).Budgets.Single().Spent;
}
