// Writes usage.csv, the log that the sample replays: one day of paid calls, invented, always the same.
//     dotnet run --file make-usage-log.cs > usage.csv
#:property PublishAot=false

using System.Globalization;

var random = new Random(20260310);
var calls = new List<Call>();

Work("alice", "search", 310, WorkingDay, Mix((7, Mini), (3, ShortText)));
Work("bob", "search", 190, WorkingDay, Mix((3, Mini), (5, ShortText), (2, WebSearch)));
Work("carol", "support", 330, AfternoonPeak, Mix((9, Haiku), (1, WebSearch)));
Work("dave", "research", 120, WorkingDay, Mix((6, Sonnet), (3, Reasoning), (1, WebSearch)));
Work("erin", "reports", 90, WorkingDay, Mix((4, Mini), (1, Sonnet)));
Work("frank", "support", 220, AfternoonPeak, Mix((1, Haiku)));
Work("grace", "search", 130, Evening, Mix((5, Mini), (3, WebSearch), (1, Sonnet)));
foreach (var hour in new[] { 8, 12, 16 })
    MarketData("erin", "reports", At(hour, 30), 70);
NightlyIndex("ingest-bot", "search", At(1, 0), 180);
Runaway("eve", "research", At(15, 42), 260);

Console.WriteLine("time,user,project,provider,operation,model,expected_input_tokens,expected_output_tokens,expected_records,"
    + "input_tokens,cached_input_tokens,output_tokens,reasoning_tokens,records,request_bytes,response_bytes,duration_ms");
foreach (var call in calls.OrderBy(call => call.Time).ThenBy(call => call.User, StringComparer.Ordinal))
    Console.WriteLine(call);

void Work(string user, string project, int count, Func<DateTime> when, Func<Call> what)
{
    for (var i = 0; i < count; i++)
        calls.Add(what() with { Time = when(), User = user, Project = project });
}

// Reports ask for the prices of many symbols at once, faster than the provider likes.
void MarketData(string user, string project, DateTime start, int count)
{
    var time = start;
    for (var i = 0; i < count; i++)
    {
        calls.Add(Quotes() with { Time = time, User = user, Project = project });
        time = time.AddMilliseconds(random.Next(60, 900));
    }
}

void NightlyIndex(string user, string project, DateTime start, int count)
{
    var time = start;
    for (var i = 0; i < count; i++)
    {
        calls.Add(Embedding(scale: 12) with { Time = time, User = user, Project = project });
        time = time.AddMilliseconds(random.Next(4_000, 40_000));
    }
}

// A loop without an exit: each try sends the whole history again, and still expects what the first one needed.
void Runaway(string user, string project, DateTime start, int count)
{
    var time = start;
    for (var i = 0; i < count; i++)
    {
        var input = 12_000 + (i * 260) + random.Next(900);
        var cached = (input - random.Next(600, 3_000)) / 128 * 128;
        var output = random.Next(700, 2_600);
        calls.Add(Tokens("openai", "gpt-5", "chat", 12_000, 800, input, cached, output, output * random.Next(30, 60) / 100) with
        {
            Time = time,
            User = user,
            Project = project,
        });
        time = time.AddMilliseconds(random.Next(2_500, 11_000));
    }
}

Call Mini() => Chat("openai", "gpt-5-mini", 600, 7_000, 150, 900, reasoningPercent: 25);

Call Haiku() => Chat("anthropic", "claude-haiku-4-5", 900, 6_000, 120, 700, reasoningPercent: 0);

Call Sonnet() => Chat("anthropic", "claude-sonnet-4-5", 4_000, 34_000, 400, 2_400, reasoningPercent: 0);

Call Reasoning() => Chat("openai", "gpt-5", 3_000, 26_000, 900, 4_500, reasoningPercent: 55);

Call Chat(string provider, string model, int minInput, int maxInput, int minOutput, int maxOutput, int reasoningPercent)
{
    var expectedInput = Skewed(minInput, maxInput);
    var expectedOutput = maxOutput;
    var input = expectedInput * random.Next(96, 104) / 100;
    var output = Skewed(minOutput, maxOutput);

    // Now and then a tool brings back far more than anyone expected.
    if (random.Next(100) < 3)
    {
        input *= random.Next(4, 9);
        output *= random.Next(3, 7);
    }

    var cached = random.Next(100) < 40 ? input * random.Next(30, 90) / 100 / 128 * 128 : 0;
    return Tokens(provider, model, "chat", expectedInput, expectedOutput, input, cached, output, output * random.Next(reasoningPercent + 1) / 100);
}

