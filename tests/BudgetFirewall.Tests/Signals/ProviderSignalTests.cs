using System.Net;
using BudgetFirewall.Conformance;

namespace BudgetFirewall.Tests.Signals;

public sealed class ProviderSignalTests
{
    private static readonly ManualTimeProvider Clock = new(new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData(429, true)]
    [InlineData(503, true)]
    [InlineData(529, true)]
    [InlineData(200, false)]
    [InlineData(400, false)]
    [InlineData(500, false)]
    public void A_status_that_refuses_because_of_load_is_an_overload(int status, bool isOverloaded) =>
        (Read(status)?.IsOverloaded == true).Should().Be(isOverloaded);

    [Theory]
    [InlineData("2", 2)]
    [InlineData("1.5", 1.5)]
    [InlineData(" 30 ", 30)]
    [InlineData("0", 0)]
    [InlineData("Tue, 10 Mar 2026 12:01:30 GMT", 90)]
    [InlineData("Tuesday, 10-Mar-26 12:00:05 GMT", 5)]
    [InlineData("Tue, 10 Mar 2026 11:59:00 GMT", 0)]
    [InlineData("2026-03-10T12:00:10Z", 10)]
    public void Retry_after_is_a_number_of_seconds_or_a_date(string text, double seconds) =>
        Read(429, ("Retry-After", text))!.RetryAfter.Should().Be(TimeSpan.FromSeconds(seconds));

    [Fact]
    public void Milliseconds_go_before_seconds() =>
        Read(429, ("Retry-After", "2"), ("retry-after-ms", "1250"))!.RetryAfter.Should().Be(TimeSpan.FromMilliseconds(1_250));

    [Fact]
    public void Retry_after_counts_only_with_an_overload() => Read(200, ("Retry-After", "5")).Should().BeNull();

    [Theory]
    [InlineData("1s", 1)]
    [InlineData("6m0s", 360)]
    [InlineData("20ms", 0.02)]
    [InlineData("1h2m3.5s", 3_723.5)]
    [InlineData("2d", 172_800)]
    [InlineData("17", 17)]
    [InlineData("2026-03-10T12:00:30Z", 30)]
    [InlineData("2026-03-10T13:00:30.250+01:00", 30.25)]
    [InlineData("1773144045", 45)]
    public void Nothing_left_of_requests_lasts_until_the_reset_in_each_form_of_it(string reset, double seconds)
    {
        var signal = Read(200, ("x-ratelimit-remaining-requests", "0"), ("x-ratelimit-reset-requests", reset));

        signal.Should().Be(new ProviderSignal { RequestsResetIn = TimeSpan.FromSeconds(seconds) });
    }

    [Theory]
    [InlineData("x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens", nameof(ProviderSignal.TokensResetIn))]
    [InlineData("anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-requests-reset", nameof(ProviderSignal.RequestsResetIn))]
    [InlineData("anthropic-ratelimit-tokens-remaining", "anthropic-ratelimit-tokens-reset", nameof(ProviderSignal.TokensResetIn))]
    [InlineData("anthropic-ratelimit-input-tokens-remaining", "anthropic-ratelimit-input-tokens-reset", nameof(ProviderSignal.InputTokensResetIn))]
    [InlineData("anthropic-ratelimit-output-tokens-remaining", "anthropic-ratelimit-output-tokens-reset", nameof(ProviderSignal.OutputTokensResetIn))]
    [InlineData("RateLimit-Remaining", "RateLimit-Reset", nameof(ProviderSignal.RequestsResetIn))]
    [InlineData("X-RateLimit-Remaining", "X-RateLimit-Reset", nameof(ProviderSignal.RequestsResetIn))]
    public void Each_pair_of_headers_tells_of_its_own_kind_whatever_their_case(string remaining, string reset, string member)
    {
        var signal = Read(200, (remaining.ToUpperInvariant(), "0"), (reset.ToUpperInvariant(), "9"))!;

        typeof(ProviderSignal).GetProperty(member)!.GetValue(signal).Should().Be(TimeSpan.FromSeconds(9));
        Read(200, (remaining, "1"), (reset, "9")).Should().BeNull();
        Read(200, (remaining, "0")).Should().BeNull();
        Read(200, (reset, "9")).Should().BeNull();
    }

    [Theory]
    [InlineData("\"default\";r=0;t=30", 30, null)]
    [InlineData("\"minute\";r=5;t=3, \"day\";r=0;t=4000", 4_000, null)]
    [InlineData("\"requests\";r=0;t=3,\"tokens-minute\";t=8;r=0", 3, 8)]
    [InlineData("\"a, b; r=0\";r=0;t=7", 7, null)]
    [InlineData("token;r=0 ; t=2", null, 2)]
    public void The_structured_field_tells_of_each_policy_by_its_name(string field, int? requests, int? tokens) =>
        Read(200, ("RateLimit", field)).Should().Be(new ProviderSignal { RequestsResetIn = Seconds(requests), TokensResetIn = Seconds(tokens) });

