using System.CommandLine;

namespace BudgetFirewall.Tool;

/// <summary><c>budgets set</c>: adds a budget, or replaces the one with its id.</summary>
internal static class BudgetSetCommand
{
    public static Command Make(Connection connection)
    {
        var id = new Option<string?>("--id") { Description = "Its id. Default: made of scope, period, unit and filters.", HelpName = "ID" };
        var name = new Option<string?>("--name") { Description = "Its name for people.", HelpName = "NAME" };
        var scope = new Option<string>("--scope") { Description = "What is limited: global, user=alice, or each:user.", HelpName = "SCOPE", Required = true };
        var limit = new Option<string>("--limit") { Description = "The limit, an exact amount of money or of the unit.", HelpName = "AMOUNT", Required = true };
        var period = new Option<string?>("--period") { Description = "hour, day, week, month, quarter, year, none, or a length such as 00:30:00. Default: day.", HelpName = "PERIOD" };
        period.CompletionSources.Add("hour", "day", "week", "month", "quarter", "year", "none");
        var zone = new Option<string?>("--time-zone") { Description = "By whose clock periods begin, as Europe/Berlin. Default: UTC.", HelpName = "ZONE" };
        var unit = new Option<string?>("--unit") { Description = "The unit that is counted, as input_tokens. Default: money.", HelpName = "UNIT" };
        var enforcement = Given.Member<Enforcement>("--enforcement", "What happens above the limit. Default: hard. One of");
        var warnAt = new Option<string[]>("--warn-at") { Description = "A fraction of the limit at which a warning fires; may be repeated. Default: 0.8.", HelpName = "FRACTION", DefaultValueFactory = _ => [] };
        var providers = Filter("--provider", "A provider whose requests count; may be repeated. Default: all.");
        var models = Filter("--model", "A model whose requests count; may be repeated. Default: all.");
        var operations = Filter("--operation", "An operation whose requests count; may be repeated. Default: all.");
        var inactive = new Option<bool>("--inactive") { Description = "Set it switched off." };
        var rate = new Option<string?>("--rate-per-second") { Description = "Of a throttled budget: how many calls a second begin above the limit.", HelpName = "RATE" };
        var queue = new Option<string?>("--queue-limit") { Description = "Of a throttled budget: how many calls may wait.", HelpName = "CALLS" };
        var wait = new Option<string?>("--max-wait") { Description = "Of a throttled budget: how long a call may wait, as 00:00:10.", HelpName = "TIME" };
        var ceiling = new Option<string?>("--ceiling") { Description = "Of a throttled budget: the amount above which nothing begins.", HelpName = "AMOUNT" };
        var command = new Command("set", "Adds a budget, or replaces the whole of the one with its id.")
        {
            id, name, scope, limit, period, zone, unit, enforcement, warnAt, providers, models, operations, inactive, rate, queue, wait, ceiling,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(rate) is null && (result.GetValue(queue) ?? result.GetValue(wait) ?? result.GetValue(ceiling)) is not null)
                result.AddError("--queue-limit, --max-wait and --ceiling need --rate-per-second.");
        });
        connection.Bind(command, async (parsed, backend, screen, cancellationToken) =>
        {
            var set = await backend.SetBudgetAsync(
                new()
                {
                    Id = parsed.GetValue(id),
                    Name = parsed.GetValue(name),
                    Scope = parsed.GetValue(scope)!,
                    Limit = parsed.GetValue(limit)!,
                    Period = parsed.GetValue(period),
                    TimeZone = parsed.GetValue(zone),
                    Unit = parsed.GetValue(unit),
                    Enforcement = parsed.GetValue(enforcement) is { } member ? Texts.Of(member) : null,
                    Throttle = parsed.GetValue(rate) is { } perSecond ? new() { RatePerSecond = perSecond, QueueLimit = parsed.GetValue(queue), MaxWait = parsed.GetValue(wait), Ceiling = parsed.GetValue(ceiling) } : null,
                    WarnAt = parsed.GetResult(warnAt) is { Implicit: false } ? parsed.GetValue(warnAt) : null,
                    IsActive = !parsed.GetValue(inactive),
                    Providers = parsed.GetValue(providers),
                    Models = parsed.GetValue(models),
                    Operations = parsed.GetValue(operations),
                },
                cancellationToken);
            if (screen.IsJson)
                screen.Json(set, AnswerJson.Readable.BudgetAnswer);
            else
                screen.Line($"{set.Id} is set: {set.Limit} {set.Unit ?? "of money"} a {set.Period} for {set.Scope}.");
            return ExitCode.Done;
        });
        return command;
    }

    private static Option<string[]> Filter(string name, string description) => new(name) { Description = description, HelpName = "NAME", DefaultValueFactory = _ => [] };
}
