using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using static BudgetFirewall.Extensions.AI.Tests.GuardedChat;

namespace BudgetFirewall.Extensions.AI.Tests;

/// <summary>Clients that a builder guards.</summary>
public sealed class BuilderTests
{
    [Fact]
    public async Task A_chat_client_built_in_a_container_is_guarded_by_its_firewall_without_arguments()
    {
        await using var services = Services();
        using var provider = new ScriptedChatClient();
        using var client = new ChatClientBuilder(provider).UseBudget().Build(services);

        await FluentActions.Awaiting(() => client.GetResponseAsync(Prompt, new ChatOptions { ModelId = Model })).Should().ThrowExactlyAsync<BudgetExceededException>();
        provider.Calls.Should().Be(0);
    }

    [Fact]
    public async Task So_is_one_that_the_container_registers()
    {
        using var provider = new ScriptedChatClient();
        var collection = new ServiceCollection().AddBudgetFirewall(Broke).Services;
        collection.AddChatClient(provider).UseFunctionInvocation().UseBudget(options => options.Operation = "talk");
        await using var services = collection.BuildServiceProvider();

        var denied = (await FluentActions.Awaiting(() => services.GetRequiredService<IChatClient>().GetResponseAsync(Prompt)).Should().ThrowExactlyAsync<BudgetExceededException>()).Which;

        denied.Decision.DeniedByBudgets.Should().ContainSingle();
    }

    [Fact]
    public async Task A_given_firewall_and_a_named_one_decide()
    {
        await using var firewall = new BudgetFirewallBuilder().Configure(Broke).Build();
        await using var named = new ServiceCollection().AddBudgetFirewall(Broke, "other").Services.BuildServiceProvider();
        using var provider = new ScriptedChatClient();
        using var first = new ChatClientBuilder(provider).UseBudget(firewall).Build();
        using var second = new ChatClientBuilder(provider).UseBudget(firewallName: "other").Build(named);

        await FluentActions.Awaiting(() => first.GetResponseAsync(Prompt)).Should().ThrowExactlyAsync<BudgetExceededException>();
        await FluentActions.Awaiting(() => second.GetResponseAsync(Prompt)).Should().ThrowExactlyAsync<BudgetExceededException>();
    }

    [Fact]
    public void Without_a_firewall_in_the_container_the_client_is_not_built()
    {
        using var provider = new ScriptedChatClient();

        FluentActions.Invoking(() => new ChatClientBuilder(provider).UseBudget().Build()).Should().ThrowExactly<InvalidOperationException>();
    }

    [Fact]
    public async Task An_error_of_the_options_names_the_option_and_not_a_parameter_of_ours()
    {
        await using var firewall = new BudgetFirewallBuilder().Build();
        using var unnamed = new ScriptedChatClient { HasMetadata = false };
        using var provider = new ScriptedChatClient();

        var missing = FluentActions.Invoking(() => unnamed.WithBudget(firewall)).Should().ThrowExactly<ArgumentException>().Which;
        missing.ParamName.Should().Be("Provider");
        missing.Message.Should().StartWith("The options must set Provider, as in WithBudget(firewall, options => options.Provider = \"openai\")");
        Invalid(options => options.DefaultMaxOutputTokens = -1).Should().StartWith("DefaultMaxOutputTokens must be at least 0.");
        Invalid(options => options.MaxOutputTokens["m"] = -1).Should().StartWith("MaxOutputTokens[m] must be at least 0.");
        Invalid(options => options.TokenEstimator = null!).Should().EndWith("(Parameter 'TokenEstimator')");
        Invalid(options => options.IsFailureCharged = null!).Should().EndWith("(Parameter 'IsFailureCharged')");

        string Invalid(Action<BudgetChatOptions> configure) =>
            FluentActions.Invoking(() => provider.WithBudget(firewall, configure)).Should().Throw<ArgumentException>().Which.Message;
    }

    private static ServiceProvider Services() => new ServiceCollection().AddBudgetFirewall(Broke).Services.BuildServiceProvider();

    private static void Broke(BudgetFirewallOptions options)
    {
        options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 0m });
        options.Pricing.Models[Model] = new ModelPrice { Input = 1m };
    }
}
