namespace BudgetFirewall.Sample.Web;

internal sealed record Quote(string Symbol, decimal Price);
