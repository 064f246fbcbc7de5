using System.CommandLine;

namespace BudgetFirewall.Tool;

/// <summary>The options of <c>budgets set</c>, and what they make of a budget: what is not named stays as it is.</summary>
internal sealed class BudgetOptions
{
    private static readonly string[] Clearable = ["name", "schedule", "limit-from-usage", "throttle", "warn-at", "provider", "model", "operation", "dimension", "headroom"];

    private readonly Option<string?> _id = Text("--id", "ID", "Its id. Default: made of scope, period, unit and filters.");
    private readonly Option<string?> _name = Text("--name", "NAME", "Its name for people.");
    private readonly Option<string?> _scope = Text("--scope", "SCOPE", "What is limited: global, user=alice, or each:user. Required without --id, and of a new budget.");
    private readonly Option<string?> _limit = Text("--limit", "AMOUNT", "The limit, an exact amount of money or of the unit. Required without --id, and of a new budget.");
    private readonly Option<string?> _period = Text("--period", "PERIOD", "hour, day, week, month, quarter, year, none, or a length such as 00:30:00. Of a new budget: day.");
    private readonly Option<string?> _zone = Text("--time-zone", "ZONE", "By whose clock periods begin, as Europe/Berlin. Of a new budget: UTC.");
    private readonly Option<string[]> _schedule = Many("--schedule", "ROW", "Another limit at certain hours: [DAYS@]FROM-UNTIL[@ZONE]=LIMIT, as monday,friday@08:00-18:00@Europe/Berlin=20; may be repeated.");
    private readonly Option<string?> _usage = Text("--limit-from-usage", "RULE", "A limit that follows from use: periods=30,floor=1,ceiling=50, and percentile=0.95,factor=1.");
    private readonly Option<string?> _unit = Text("--unit", "UNIT", "The unit that is counted, as input_tokens. Of a new budget: money.");
    private readonly Option<Enforcement?> _enforcement = Given.Member<Enforcement>("--enforcement", "What happens above the limit. Of a new budget: hard. One of");
    private readonly Option<string[]> _warnAt = Many("--warn-at", "FRACTION", "A fraction of the limit at which a warning fires; may be repeated. Of a new budget: 0.8.");
    private readonly Option<string[]> _providers = Many("--provider", "NAME", "A provider whose requests count; may be repeated. Of a new budget: all.");
    private readonly Option<string[]> _models = Many("--model", "NAME", "A model whose requests count; may be repeated. Of a new budget: all.");
    private readonly Option<string[]> _operations = Many("--operation", "NAME", "An operation whose requests count; may be repeated. Of a new budget: all.");
    private readonly Option<string[]> _dimensions = Many("--dimension", "KIND=ID", "A dimension of the requests that count, as tier=trial; may be repeated. Of a new budget: all.");
    private readonly Option<bool?> _withoutModel = new("--counts-requests-without-model") { Description = "With models: true, a request without one counts too." };
    private readonly Option<string[]> _headroom = Many("--headroom", "PRIORITY=FRACTION", "The part of the limit that stays free for others than a priority, as batch=0.3; may be repeated.");
    private readonly Option<bool> _inactive = new("--inactive") { Description = "Set it switched off." };
    private readonly Option<bool> _active = new("--active") { Description = "Set it switched on, as a new budget is." };
    private readonly Option<string?> _rate = Text("--rate-per-second", "RATE", "Of a throttled budget: how many calls a second begin above the limit.");
    private readonly Option<string?> _queue = Text("--queue-limit", "CALLS", "Of a throttled budget: how many calls may wait.");
    private readonly Option<string?> _wait = Text("--max-wait", "TIME", "Of a throttled budget: how long a call may wait, as 00:00:10.");
    private readonly Option<string?> _ceiling = Text("--ceiling", "AMOUNT", "Of a throttled budget: the amount above which nothing begins.");
    private readonly Option<string[]> _clear = Many("--clear", "NAME", $"What is set back to that of a new budget: {string.Join(", ", Clearable)}; may be repeated.");

