namespace BudgetFirewall.Fuzz.Targets;

/// <summary>The text forms of scopes: what is read is written back the same.</summary>
internal sealed class ScopeTextTarget : MemoryTarget
{
    public override string Name => "scopes";

    public override Task RunAsync(byte[] input)
    {
        var text = Text(input);
        var isScope = BudgetScope.TryParse(text, out var scope);
        try
        {
            if (BudgetScope.Parse(text) != scope || !isScope)
                throw new BrokenInvariantException("Parse and TryParse differ.");
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            return isScope ? throw new BrokenInvariantException("TryParse takes what Parse refuses.") : Task.CompletedTask;
        }
        return BudgetScope.Parse(scope.ToString()) == scope ? Task.CompletedTask : throw new BrokenInvariantException($"'{text}' comes back as another scope.");
    }
}
