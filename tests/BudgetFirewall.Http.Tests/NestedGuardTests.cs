namespace BudgetFirewall.Http.Tests;

/// <summary>A guarded HttpClient inside a guarded call of the same provider, such as that of a chat client, charges one call twice, and says so.</summary>
public sealed class NestedGuardTests
{
    private const int CallNested = 237;

    [Theory]
    [InlineData("api", 1)]
    [InlineData("another", 0)]
    public async Task A_call_inside_a_guarded_call_of_its_own_provider_is_warned_of_once(string outerProvider, int warnings)
    {
        using var log = new LogEntries();
        await using var firewall = new BudgetFirewallBuilder().Configure(options => options.Pricing.UnknownProviders = UnknownProviderPolicy.Free).Build();
        using var outer = new CallGuard(firewall);
        using var client = new HttpClient(new BudgetHandler(firewall, new() { Provider = "api", Calls = new() { LoggerFactory = log } }) { InnerHandler = new Answering(() => new StringContent("")) });

        for (var i = 0; i < 3; i++)
        {
            await using var call = await outer.BeginAsync(new() { Provider = outerProvider });
            using var entered = call.Enter();
            (await client.GetAsync(new Uri("http://localhost/"))).Dispose();
        }

        log.Written.Count(entry => entry.Id == CallNested).Should().Be(warnings);
    }

    [Fact]
    public async Task A_handler_without_a_provider_is_refused_naming_the_option()
    {
        await using var firewall = new BudgetFirewallBuilder().Build();

        FluentActions.Invoking(() => new BudgetHandler(firewall, new())).Should().ThrowExactly<ArgumentNullException>().WithParameterName("Provider")
            .WithMessage("The options of a BudgetHandler must set Provider*");
    }
}
