namespace BudgetFirewall.Sample.Web;

internal sealed record ChatAnswer(string Text, long InputTokens, long OutputTokens, string Reserved);