    [Theory]
    [InlineData("\"default\";r=1;t=30")]
    [InlineData("\"default\";r=0")]
    [InlineData("\"default\";r=-0;t=5")]
    [InlineData("\"default\";r=0;t=-5")]
    [InlineData("\"default\";r=0;t=99999999999999999999999")]
    [InlineData("\"open;r=0;t=5")]
    [InlineData("\"\\")]
    [InlineData(";;;,,,===")]
    [InlineData("limit=100, remaining=0, reset=30")]
    public void A_structured_field_without_sense_says_nothing(string field) => Read(200, ("RateLimit", field)).Should().BeNull();

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("soon")]
    [InlineData("1e9")]
    [InlineData("0x10")]
    [InlineData("NaN")]
    [InlineData("∞")]
    [InlineData("5 s")]
    [InlineData("5s5")]
    [InlineData("s")]
    [InlineData("1.2.3")]
    [InlineData("1,000")]
    [InlineData("2026-13-40T99:99:99Z")]
    [InlineData("\0")]
    public void Hostile_times_are_as_if_they_were_absent(string text)
    {
        Read(429, ("Retry-After", text)).Should().Be(new ProviderSignal { IsOverloaded = true });
        Read(200, ("x-ratelimit-remaining-tokens", "0"), ("x-ratelimit-reset-tokens", text)).Should().BeNull();
        Read(200, ("x-ratelimit-remaining-tokens", text), ("x-ratelimit-reset-tokens", "5")).Should().BeNull();
    }

    [Fact]
    public void Random_headers_never_throw_and_never_give_a_negative_or_an_endless_time()
    {
        var random = new Random(20261129);
        const string Letters = "0123456789.:;=,\"\\ -+TZtrmhsdGMTSunMar\u0001é";
        string Any() => new([.. Enumerable.Range(0, random.Next(80)).Select(_ => Letters[random.Next(Letters.Length)])]);
        for (var i = 0; i < 20_000; i++)
        {
            var signal = ProviderSignal.FromHeaders(429, _ => random.Next(3) == 0 ? "0" : random.Next(4) == 0 ? null : Any(), Clock)!;
            TimeSpan?[] times = [signal.RetryAfter, signal.RequestsResetIn, signal.TokensResetIn, signal.InputTokensResetIn, signal.OutputTokensResetIn];
            times.Should().OnlyContain(time => time == null || (time >= TimeSpan.Zero && time <= TimeSpan.FromDays(366)));
        }
    }

    [Fact]
    public void A_time_is_capped_and_a_long_text_is_not_read()
    {
        Read(429, ("Retry-After", "99999999999999999"))!.RetryAfter.Should().Be(TimeSpan.Zero.Add(TimeSpan.FromDays(366)));
        Read(429, ("Retry-After", new string('9', 1_000_000)))!.RetryAfter.Should().BeNull();
        Read(200, ("RateLimit", new string('"', 1_000_000))).Should().BeNull();
    }

    [Fact]
    public void An_answer_of_HttpClient_is_read_by_its_status_and_headers()
    {
        using var response = new HttpResponseMessage(HttpStatusCode.TooManyRequests);
        response.Headers.TryAddWithoutValidation("Retry-After", "7");
        response.Headers.TryAddWithoutValidation("X-RateLimit-Remaining-Tokens", "0");
        response.Headers.TryAddWithoutValidation("X-RateLimit-Reset-Tokens", "1m");

        ProviderSignal.From(response, Clock).Should().Be(new ProviderSignal { IsOverloaded = true, RetryAfter = TimeSpan.FromSeconds(7), TokensResetIn = TimeSpan.FromMinutes(1) });
    }

    [Fact]
    public void A_negative_time_is_refused()
    {
        FluentActions.Invoking(() => new ProviderSignal { RetryAfter = TimeSpan.FromTicks(-1) }).Should().Throw<ArgumentOutOfRangeException>().WithMessage("RetryAfter must not be negative.*");
    }

    private static TimeSpan? Seconds(int? seconds) => seconds is { } given ? TimeSpan.FromSeconds(given) : null;

    private static ProviderSignal? Read(int status, params (string Name, string Value)[] headers)
    {
        var values = headers.ToDictionary(header => header.Name, header => header.Value, StringComparer.OrdinalIgnoreCase);
        return ProviderSignal.FromHeaders(status, values.GetValueOrDefault, Clock);
    }
}
