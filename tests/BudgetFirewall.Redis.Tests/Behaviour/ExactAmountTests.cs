using System.Text;
using BudgetFirewall.Storage;
using StackExchange.Redis;

namespace BudgetFirewall.Redis.Tests;

/// <summary>Amounts beyond 2^53, where doubles begin to lie.</summary>
public sealed class ExactAmountTests(SharedServer server) : RedisStoreTests(server)
{
    private const byte UpTo = 1;
    private const byte Beyond = 2;

    [Fact]
    public async Task The_last_nano_of_nine_billion_is_granted_and_the_next_denied()
    {
        var rule = Rule(9_000_000_000m);
        _ = await Store.DecideAsync(Call(DecisionKind.Charge, [Demand(rule, 8_999_999_999_999_999_999)]));

        var last = await Store.DecideAsync(Call(DecisionKind.Reserve, [Demand(rule, 1)]));
        var next = await Store.DecideAsync(Call(DecisionKind.Reserve, [Demand(rule, 1)]));

        (last.Status, next.Status).Should().Be((DecisionStatus.Done, DecisionStatus.Denied));
        next.Readings[0].Should().Be(LimitReading.OfBudget(8_999_999_999_999_999_999, 1));
    }

    [Fact]
    public async Task A_million_cases_near_the_limits_agree_with_whole_number_arithmetic()
    {
        const int Batch = 1_000;
        var script = ScriptText.Of("room_cases", typeof(ExactAmountTests).Assembly);
        var random = new Random(20260301);
        for (var done = 0; done < Soak.Times(50_000, soak: 1_000_000); done += Batch)
        {
            var cases = Enumerable.Range(0, Batch).Select(_ => Case(random)).ToArray();
            byte[] packed = [.. cases.SelectMany(item => new[]
            {
                [item.Amount > item.Limit ? Beyond : UpTo], Amount(Math.Abs(item.Limit - item.Amount)), Amount(item.Spent), Amount(item.Held), Amount(item.Allowance), Amount(item.Amount), Amount(item.Limit),
                Bytes(item.Fraction, 4),
            }).SelectMany(part => part)];
            var answers = (string)(await Database.ScriptEvaluateAsync(script, [$"{{{Prefix}}}"], [packed]))!;
            for (var i = 0; i < Batch; i++)
            {
                var item = cases[i];
                var total = (Int128)item.Spent + item.Held + item.Amount;
                var most = (Int128)item.Limit + item.Allowance;
                var expected = $"{(total > most ? 'x' : '.')}{(total > long.MaxValue ? 'v' : '.')}{((Int128)item.Spent * 1_000_000 >= most * item.Fraction ? 'w' : '.')}";
                answers.Substring(3 * i, 3).Should().Be(expected, item.ToString());
            }
        }
    }

    [Theory]
    [InlineData("0x10")]
    [InlineData(" 1")]
    [InlineData("1e3")]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("inf")]
    [InlineData("nan")]
    [InlineData("000000001")]
    [InlineData("999999999")]
    [InlineData("9223372036854775808")]
    public Task The_script_itself_refuses_text_where_an_amount_belongs(string amount) => AssertRefusedAsync(Encoding.ASCII.GetBytes(amount), Amount(1));

    [Theory]
    [InlineData(9_223_372_036, 854_775_808)]
    [InlineData(9_223_372_037, 0)]
    [InlineData(1_099_511_627_775, 0)]
    [InlineData(0, 1_000_000_000)]
    [InlineData(0, 4_294_967_295)]
    public async Task The_script_itself_refuses_limbs_out_of_range(long billions, long rest)
    {
        await AssertRefusedAsync(Limbs(billions, rest), Amount(1));
        await AssertRefusedAsync(Amount(1), Amount(1), Limbs(billions, rest));
        if (rest >= 1_000_000_000)
            await AssertRefusedAsync(Amount(1), Limbs(billions, rest));
    }

    [Fact]
    public async Task The_script_itself_refuses_a_million_digits()
    {
        var digits = Encoding.ASCII.GetBytes(new string('1', 1_000_000));
        await AssertRefusedAsync(digits, Amount(1));
        await AssertRefusedAsync(Amount(1), digits);
    }

    private async Task AssertRefusedAsync(byte[] amount, byte[] room, byte[]? cost = null)
    {
        var rule = Rule(10m);
        _ = await Store.DecideAsync(Call(DecisionKind.Spend, [Demand(rule, 5)], id: "o"));
        var before = Keys();
        var tag = $"{{{Prefix}:default}}:v1:";
        RedisKey[] keys = [tag + "meta", tag + "o:bad", before.Should().ContainSingle(key => key.Contains(":c:", StringComparison.Ordinal)).Which];
        byte[] window = [.. Bytes(0, 6), .. Bytes(99_999_999_999_999, 6), 1];
        byte[] record = [.. new byte[16], .. cost ?? Amount(1), .. amount];
        byte[] limit = [UpTo, (byte)'2', .. room, .. Bytes(99_999_999_999_999, 6)];
        RedisValue[] arguments = [await Database.StringGetAsync(tag + "meta"), window, record, limit, "", 60_000, ""];

        var error = (await FluentActions.Awaiting(() => Database.ScriptEvaluateAsync(ScriptText.Of("spend"), keys, arguments)).Should().ThrowExactlyAsync<RedisServerException>()).Which;

        error.Message.Should().StartWith("BFARGUMENT");
        Keys().Should().Equal(before);
        (await ReadAsync(rule)).Should().Be(LimitReading.OfBudget(5, 0));
    }

    private static (long Spent, long Held, long Allowance, long Limit, long Amount, long Fraction) Case(Random random)
    {
        long[] anchors = [0, 1, 999_999_999, 1_000_000_000, 1L << 53, (1L << 53) - 1, 9_000_000_000_000_000_000];
        long Any() => random.Next(2) == 0 ? anchors[random.Next(anchors.Length)] : random.NextInt64(9_000_000_000_000_000_000);
        var limit = random.Next(16) == 0 ? long.MaxValue - 3 : Any();
        var allowance = random.Next(2) == 0 ? 0 : Any();
        var most = (Int128)limit + allowance;
        var fraction = random.Next(3) switch { 0 => 800_000, 1 => random.NextInt64(1, 1_000_001), _ => random.NextInt64(1, 100_000_001) };
        var amount = random.Next(2) == 0 ? random.NextInt64(0, 3) : random.NextInt64(0, (long)Int128.Clamp(most, 1, 9_000_000_000_000_000_000));
        var spent = random.Next(2) == 0 ? random.NextInt64(0, (long)Int128.Clamp(most, 1, long.MaxValue)) : Near(most * fraction / 1_000_000, random);
        return (spent, Near(most - spent - amount, random), allowance, limit, amount, fraction);
    }

    private static long Near(Int128 amount, Random random) => (long)Int128.Clamp(amount + random.NextInt64(-2, 3), 0, long.MaxValue);

    private static byte[] Amount(long amount) => Limbs(amount / 1_000_000_000, amount % 1_000_000_000);

    private static byte[] Limbs(long billions, long rest) => [.. Bytes(billions, 5), .. Bytes(rest, 4)];

    private static byte[] Bytes(long value, int size) => BitConverter.GetBytes(value)[..size];
}
