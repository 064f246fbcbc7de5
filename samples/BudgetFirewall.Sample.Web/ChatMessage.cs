namespace BudgetFirewall.Sample.Web;

internal sealed record ChatMessage(string Text);
