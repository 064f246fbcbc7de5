using System.CommandLine;

namespace BudgetFirewall.Tool;

/// <summary><c>budgets set</c>: adds a budget, or changes the one with its id.</summary>
internal static class BudgetSetCommand
{
    public static Command Make(Connection connection)
    {
        var options = new BudgetOptions();
        var command = new Command("set", "Adds a budget, or changes the one with its id: what is not named stays as it is.");
        options.AddTo(command);
        connection.Bind(command, async (parsed, backend, screen, cancellationToken) =>
        {
            var present = await backend.FindBudgetAsync(options.IdOf(parsed), cancellationToken);
            var set = await backend.SetBudgetAsync(options.Of(parsed, present), cancellationToken);
            if (screen.IsJson)
                screen.Json(set, AnswerJson.Readable.BudgetAnswer);
            else
                screen.Line($"{set.Id} is set: {set.Limit} {set.Unit ?? "of money"} a {set.Period} for {set.Scope}.");
            return ExitCode.Done;
        });
        return command;
    }
}
