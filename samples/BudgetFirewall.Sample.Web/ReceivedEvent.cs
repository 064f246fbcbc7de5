namespace BudgetFirewall.Sample.Web;

internal sealed record ReceivedEvent(string Id, string Type, DateTimeOffset Time, string Text);