Call ShortText() => Embedding(scale: 1);

Call Embedding(int scale)
{
    var input = Skewed(200, 2_400) * scale;
    return Tokens("openai", "text-embedding-3-small", "embeddings", input, 0, input, 0, 0, 0) with { ResponseBytes = 1_536 * 8 * scale };
}

Call Tokens(string provider, string model, string operation, int expectedInput, int expectedOutput, int input, int cached, int output, int reasoning) => new()
{
    Provider = provider,
    Operation = operation,
    Model = model,
    ExpectedInputTokens = expectedInput,
    ExpectedOutputTokens = expectedOutput,
    InputTokens = input,
    CachedInputTokens = cached,
    OutputTokens = output,
    ReasoningTokens = reasoning,
    RequestBytes = (input * 4) + random.Next(300, 900),
    ResponseBytes = ((output - reasoning) * 4) + random.Next(400, 1_200),
    DurationMs = 350 + (input / 60) + (output * random.Next(9, 16)),
};

Call WebSearch() => Records("brave", "search", 20, random.Next(8, 21), 420);

Call Quotes() => random.Next(10) switch
{
    < 6 => Records("finnhub", "quote", 1, 1, 180),
    < 9 => Records("finnhub", "candles", 250, random.Next(90, 251), 48),
    _ => Records("finnhub", "news", 50, random.Next(5, 51), 900),
};

Call Records(string provider, string operation, int expected, int records, int bytesEach) => new()
{
    Provider = provider,
    Operation = operation,
    ExpectedRecords = expected,
    Records = records,
    RequestBytes = random.Next(250, 700),
    ResponseBytes = (records * bytesEach) + random.Next(200, 500),
    DurationMs = random.Next(60, 480),
};

Func<Call> Mix(params (int Weight, Func<Call> Make)[] choices) => () =>
{
    var pick = random.Next(choices.Sum(choice => choice.Weight));
    foreach (var (weight, make) in choices)
    {
        if ((pick -= weight) < 0)
            return make();
    }
    throw new InvalidOperationException("The weights are all zero.");
};

DateTime WorkingDay() => Hours(7, 0, 1, 5, 9, 10, 8, 4, 5, 8, 10, 8, 4, 1);

DateTime AfternoonPeak() => Hours(7, 1, 2, 4, 6, 6, 5, 5, 9, 13, 14, 9, 5, 3, 2, 1);

DateTime Evening() => Hours(12, 1, 2, 4, 5, 3, 2, 5, 7, 8, 5, 2);

// A moment in an hour chosen by its weight, the first weight being that of the first hour.
DateTime Hours(int first, params int[] weights)
{
    var pick = random.Next(weights.Sum());
    var hour = 0;
    while ((pick -= weights[hour]) >= 0)
        hour++;
    return At(first + hour, 0).AddMilliseconds(random.Next(3_600_000));
}

// Most calls are small and a few are large.
int Skewed(int min, int max) => min + (int)((long)(max - min) * random.Next(1_000) / 1_000 * random.Next(1_000) / 1_000);

static DateTime At(int hour, int minute) => new(2026, 3, 10, hour, minute, 0, DateTimeKind.Utc);

internal sealed record Call
{
    public DateTime Time { get; init; }
    public string User { get; init; } = "";
    public string Project { get; init; } = "";
    public string Provider { get; init; } = "";
    public string Operation { get; init; } = "";
    public string Model { get; init; } = "";
    public int? ExpectedInputTokens { get; init; }
    public int? ExpectedOutputTokens { get; init; }
    public int? ExpectedRecords { get; init; }
    public int? InputTokens { get; init; }
    public int? CachedInputTokens { get; init; }
    public int? OutputTokens { get; init; }
    public int? ReasoningTokens { get; init; }
    public int? Records { get; init; }
    public int RequestBytes { get; init; }
    public int ResponseBytes { get; init; }
    public int DurationMs { get; init; }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Time:yyyy-MM-ddTHH:mm:ss.fffZ},{User},{Project},{Provider},{Operation},{Model},{ExpectedInputTokens},{ExpectedOutputTokens},{ExpectedRecords},"
        + $"{InputTokens},{CachedInputTokens},{OutputTokens},{ReasoningTokens},{Records},{RequestBytes},{ResponseBytes},{DurationMs}");
}
