namespace BudgetFirewall.Tests.Events;

/// <summary>Events as messages of e-mail.</summary>
public sealed class EmailTests : EventTestBase
{
    [Fact]
    public async Task A_channel_sends_each_event_as_a_message()
    {
        var sender = new Outgoing();
        await using (var firewall = new BudgetFirewallBuilder().Configure(options => options.Budgets.Add(new() { Scope = BudgetScope.Each("user"), Limit = 10m })).UseTimeProvider(Clock).AddEventChannel(new EmailChannel(sender, "ops@example.com, finance@example.com")).Build())
            await firewall.ChargeAsync(new() { Provider = "openai", UserId = "alice", Cost = 8.5m });

        var message = sender.Messages.Should().ContainSingle().Subject;
        message.To.Should().Equal("ops@example.com", "finance@example.com");
        message.Subject.Should().Be("[warning] user=alice has spent 8.5 of 10, 80 % or more of the budget 'each:user/day'.");
        message.Text.Should().Be($"""
            user=alice has spent 8.5 of 10, 80 % or more of the budget 'each:user/day'.

            Type: budgetfirewall.budget.threshold_crossed.v1
            Time: {Clock.GetUtcNow():yyyy-MM-dd HH:mm:ss}Z
            About: each:user/day
            Scope: user=alice
            Id: {message.Id}

            """.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void An_id_of_a_stranger_makes_no_header_and_no_line()
    {
        var e = new BudgetEvent(BudgetEventTypes.Overrun, Clock.GetUtcNow(), "b") { Scope = BudgetScope.User("x\r\nBcc: everybody@example.com\n\nhello"), Partition = "p\nq", Data = new() { Amount = 1m } };

        var message = EmailMessage.Of(e, ["ops@example.com"]);

        message.Subject.Should().NotContainAny("\r", "\n");
        message.Text.Split('\n').Should().HaveCount(9).And.NotContain(line => line.StartsWith("Bcc", StringComparison.Ordinal));
        message.Text.Should().Contain("Partition: p");
    }

    [Fact]
    public void A_long_text_is_cut_in_the_subject_alone()
    {
        var cause = new string('x', 256);
        var message = EmailMessage.Of(new(BudgetEventTypes.StoreAway, Clock.GetUtcNow(), "store") { Data = new() { Cause = cause } }, ["ops@example.com"]);

        message.Subject.Should().Be("[error] " + $"The store does not answer: {cause}"[..150] + "…");
        message.Text.Should().Contain(cause);
    }

    [Theory]
    [InlineData("ops@example.com", 1)]
    [InlineData("ops@example.com,  finance@example.com", 2)]
    [InlineData("o'brien+budget@sub.example.com", 1)]
    public void Addresses_are_separated_by_commas(string text, int count) => EmailMessage.ParseAddresses(text).Should().HaveCount(count);

    [Theory]
    [InlineData("")]
    [InlineData("ops")]
    [InlineData("ops@example.com,")]
    [InlineData("Ops <ops@example.com>")]
    [InlineData("<ops@example.com>")]
    [InlineData("ops@example.com\r\nBcc: all@example.com")]
    [InlineData("ops@example.com;finance@example.com")]
    public void What_is_no_address_is_refused(string text) => FluentActions.Invoking(() => new EmailChannel(new Outgoing(), text)).Should().Throw<ArgumentException>().WithParameterName("addresses").WithMessage("*is no address of e-mail*");

    [Fact]
    public void Too_many_or_too_long_addresses_are_refused()
    {
        FluentActions.Invoking(() => EmailMessage.ParseAddresses(string.Join(',', Enumerable.Range(0, 21).Select(i => $"{i}@example.com")))).Should().Throw<ArgumentException>().WithMessage("*1 to 20 receivers, not 21*");
        EmailMessage.ParseAddresses(string.Join(',', Enumerable.Range(0, 20).Select(i => $"{i}@example.com"))).Should().HaveCount(20);
        FluentActions.Invoking(() => EmailMessage.ParseAddresses(new string('x', 250) + "@example.com")).Should().Throw<ArgumentException>();
    }

    private sealed class Outgoing : IEmailSender
    {
        public List<EmailMessage> Messages { get; } = [];

        public ValueTask SendAsync(EmailMessage message, CancellationToken cancellationToken)
        {
            Messages.Add(message);
            return default;
        }
    }
}
