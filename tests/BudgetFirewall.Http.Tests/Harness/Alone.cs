namespace BudgetFirewall.Http.Tests;

/// <summary>Tests that nothing may run beside: they measure the process or change what it shares.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "Alone";
}
