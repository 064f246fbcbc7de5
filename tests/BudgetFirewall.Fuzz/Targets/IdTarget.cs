using System.Runtime.InteropServices;

namespace BudgetFirewall.Fuzz.Targets;

/// <summary>Ids of every kind, as UTF-8 and as raw UTF-16 with lone surrogates: each reaches exactly its own scope, or is refused.</summary>
internal sealed class IdTarget : MemoryTarget
{
    public override string Name => "ids";

    public override async Task RunAsync(byte[] input)
    {
        await OneAsync(Text(input));
        await OneAsync(new string(MemoryMarshal.Cast<byte, char>(input.AsSpan(0, input.Length & ~1))));
    }

    private async Task OneAsync(string id)
    {
        _ = await TryAsync(async () => await Firewall.CheckAsync(new BudgetRequest { Provider = id, Operation = id, ProjectId = id, Model = id }));
        _ = await TryAsync(async () => await Firewall.ReleaseAsync(id));
        _ = await TryAsync(async () => await Firewall.CommitAsync(id, 1m));
        _ = await TryAsync(async () => await Firewall.CheckAsync(new BudgetRequest { Provider = "p", Dimensions = new Dictionary<string, string> { [id] = "x" } }));
        var request = () => new BudgetRequest { Provider = "p", UserId = id, Dimensions = new Dictionary<string, string> { ["tenant"] = id }, Cost = 0.001m };
        if (!await TryAsync(() => Task.FromResult(request())))
            return;
        var before = await SpentAsync(id);
        var other = await SpentAsync(id.Length < 256 ? id + "x" : "x");
        if (!await TryAsync(async () => await Firewall.SpendAsync(request())))
            return;
        if (await SpentAsync(id) != before + 0.001m || await SpentAsync(id.Length < 256 ? id + "x" : "x") != other)
            throw new BrokenInvariantException("A charge did not reach exactly its own scope.");
    }

    private async Task<decimal> SpentAsync(string id) => (await Firewall.GetStatusAsync(BudgetScope.User(id))).Budgets.Single().Spent;
}
