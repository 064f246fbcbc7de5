namespace BudgetFirewall.Reliability;

/// <summary>The checks of turns and windows find what is wrong with takes that were broken on purpose.</summary>
public sealed class BrokenTakesAreCaughtTests
{
    // Ten turns a second, three may wait. The third caller gives up, and the queue runs empty before the last one.
    private static readonly TracedTake[] Whole =
    [
        Take("a", 1_000_000, turn: 1_000_000), Take("b", 1_000_000, turn: 1_100_000), Take("c", 1_010_000, turn: 0, CallOutcome.GaveUp),
        Take("d", 1_020_000, turn: 1_300_000), Take("e", 1_790_000, turn: 1_790_001),
    ];

    public static TheoryData<string> Faults => new(Broken.Keys);

    private static Dictionary<string, TracedTake[]> Broken { get; } = new()
    {
        ["starts before its turn"] = With(1, take => take with { Ended = take.Turn - 1_001 }),
        ["has a turn before it is asked for"] = With(4, take => take with { Began = take.Turn + 2_000 }),
        ["has another's turn"] = With(3, take => take with { Turn = 1_199_999 }),
        ["waits longer than the queue may be"] = With(3, take => take with { WaitMicroseconds = 300_001 }),
        ["finds more than may wait"] = With(3, take => take with { Queued = 4.000001m }),
        ["loses a turn that nobody gave up"] = With(2, take => take with { Outcome = CallOutcome.Denied }),
    };

    [Fact]
    public void Takes_that_hold_are_not_complained_about() => TurnCheck.Run(Whole, perSecond: 10, queueLimit: 3).Should().Be(1);

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_queue_that(string fault) =>
        FluentActions.Invoking(() => TurnCheck.Run(Broken[fault], perSecond: 10, queueLimit: 3)).Should().Throw<Exception>();

    [Theory]
    [InlineData("fixed", 1_000, 1_999, 2_000, 0)]
    [InlineData("fixed", 1_000, 1_500, 1_999, 1)]
    [InlineData("sliding", 1_000, 1_999, 2_000, 0)]
    [InlineData("sliding", 1_000, 1_500, 1_999, 1)]
    [InlineData("sliding", 1_500, 2_000, 2_499, 1)]
    [InlineData("first", 1_500, 2_000, 2_499, 1)]
    [InlineData("first", 1_500, 2_499, 2_500, 0)]
    public void A_window_that_has_more_than_its_limit(string kind, long first, long second, long third, int overfull)
    {
        var (limit, takes) = (Window(kind), new[] { first, second, third }.Select((at, i) => Take($"{i}", at * 1_000, at * 1_000)));

        WindowCheck.Of(limit, takes).Overfull.Should().Be(overfull);
    }

    [Theory]
    [InlineData("fixed", 1_999, 1)]
    [InlineData("fixed", 2_000, 2)]
    [InlineData("sliding", 2_499, 1)]
    [InlineData("sliding", 2_500, 2)]
    [InlineData("first", 2_499, 1)]
    [InlineData("first", 2_500, 2)]
    public void What_is_left_counts_what_the_window_counts(string kind, long at, int level) =>
        WindowCheck.Of(Window(kind), [Take("a", 1_500_000, 1_500_000)]).LevelAt(at * 1_000).Should().Be(level);

    private static RateLimit Window(string kind) => kind switch
    {
        "fixed" => RateLimit.FixedWindow(BudgetScope.Global, 2, TimeSpan.FromSeconds(1)),
        "first" => RateLimit.FixedWindow(BudgetScope.Global, 2, TimeSpan.FromSeconds(1), WindowAlignment.FirstRequest),
        "sliding" => RateLimit.SlidingWindow(BudgetScope.Global, 2, TimeSpan.FromSeconds(1)),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such window."),
    };

    private static TracedTake Take(string id, long began, long turn, CallOutcome outcome = CallOutcome.Done) => new(id, null, 1, outcome, began, turn, turn, 0, 0, []);

    private static TracedTake[] With(int index, Func<TracedTake, TracedTake> change) => [.. Whole.Select((take, i) => i == index ? change(take) : take)];
}
