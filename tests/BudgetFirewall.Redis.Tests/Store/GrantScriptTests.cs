using BudgetFirewall.Storage;
using StackExchange.Redis;

namespace BudgetFirewall.Redis.Tests;

/// <summary>The script of allowances called directly, with numbers that no client of ours would send, and after an answer was lost.</summary>
public sealed class GrantScriptTests(SharedServer server) : RedisStoreTests(server)
{
    private const long LatestMs = 99_999_999_999_999;
    private const string Digits = "60000";

    private static readonly CounterRule Ten = Rule(10m);

    private string Tag => $"{{{Prefix}:default}}:v1:";

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 1_000_000_000)]
    [InlineData(9_000_000_000, 1)]
    [InlineData(9_000_000_001, 0)]
    [InlineData(1_099_511_627_775, 4_294_967_295)]
    public Task It_refuses_an_amount_out_of_range(long billions, long rest) => AssertRefusedAsync(Packed(amount: Limbs(billions, rest)));

    [Theory]
    [InlineData(0, 1_000_000_000)]
    [InlineData(9_223_372_036, 854_775_808)]
    [InlineData(9_223_372_037, 0)]
    public Task It_refuses_a_limit_out_of_range(long billions, long rest) => AssertRefusedAsync(Packed(limit: Limbs(billions, rest)));

    [Theory]
    [InlineData(2)]
    [InlineData(255)]
    public Task It_refuses_to_do_neither_the_one_nor_the_other(byte isRevocation) => AssertRefusedAsync(Packed(isRevocation: isRevocation));

    [Fact]
    public Task It_refuses_a_period_that_ends_within_its_window() => AssertRefusedAsync(Packed(periodEndMs: LatestMs - 1));

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1e3")]
    [InlineData("nan")]
    [InlineData("")]
    [InlineData("9999999999999")]
    public Task It_refuses_a_time_that_is_none(string life) => AssertRefusedAsync(Packed(), life);

    [Fact]
    public async Task Repeated_for_want_of_an_answer_it_moves_the_amount_once_also_under_an_id_that_was_made_up()
    {
        _ = await Store.DecideAsync(Call(DecisionKind.Charge, [Demand(Ten, 5)]));

        var first = await GrantAsync(Packed(), Digits);
        var second = await GrantAsync(Packed(), Digits);

        ((char)first[0], (char)second[0]).Should().Be(('D', 'R'));
        second[9..18].Should().Equal(first[9..18]);
        (await ReadAsync(Ten)).Should().Be(LimitReading.OfBudget(5, 0, 7));
    }

    [Fact]
    public async Task A_counter_that_it_has_made_ends_with_its_period_and_its_record_with_its_id()
    {
        var call = new AllowanceCall { Rule = Ten, ScopeId = "alice", Amount = 7, OperationId = "id", Retention = TimeSpan.FromHours(2), Fingerprint = 1 };

        var answer = await Store.GrantAsync(call);

        var end = new DateTimeOffset(Ten.Family.Calendar.At(answer.Now).End, TimeSpan.Zero);
        var (counter, record) = (KeyOf(":v1:c:"), KeyOf(":v1:g:"));
        (await Database.KeyExpireTimeAsync(counter)).Should().Be(end.UtcDateTime);
        (await Database.KeyTimeToLiveAsync(record)).Should().BeCloseTo(TimeSpan.FromHours(2), TimeSpan.FromMinutes(1));
        _ = await Store.GrantAsync(new() { Rule = new(new() { Scope = BudgetScope.User("bob"), Limit = 1m, Period = BudgetPeriod.None }), ScopeId = "bob", Amount = 7, OperationId = "endless" });
        (await Database.KeyTimeToLiveAsync(KeyOf(":bob"))).Should().BeNull();
    }

    [Fact]
    public async Task What_cannot_be_taken_back_makes_no_counter()
    {
        var call = new AllowanceCall { Rule = Ten, ScopeId = "alice", Amount = 7, IsRevocation = true, OperationId = "id", Retention = TimeSpan.FromHours(2), Fingerprint = 1 };

        (await Store.GrantAsync(call)).Moved.Should().Be(0);

        Keys().Should().NotContain(key => key.Contains(":v1:c:", StringComparison.Ordinal));
        (await Store.GrantAsync(call)).IsReplay.Should().BeTrue();
    }

    private async Task AssertRefusedAsync(byte[] packed, string life = Digits)
    {
        _ = await Store.DecideAsync(Call(DecisionKind.Charge, [Demand(Ten, 5)]));
        var before = Keys();

        var error = (await FluentActions.Awaiting(() => GrantAsync(packed, life)).Should().ThrowExactlyAsync<RedisServerException>()).Which;

        error.Message.Should().StartWith("BFARGUMENT");
        Keys().Should().Equal(before);
        (await ReadAsync(Ten)).Should().Be(LimitReading.OfBudget(5, 0));
    }

    private async Task<byte[]> GrantAsync(byte[] packed, string life) =>
        (byte[])(await Database.ScriptEvaluateAsync(ScriptText.Of("grant"), [Tag + "meta", Tag + "g:bad", KeyOf(":v1:c:")], [await Database.StringGetAsync(Tag + "meta"), packed, life]))!;

    private RedisKey KeyOf(string part) => Keys().Should().ContainSingle(key => key.Contains(part, StringComparison.Ordinal)).Which;

    private static byte[] Packed(byte[]? amount = null, byte[]? limit = null, byte isRevocation = 0, long periodEndMs = LatestMs) =>
        [.. Bytes(0, 6), .. Bytes(LatestMs, 6), .. Bytes(periodEndMs, 6), isRevocation, .. new byte[16], .. amount ?? Limbs(0, 7), .. limit ?? Limbs(10, 0)];

    private static byte[] Limbs(long billions, long rest) => [.. Bytes(billions, 5), .. Bytes(rest, 4)];

    private static byte[] Bytes(long value, int size) => BitConverter.GetBytes(value)[..size];
}
