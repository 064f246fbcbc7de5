using BudgetFirewall.Storage;
using StackExchange.Redis;

namespace BudgetFirewall.Redis.Tests;

/// <summary>The script of corrections called directly, with numbers that no client of ours would send, and what it leaves behind.</summary>
public sealed class CorrectScriptTests(SharedServer server) : RedisStoreTests(server)
{
    private const string Digits = "60000";

    private static readonly CounterRule Ten = Rule(10m);

    private string Tag => $"{{{Prefix}:default}}:v1:";

    [Theory]
    [InlineData(0, 1_000_000_000)]
    [InlineData(9_223_372_036, 854_775_808)]
    [InlineData(1_099_511_627_775, 4_294_967_295)]
    public Task It_refuses_an_amount_out_of_range(long billions, long rest) => AssertRefusedAsync(Packed(), Limbs(billions, rest));

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(255)]
    public Task It_refuses_another_number_of_counters_than_it_has_keys(byte counters) => AssertRefusedAsync(Packed(counters), Limbs(0, 1));

    [Fact]
    public Task It_refuses_another_number_of_amounts_than_counters() => AssertRefusedAsync(Packed(), [.. Limbs(0, 1), .. Limbs(0, 1)]);

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("nan")]
    [InlineData("")]
    [InlineData("9999999999999")]
    public Task It_refuses_a_time_that_is_none(string life) => AssertRefusedAsync(Packed(), Limbs(0, 1), life);

    [Fact]
    public async Task It_leaves_the_ends_of_counters_as_they_are_and_its_record_ends_with_its_id()
    {
        var charged = await Store.DecideAsync(Call(DecisionKind.Charge, [Demand(Ten, 5)]));

        var answer = await Store.CorrectAsync(Correction(charged.Now, amount: 3));

        answer.Moved.Should().Equal(3);
        (await ReadAsync(Ten)).Should().Be(LimitReading.OfBudget(2, 0));
        (await Database.KeyExpireTimeAsync(KeyOf(":v1:c:"))).Should().Be(Ten.Family.Calendar.At(answer.Now).End);
        (await Database.KeyTimeToLiveAsync(KeyOf(":v1:x:"))).Should().BeCloseTo(TimeSpan.FromHours(2), TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData("mine")]
    [InlineData("X")]
    public async Task A_record_that_is_none_is_a_clear_error(string value)
    {
        var charged = await Store.DecideAsync(Call(DecisionKind.Charge, [Demand(Ten, 5)]));
        await Database.StringSetAsync(Tag + "x:id", value);

        (await FluentActions.Awaiting(() => Store.CorrectAsync(Correction(charged.Now, amount: 3)).AsTask()).Should().ThrowExactlyAsync<BudgetStoreException>()).Which.Message.Should().Contain("x:id");

        (await ReadAsync(Ten)).Should().Be(LimitReading.OfBudget(5, 0));
    }

    private static CorrectionCall Correction(DateTimeOffset now, long amount) => new()
    {
        CorrectionId = "id",
        Counters = [new(Ten.Family.Name, BudgetScope.User("alice"), Unit: null, Ten.Family.Calendar.At(now).Start, amount)],
        Retention = TimeSpan.FromHours(2),
        NotAfter = now.AddHours(1),
        Fingerprint = 1,
    };

    private async Task AssertRefusedAsync(byte[] packed, byte[] amounts, string life = Digits)
    {
        _ = await Store.DecideAsync(Call(DecisionKind.Charge, [Demand(Ten, 5)]));
        var before = Keys();

        var error = (await FluentActions.Awaiting(async () => await Database.ScriptEvaluateAsync(
            ScriptText.Of("correct"), [Tag + "meta", Tag + "x:bad", KeyOf(":v1:c:")], [await Database.StringGetAsync(Tag + "meta"), packed, life, amounts])).Should().ThrowExactlyAsync<RedisServerException>()).Which;

        error.Message.Should().StartWith("BFARGUMENT");
        Keys().Should().Equal(before);
        (await ReadAsync(Ten)).Should().Be(LimitReading.OfBudget(5, 0));
    }

    private RedisKey KeyOf(string part) => Keys().Should().ContainSingle(key => key.Contains(part, StringComparison.Ordinal)).Which;

    private static byte[] Packed(byte counters = 1) => [counters, .. BitConverter.GetBytes(long.MaxValue / 2), .. new byte[16]];

    private static byte[] Limbs(long billions, long rest) => [.. BitConverter.GetBytes(billions)[..5], .. BitConverter.GetBytes(rest)[..4]];
}