    public BudgetOptions()
    {
        _period.CompletionSources.Add("hour", "day", "week", "month", "quarter", "year", "none");
        _clear.CompletionSources.Add(Clearable);
    }

    public void AddTo(Command command)
    {
        Option[] all =
        [
            _id, _name, _scope, _limit, _period, _zone, _schedule, _usage, _unit, _enforcement, _warnAt, _providers, _models, _operations, _dimensions, _withoutModel, _headroom, _inactive, _active, _rate, _queue, _wait,
            _ceiling, _clear,
        ];
        foreach (var option in all)
            command.Options.Add(option);
        command.Validators.Add(result =>
        {
            foreach (var option in new[] { _scope, _limit }.Where(option => result.GetValue(_id) is null && result.GetValue(option) is null))
                result.AddError($"Option '{option.Name}' is required without --id.");
            if (result.GetValue(_active) && result.GetValue(_inactive))
                result.AddError("--active and --inactive cannot both be given.");
            foreach (var name in (result.GetValue(_clear) ?? []).Except(Clearable))
                result.AddError($"--clear must be one of {string.Join(", ", Clearable)}, not '{name}'.");
        });
    }

    /// <summary>The id of the budget that is meant.</summary>
    /// <exception cref="ToolException">A value is not one that a budget may have.</exception>
    public string IdOf(ParseResult parsed)
    {
        // All that is named is read, so that an error is told before anything is asked or changed.
        var named = Change(parsed, New(parsed) with { Id = parsed.GetValue(_id), Throttle = new() { RatePerSecond = "1" } }).ToBudget();
        return named.Id;
    }

    /// <summary>The budget as it is to be.</summary>
    /// <param name="parsed">The line.</param>
    /// <param name="present">The budget as it is; null for none.</param>
    /// <exception cref="ToolException">A new budget has no scope or limit, or a value is not one that a budget may have.</exception>
    public BudgetAnswer Of(ParseResult parsed, BudgetAnswer? present)
    {
        if (present is null && (parsed.GetValue(_scope) is null || parsed.GetValue(_limit) is null))
            throw new ToolException(ExitCode.BadInput, DisplayText.Escape($"There is no budget with the id '{parsed.GetValue(_id)}'. A new one needs --scope and --limit."));
        return Change(parsed, present is null ? New(parsed) with { Id = parsed.GetValue(_id) } : Cleared(parsed, present));
    }

    private BudgetAnswer New(ParseResult parsed) => new() { Scope = parsed.GetValue(_scope) ?? "global", Limit = parsed.GetValue(_limit) ?? "1" };

    private BudgetAnswer Cleared(ParseResult parsed, BudgetAnswer budget)
    {
        var names = parsed.GetValue(_clear) ?? [];
        bool Clears(string name) => names.Contains(name, StringComparer.Ordinal);
        return budget with
        {
            Name = Clears("name") ? null : budget.Name,
            Schedule = Clears("schedule") ? null : budget.Schedule,
            LimitFromUsage = Clears("limit-from-usage") ? null : budget.LimitFromUsage,
            Throttle = Clears("throttle") ? null : budget.Throttle,
            WarnAt = Clears("warn-at") ? null : budget.WarnAt,
            Providers = Clears("provider") ? null : budget.Providers,
            Models = Clears("model") ? null : budget.Models,
            Operations = Clears("operation") ? null : budget.Operations,
            Dimensions = Clears("dimension") ? null : budget.Dimensions,
            PriorityHeadroom = Clears("headroom") ? null : budget.PriorityHeadroom,
        };
    }

