namespace BudgetFirewall.Fuzz.Targets;

/// <summary>Price files: a book whose every price can be used, or an exception that names the place.</summary>
internal sealed class PriceFileTarget : IFuzzTarget
{
    private static readonly BudgetUsage Usage = BudgetUsage.Tokens(input: 1_000, output: 100, cachedInput: 10);

    public string Name => "prices";

    public Task StartAsync() => Task.CompletedTask;

    public async Task RunAsync(byte[] input)
    {
        ModelPriceBook book;
        try
        {
            book = ModelPriceBook.FromStream(new MemoryStream(input));
        }
        catch (ModelPriceFileException)
        {
            return;
        }
        await using var firewall = new BudgetFirewallBuilder().Configure(options => options.Pricing.Book = book).Build();
        foreach (var model in book.Models.Keys)
        {
            try
            {
                if (firewall.Estimate(new BudgetRequest { Provider = "p", Model = model, Usage = Usage }).Total < 0)
                    throw new BrokenInvariantException($"The model '{model}' has a negative price.");
            }
            catch (Exception e) when (e is UnknownPriceException or ArgumentException)
            {
                // A price beyond what a cost may be is refused where it is used.
            }
        }
    }

    public ValueTask DisposeAsync() => default;
}
