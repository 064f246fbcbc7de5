namespace BudgetFirewall.Benchmarks.Ledger;

/// <summary>Makes the entries of some days by a seed: 1,000 users, 20 projects, 3 providers with 5 models, 10 tenants and 2 operations; each entry with 4 counters and 3 lines of cost.</summary>
internal sealed class EntryMaker(int seed, int count, int days)
{
    private static readonly (string Provider, string Model, decimal Input, decimal Output)[] Models =
    [
        ("openai", "gpt-5-mini", 0.00000025m, 0.000002m), ("openai", "gpt-5", 0.00000125m, 0.00001m), ("anthropic", "claude-haiku", 0.000001m, 0.000005m), ("anthropic", "claude-sonnet", 0.000003m, 0.000015m),
        ("mistral", "mistral-small", 0.0000001m, 0.0000003m),
    ];

    private readonly Random _random = new(seed);

    public static DateTimeOffset Begin { get; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The entries in batches, in the order of their times.</summary>
    public IEnumerable<LedgerEntry[]> Batches(int size) => Enumerable.Range(0, count).Select(Make).Chunk(size);

    private LedgerEntry Make(int number)
    {
        var time = Begin.AddTicks(TimeSpan.FromDays(days).Ticks / count * number);
        var day = new DateTimeOffset(time.Date, TimeSpan.Zero);
        var month = new DateTimeOffset(time.Year, time.Month, 1, 0, 0, 0, TimeSpan.Zero);
        // Few users make most of the calls.
        var user = $"user-{(int)(Math.Pow(_random.NextDouble(), 3) * 1_000)}";
        var project = $"project-{_random.Next(20)}";
        var (provider, model, inputPrice, outputPrice) = Models[_random.Next(Models.Length)];
        var (input, cached, output) = (_random.Next(100, 4_000), _random.Next(1, 2_000), _random.Next(10, 1_000));
        CostLine[] lines =
        [
            new("input_tokens", input, inputPrice, input * inputPrice), new("cached_input_tokens", cached, inputPrice / 10, cached * inputPrice / 10), new("output_tokens", output, outputPrice, output * outputPrice),
        ];
        var nanos = (long)decimal.Ceiling(lines.Sum(line => line.Amount) * 1_000_000_000m);
        Span<byte> id = stackalloc byte[16];
        _random.NextBytes(id);
        return new()
        {
            Kind = LedgerEntryKind.Commit,
            OperationId = Convert.ToHexStringLower(id),
            Time = time,
            Scopes = new Dictionary<string, string> { ["provider"] = provider, ["model"] = model, ["user"] = user, ["project"] = project, ["tenant"] = $"tenant-{user.Length}{user[^1]}" },
            Operation = _random.Next(10) == 0 ? "embed" : "chat",
            AmountNanos = nanos,
            HeldNanos = nanos * 2,
            Lines = [.. lines],
            Usage = BudgetUsage.Tokens(input + cached, output, cached),
            Counters =
            [
                new("global/month", BudgetScope.Global, month, null, nanos), new("user/day", BudgetScope.User(user), day, null, nanos), new("project/month", BudgetScope.Project(project), month, null, nanos),
                new("provider/day", BudgetScope.Provider(provider), day, null, nanos),
            ],
        };
    }
}
