using System.Diagnostics;
using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace BudgetFirewall.Ledger.Tests.Webhooks;

public sealed class WebhookSignatureTests
{
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const string Known = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    private static readonly DateTimeOffset Time = DateTimeOffset.FromUnixTimeSeconds(1_614_265_330);
    private static readonly byte[] Body = """{"test": 2432232314}"""u8.ToArray();
    private static readonly WebhookSecret Secret = WebhookSecret.Parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

    /// <summary>The example that the libraries of the specification test themselves with.</summary>
    [Fact]
    public void The_example_of_the_specification_is_signed_as_there() => WebhookSignature.Sign(Secret, Id, Time, Body).Should().Be(Known);

    [Fact]
    public void The_example_of_the_specification_is_verified()
    {
        Verify().Should().BeNull();
        Verify(signature: "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= v2," + Known["v1,".Length..] + " " + Known).Should().BeNull("one of the signatures is right");
    }

    /// <summary>An independent implementation: OpenSSL's.</summary>
    [Fact]
    public void Openssl_makes_the_same_signature()
    {
        var secret = WebhookSecret.New();
        var key = Convert.ToHexStringLower(Convert.FromBase64String(secret.Reveal()["whsec_".Length..]));
        using var openssl = Process.Start(new ProcessStartInfo("openssl", ["dgst", "-sha256", "-mac", "HMAC", "-macopt", "hexkey:" + key, "-binary"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        openssl.StandardInput.BaseStream.Write(Encoding.UTF8.GetBytes($"{Id}.{Time.ToUnixTimeSeconds()}."));
        openssl.StandardInput.BaseStream.Write(Body);
        openssl.StandardInput.Close();
        using var digest = new MemoryStream();
        openssl.StandardOutput.BaseStream.CopyTo(digest);
        openssl.WaitForExit();

        WebhookSignature.Sign(secret, Id, Time, Body).Should().Be("v1," + Convert.ToBase64String(digest.ToArray()));
    }

    [Fact]
    public void Any_body_is_verified_with_its_secret_and_no_other_and_no_changed_bit_is()
    {
        var bodies = ArbMap.Default.ArbFor<byte[]>();
        Prop.ForAll(bodies, ArbMap.Default.ArbFor<PositiveInt>(), (body, bit) =>
        {
            var secret = WebhookSecret.New();
            var signature = WebhookSignature.Sign(secret, Id, Time, body);
            Reason(secret, Id, signature, body).Should().BeNull();
            Reason(WebhookSecret.New(), Id, signature, body).Should().Contain("signature");
            Reason(secret, Id + "x", signature, body).Should().Contain("signature");
            if (body.Length > 0)
            {
                var changed = body.ToArray();
                changed[bit.Get / 8 % body.Length] ^= (byte)(1 << (bit.Get % 8));
                Reason(secret, Id, signature, changed).Should().Contain("signature");
            }
            Reason(secret, Id, signature, [.. body, 0]).Should().Contain("signature");
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(-300, true)]
    [InlineData(300, true)]
    [InlineData(-301, false)]
    [InlineData(301, false)]
    public void A_delivery_is_taken_up_to_five_minutes_before_and_after_its_time(int seconds, bool isTaken) =>
        (Verify(now: Time.AddSeconds(seconds)) is null).Should().Be(isTaken);

    [Fact]
    public void The_tolerance_can_be_chosen()
    {
        WebhookSignature.Verify(Secret, Id, Timestamp(Time), Known, Body, Time.AddSeconds(31), out var reason, TimeSpan.FromSeconds(30)).Should().BeFalse();
        reason.Should().Be("The delivery is older than 00:00:30.");
        WebhookSignature.Verify(Secret, Id, Timestamp(Time), Known, Body, Time.AddSeconds(-31), out reason, TimeSpan.FromSeconds(30)).Should().BeFalse();
        reason.Should().Be("The delivery comes from more than 00:00:30 ahead.");
        FluentActions.Invoking(() => WebhookSignature.Verify(Secret, Id, Timestamp(Time), Known, Body, Time, out _, TimeSpan.FromTicks(-1))).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("tolerance");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("1614265330.0")]
    [InlineData("-1614265330")]
    [InlineData("+1614265330")]
    [InlineData(" 1614265330")]
    [InlineData("1,614,265,330")]
    [InlineData("٠١٢")]
    [InlineData("999999999999")]
    [InlineData("9999999999999999999999")]
    [InlineData("now")]
    public void A_time_that_is_no_number_of_seconds_is_refused(string? timestamp)
    {
        WebhookSignature.Verify(Secret, Id, timestamp, Known, Body, Time, out var reason).Should().BeFalse();
        reason.Should().Contain("webhook-timestamp");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("v1,")]
    [InlineData("v1")]
    [InlineData("v1,not base64")]
    [InlineData("V1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("v1a,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=AAAA")]
    [InlineData("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1A==")]
    public void A_header_without_the_right_signature_is_refused(string? signature)
    {
        WebhookSignature.Verify(Secret, Id, Timestamp(Time), signature, Body, Time, out var reason).Should().BeFalse();
        reason.Should().Contain("webhook-signature").And.NotContain("g0hM9");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void A_delivery_without_an_id_is_refused(string? id)
    {
        WebhookSignature.Verify(Secret, id, Timestamp(Time), Known, Body, Time, out var reason).Should().BeFalse();
        reason.Should().Be("The header webhook-id is missing.");
    }

    [Fact]
    public void A_header_of_any_length_is_refused_without_being_read()
    {
        var many = string.Join(' ', Enumerable.Repeat(Known, 100));
        Verify(signature: many).Should().Be("The header webhook-signature is longer than 4096 characters.");
        Verify(signature: Known + new string(' ', 4_096 - Known.Length)).Should().BeNull();
        Verify(signature: $"{Known} {Known}").Should().BeNull("said twice, it is as good");
        Verify(signature: Known + new string(' ', 4_097 - Known.Length)).Should().Contain("longer");
    }

    [Fact]
    public void What_cannot_be_signed_so_that_it_means_one_thing_is_refused()
    {
        FluentActions.Invoking(() => WebhookSignature.Sign(Secret, "a.1", Time, Body)).Should().Throw<ArgumentException>().WithParameterName("id").WithMessage("*'a.1'*");
        FluentActions.Invoking(() => WebhookSignature.Sign(Secret, "", Time, Body)).Should().Throw<ArgumentException>().WithParameterName("id");
        FluentActions.Invoking(() => WebhookSignature.Sign(Secret, Id, DateTimeOffset.UnixEpoch.AddTicks(-1), Body)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("time");
    }

    private static string? Verify(string signature = Known, DateTimeOffset? now = null) => Reason(Secret, Id, signature, Body, now);

    private static string? Reason(WebhookSecret secret, string id, string signature, byte[] body, DateTimeOffset? now = null)
    {
        WebhookSignature.Verify(secret, id, Timestamp(Time), signature, body, now ?? Time, out var reason).Should().Be(reason is null);
        return reason;
    }

    private static string Timestamp(DateTimeOffset time) => time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
}