    private BudgetAnswer Change(ParseResult parsed, BudgetAnswer budget) => budget with
    {
        Name = parsed.GetValue(_name) ?? budget.Name,
        Scope = parsed.GetValue(_scope) ?? budget.Scope,
        Limit = parsed.GetValue(_limit) ?? budget.Limit,
        Period = parsed.GetValue(_period) ?? budget.Period,
        TimeZone = parsed.GetValue(_zone) ?? budget.TimeZone,
        Schedule = Named(parsed, _schedule) is { } rows ? [.. rows.Select(ScheduleText.Parse)] : budget.Schedule,
        LimitFromUsage = parsed.GetValue(_usage) is { } rule ? LimitFromUsageText.Parse(rule) : budget.LimitFromUsage,
        Unit = parsed.GetValue(_unit) ?? budget.Unit,
        Enforcement = parsed.GetValue(_enforcement) is { } member ? Texts.Of(member) : budget.Enforcement,
        Throttle = ThrottleOf(parsed, budget.Throttle),
        WarnAt = Named(parsed, _warnAt) ?? budget.WarnAt,
        IsActive = parsed.GetValue(_inactive) ? false : parsed.GetValue(_active) ? true : budget.IsActive,
        Providers = Named(parsed, _providers) ?? budget.Providers,
        Models = Named(parsed, _models) ?? budget.Models,
        Operations = Named(parsed, _operations) ?? budget.Operations,
        Dimensions = Named(parsed, _dimensions) is { } dimensions ? DimensionsOf(dimensions) : budget.Dimensions,
        CountsRequestsWithoutModel = parsed.GetValue(_withoutModel) ?? budget.CountsRequestsWithoutModel,
        PriorityHeadroom = Named(parsed, _headroom) is { } headroom ? HeadroomOf(headroom) : budget.PriorityHeadroom,
    };

    private ThrottleText? ThrottleOf(ParseResult parsed, ThrottleText? present)
    {
        var (rate, queue, wait, ceiling) = (parsed.GetValue(_rate), parsed.GetValue(_queue), parsed.GetValue(_wait), parsed.GetValue(_ceiling));
        // One that is not throttled any more has no throttle.
        if (parsed.GetValue(_enforcement) is not (null or Enforcement.Throttle))
            present = null;
        if ((rate ?? queue ?? wait ?? ceiling) is null)
            return present;
        return new()
        {
            RatePerSecond = rate ?? present?.RatePerSecond ?? throw new ToolException(ExitCode.BadInput, "--queue-limit, --max-wait and --ceiling need --rate-per-second."),
            QueueLimit = queue ?? present?.QueueLimit,
            MaxWait = wait ?? present?.MaxWait,
            Ceiling = ceiling ?? present?.Ceiling,
        };
    }

    private static Dictionary<string, IReadOnlyList<string>> DimensionsOf(string[] texts) =>
        texts.Select(text => PairOf(text, "--dimension", "a kind and an id, as tier=trial")).GroupBy(pair => pair.Name, StringComparer.Ordinal).ToDictionary(
            kind => kind.Key, kind => (IReadOnlyList<string>)[.. kind.Select(pair => pair.Value)], StringComparer.Ordinal);

    private static Dictionary<string, string> HeadroomOf(string[] texts)
    {
        var fractions = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in texts.Select(text => PairOf(text, "--headroom", "a priority and a fraction, as batch=0.3")))
        {
            if (!fractions.TryAdd(name, value))
                throw new ToolException(ExitCode.BadInput, $"--headroom names {name} twice.");
        }
        return fractions;
    }

    private static (string Name, string Value) PairOf(string text, string option, string form) => text.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals && equals < text.Length - 1
        ? (text[..equals], text[(equals + 1)..])
        : throw new ToolException(ExitCode.BadInput, $"{option} must be {form}, not '{text}'.");

    private static string[]? Named(ParseResult parsed, Option<string[]> option) => parsed.GetResult(option) is { Implicit: false } ? parsed.GetValue(option) : null;

    private static Option<string?> Text(string name, string helpName, string description) => new(name) { Description = description, HelpName = helpName };

    private static Option<string[]> Many(string name, string helpName, string description) => new(name) { Description = description, HelpName = helpName, DefaultValueFactory = _ => [] };
}
