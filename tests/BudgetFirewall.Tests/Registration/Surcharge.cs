namespace BudgetFirewall.Tests.Registration;

/// <summary>Adds an amount to every price.</summary>
internal class Surcharge(decimal amount) : IPriceModifier
{
    public CostLine? Modify(BudgetRequest request, CostBreakdown breakdown, DateTimeOffset now) => new("surcharge", 1, amount, amount);
}
