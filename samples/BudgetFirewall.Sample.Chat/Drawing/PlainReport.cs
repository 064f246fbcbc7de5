using System.Globalization;

namespace BudgetFirewall.Sample.Chat.Drawing;

/// <summary>What happens, line by line.</summary>
internal sealed class PlainReport(TextWriter output) : IRoomListener
{
    public void Begin() => output.WriteLine("Four people talk to a model until their money is gone. Amounts in USD.");

    public void Asked(Person person, string question)
    {
        output.WriteLine();
        output.WriteLine(DisplayText.Escape($"{person.Name}: {question}"));
    }

    public void Heard(Person person, string word)
    {
    }

    public void Answered(Person person, string answer, decimal held, SettledCall settled)
    {
        var budget = settled.Receipt!.Budgets.Single(state => state.Scope.Kind == "user");
        output.WriteLine($"  model: {DisplayText.Escape(Beginning(answer))}{(person.WordsRead is null ? "" : " (has had enough)")}");
        output.WriteLine($"  held {Money(held)}, charged {Money(settled.Receipt.Cost)}{(settled.IsEstimated ? " as estimated" : "")}; {DisplayText.Escape(person.Name)} has {Money(budget.Remaining)} left");
    }

    public void Denied(Person person, BudgetDecision decision)
    {
        foreach (var refusing in decision.DeniedByBudgets)
            output.WriteLine($"  denied by {DisplayText.Escape(refusing.BudgetId)}: {Money(decision.Cost)} would be held, {Money(refusing.Remaining)} is left");
    }

    public async Task BudgetsAsync(ChatRoom room)
    {
        output.WriteLine();
        foreach (var state in await room.StatusAsync())
            output.WriteLine($"{DisplayText.Escape(state.Scope.ToString()),-12} spent {Money(state.Spent)} of {Money(state.Limit)}, held {Money(state.Held)}");
    }

    private static string Beginning(string answer) => string.Join(' ', answer.Split(' ').Take(7)) + " …";

    private static string Money(decimal amount) => amount.ToString("0.000000", CultureInfo.InvariantCulture);
}
