namespace BudgetFirewall.Tool;

/// <summary>One line of what an entry has cost.</summary>
internal sealed record CostLineAnswer(string Name, string Quantity, string UnitPrice, string Amount)
{
    public static CostLineAnswer Of(CostLine line) => new(line.Name, Texts.Of(line.Quantity), Texts.Of(line.UnitPrice), Texts.Of(line.Amount));
}
