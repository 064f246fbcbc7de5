using System.CommandLine;

namespace BudgetFirewall.Tool;

/// <summary><c>budgets</c>: lists, sets, removes and resets them.</summary>
internal static class BudgetsCommand
{
    public static Command Make(Connection connection) => new("budgets", "Lists, sets, removes and resets budgets.")
    {
        List(connection), BudgetSetCommand.Make(connection), Remove(connection), Reset(connection),
    };

    private static Command List(Connection connection)
    {
        var command = new Command("list", "Lists the budgets that are in force: configured ones, and those set at run time.");
        connection.Bind(command, async (_, backend, screen, cancellationToken) =>
        {
            var budgets = await backend.ListBudgetsAsync(cancellationToken);
            if (screen.IsJson)
                screen.Json(new(budgets), AnswerJson.Readable.BudgetList);
            else
                screen.Table(["id", "scope", ">limit", "counts", "period", "enforcement", "active", "name"], budgets.Select(Row));
            return ExitCode.Done;
        });
        return command;
    }

    private static IReadOnlyList<string?> Row(BudgetAnswer budget) =>
        [budget.Id, budget.Scope, budget.Limit, budget.Unit ?? "money", budget.Period, budget.Enforcement, budget.IsActive == false ? "no" : "yes", budget.Name];

    private static Command Remove(Connection connection)
    {
        var id = new Argument<string>("id") { Description = "The id of the budget." };
        var command = new Command("remove", "Removes a budget that was set at run time; a configured one with its id counts again. Ends with 1 when there is none.") { id };
        connection.Bind(command, async (parsed, backend, screen, cancellationToken) =>
        {
            var name = parsed.GetValue(id)!;
            if (await backend.RemoveBudgetAsync(name, cancellationToken))
                return Tell(screen, $"{name} is removed.");
            screen.Error(DisplayText.Escape($"No budget with the id '{name}' was set at run time."));
            return ExitCode.No;
        });
        return command;
    }

    private static Command Reset(Connection connection)
    {
        var id = new Argument<string>("id") { Description = "The id of the budget." };
        var scope = Given.Scope("--scope", "Of a budget for each user, say: the one, as user=alice.");
        var command = new Command("reset", "Sets what was spent in the present period to zero, for one scope.") { id, scope };
        connection.Bind(command, async (parsed, backend, screen, cancellationToken) =>
        {
            var name = parsed.GetValue(id)!;
            await backend.ResetBudgetAsync(name, parsed.GetValue(scope), cancellationToken);
            return Tell(screen, $"{name} is reset.");
        });
        return command;
    }

    // A change that was made has no answer as JSON but the exit code.
    private static ExitCode Tell(Screen screen, string text)
    {
        if (!screen.IsJson)
            screen.Line(text);
        return ExitCode.Done;
    }
}
