namespace BudgetFirewall.Ledger.Tests.Webhooks;

public sealed class WebhookSecretTests
{
    [Fact]
    public void A_new_secret_has_256_random_bits_and_is_read_back()
    {
        var (first, second) = (WebhookSecret.New().Reveal(), WebhookSecret.New().Reveal());

        first.Should().StartWith("whsec_").And.NotBe(second);
        Convert.FromBase64String(first["whsec_".Length..]).Should().HaveCount(32);
        WebhookSecret.Parse(first).Reveal().Should().Be(first);
        WebhookSecret.Parse(first["whsec_".Length..]).Reveal().Should().Be(first, "the prefix may be left out");
    }

    [Fact]
    public void A_secret_does_not_show_itself()
    {
        var secret = WebhookSecret.New();
        $"{secret}".Should().Be("whsec_…");
    }

    [Theory]
    [InlineData(24, true)]
    [InlineData(64, true)]
    [InlineData(23, false)]
    [InlineData(65, false)]
    [InlineData(0, false)]
    public void A_secret_has_24_to_64_bytes(int bytes, bool isOne) =>
        WebhookSecret.TryParse("whsec_" + Convert.ToBase64String(new byte[bytes]), out _).Should().Be(isOne);

    [Theory]
    [InlineData("")]
    [InlineData("whsec_")]
    [InlineData("whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS*")]
    public void Anything_else_is_refused_without_being_repeated(string text)
    {
        WebhookSecret.TryParse(text, out var secret).Should().BeFalse();
        secret.Should().BeNull();
        FluentActions.Invoking(() => WebhookSecret.Parse(text)).Should().Throw<ArgumentException>().WithParameterName(nameof(text)).WithMessage("*24 to 64 bytes*").Which.Message.Should().NotContain("MfKQ");
    }

    [Fact]
    public void A_text_of_any_length_is_no_secret()
    {
        WebhookSecret.TryParse(null, out _).Should().BeFalse();
        WebhookSecret.TryParse("whsec_" + new string('A', 1_000_000), out _).Should().BeFalse();
    }
}
