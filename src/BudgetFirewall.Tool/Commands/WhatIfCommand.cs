using System.CommandLine;
using System.Globalization;

namespace BudgetFirewall.Tool;

/// <summary><c>what-if</c>: what another configuration would have refused.</summary>
internal static class WhatIfCommand
{
    public static Command Make(Connection connection)
    {
        var against = new Option<FileInfo>("--against") { Description = "The other configuration: a JSON file with the section BudgetFirewall.", HelpName = "FILE", Required = true };
        var from = Given.Moment("--from", "The first moment that is reported: a time such as 2026-03-01T00:00:00Z, or a date.");
        from.Required = true;
        var to = Given.Moment("--to", "The first moment after it. Default: now.");
        var lead = Given.Parsed<TimeSpan?>("--lead", "TIME", "How much before is replayed without being reported, as 30.00:00:00, so that budgets begin with what was spent by then. Default: nothing.", LeadOf);
        var leaveOut = new Option<bool>("--leave-out-changes") { Description = "Leave out the limits that were changed at run time." };
        var ask = new Option<bool>("--ask-for-charges") { Description = "Ask for charges as if they were spends." };
        var command = new Command("what-if", "Replays the ledger against another configuration. Ends with 1 when something would have been decided otherwise.") { against, from, to, lead, leaveOut, ask };
        connection.Bind(command, async (parsed, backend, screen, cancellationToken) =>
        {
            var question = new WhatIfQuestion(
                parsed.GetValue(from)!.Value, parsed.GetValue(to) ?? TimeProvider.System.GetUtcNow(), parsed.GetValue(lead) ?? TimeSpan.Zero, parsed.GetValue(against)!, !parsed.GetValue(leaveOut), parsed.GetValue(ask));
            var answer = await Screen.WhileWorkingAsync("Replaying", progress => backend.AskWhatIfAsync(question, progress, cancellationToken));
            if (screen.IsJson)
                screen.Json(answer, AnswerJson.Readable.WhatIfAnswer);
            else
                Show(answer, screen);
            return answer.Differences > 0 ? ExitCode.No : ExitCode.Done;
        });
        return command;
    }

    private static void Show(WhatIfAnswer answer, Screen screen)
    {
        screen.Table(
            ["limit", "scope", "enforcement", ">refused", ">newly", ">their cost", ">nearest", "for"],
            answer.Limits.Select(limit => (IReadOnlyList<string?>)[limit.Id, limit.Scope, limit.Enforcement, Texts.Count(limit.Refused), Texts.Count(limit.NewlyRefused), limit.RefusedCost, limit.Nearest, limit.NearestScope]));
        screen.Line("");
        screen.Line($"{answer.NewlyRefused} of {answer.Asked} calls would be refused that were allowed, which cost {answer.NewlyRefusedCost} {answer.Currency}; {answer.NoLongerRefused} would be allowed that were refused ({answer.NoLongerRefusedCost} {answer.Currency}).");
        if (answer.EndedAt is { } end)
            screen.Line($"The replay ended at {Texts.Of(end)}, as there are more entries than the service replays.");
        foreach (var omission in answer.Omissions)
            screen.Error(DisplayText.Escape($"Not replayed as it happened: {omission.Reason}, {omission.Count} times."));
    }

    private static TimeSpan? LeadOf(string text) => TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var lead) && lead >= TimeSpan.Zero
        ? lead
        : throw new ToolException(ExitCode.BadInput, $"--lead must be a time such as 30.00:00:00, not '{text}'.");
}
