using BudgetFirewall.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace BudgetFirewall.Tests.Registration;

public sealed class HostStartTests
{
    [Fact]
    public async Task A_host_does_not_start_with_options_that_are_not_valid_and_says_everything_that_is_wrong()
    {
        using var host = Host(services => services.AddBudgetFirewall(options =>
        {
            options.KeyPrefix = "{";
            options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 0.0000000001m });
        }));

        var error = (await FluentActions.Awaiting(() => host.StartAsync()).Should().ThrowExactlyAsync<OptionsValidationException>()).Which;

        error.Failures.Should().Equal("KeyPrefix must have 1 to 64 characters and no braces but is '{'", "Budgets:0:Limit must be a multiple of 0.000000001 but is '0.0000000001'");
    }

    [Fact]
    public async Task Every_firewall_of_a_host_is_checked()
    {
        using var host = Host(services =>
        {
            services.AddBudgetFirewall();
            services.AddBudgetFirewall(options => options.Currency = "", "eu");
            services.AddBudgetFirewall(options => options.KeyPrefix = "", "us");
        });

        var error = (await FluentActions.Awaiting(() => host.StartAsync()).Should().ThrowExactlyAsync<AggregateException>()).Which;

        error.InnerExceptions.Cast<OptionsValidationException>().Select(inner => inner.OptionsName).Should().Equal("eu", "us");
    }

    [Fact]
    public async Task Starting_does_not_touch_the_store()
    {
        var isMade = false;
        using var host = Host(services => services.AddBudgetFirewall().UseStore(context =>
        {
            isMade = true;
            return new ScriptedStore(context);
        }));

        await host.StartAsync();

        isMade.Should().BeFalse();
        await host.StopAsync();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("tenant")]
    public async Task A_host_that_requires_the_store_asks_it_and_starts_once_it_has_answered(string? partitionBy)
    {
        ScriptedStore? store = null;
        using var host = Host(services => services.AddBudgetFirewall(options =>
        {
            options.RequireStoreAtStart = true;
            options.PartitionBy = partitionBy;
        }).UseStore(context => store = new(context)));

        await host.StartAsync();

        store!.Calls.Should().Be(1);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_host_that_requires_the_store_does_not_start_when_it_cannot_answer()
    {
        using var host = RequiringHost(() => throw new BudgetStoreException("No connection."));

        var error = (await FluentActions.Awaiting(() => host.StartAsync()).Should().ThrowExactlyAsync<BudgetStoreException>()).Which;

        error.Message.Should().Be("RequireStoreAtStart is set and the store of 'eu' did not answer: No connection.");
    }

    [Fact]
    public async Task A_host_that_requires_the_store_asks_a_second_time_since_the_first_call_of_a_process_takes_longest()
    {
        var calls = 0;
        using var host = RequiringHost(() => ++calls == 1 ? throw new BudgetStoreException("There was no connection within 00:00:01.") : Task.CompletedTask);

        await host.StartAsync();

        calls.Should().Be(2);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_host_that_requires_the_store_does_not_ask_again_where_the_set_up_is_wrong()
    {
        var calls = 0;
        using var host = RequiringHost(() => { calls++; throw new BudgetStoreException("A wrong password.") { IsNeverAllowed = true }; });

        await FluentActions.Awaiting(() => host.StartAsync()).Should().ThrowExactlyAsync<BudgetStoreException>();

        calls.Should().Be(1);
    }

    [Fact]
    public async Task A_host_that_requires_the_store_waits_no_longer_than_the_store_may_take()
    {
        using var host = RequiringHost(() => new TaskCompletionSource().Task);

        var error = (await FluentActions.Awaiting(() => host.StartAsync()).Should().ThrowExactlyAsync<BudgetStoreException>()).Which;

        error.Message.Should().StartWith("RequireStoreAtStart is set and the store of 'eu' did not answer: ");
    }

    [Fact]
    public async Task A_change_that_is_not_valid_does_not_reach_the_one_who_changed_it()
    {
        var builder = new HostApplicationBuilder();
        builder.Configuration["BudgetFirewall:Budgets:0:Scope"] = "global";
        builder.Configuration["BudgetFirewall:Budgets:0:Limit"] = "1";
        builder.Services.AddBudgetFirewall(builder.Configuration.GetSection("BudgetFirewall"));
        using var host = builder.Build();
        await host.StartAsync();
        // A monitor of these options must hear of the change and not throw either.
        var monitor = host.Services.GetRequiredService<IOptionsMonitor<BudgetFirewallOptions>>();

        builder.Configuration["BudgetFirewall:Budgets:0:Limit"] = "none";
        ((IConfigurationRoot)builder.Configuration).Reload();

        monitor.CurrentValue.Budgets.Should().BeEmpty();
        (await host.Services.GetRequiredService<IBudgetFirewall>().Budgets.ListAsync()).Should().ContainSingle().Which.Limit.Should().Be(1m);
        await host.StopAsync();
    }

    private static IHost RequiringHost(Func<Task> beforeAnswer) => Host(services => services.AddBudgetFirewall(
        options =>
        {
            options.RequireStoreAtStart = true;
            options.StoreTimeout = TimeSpan.FromMilliseconds(50);
        },
        "eu").UseStore(context => new ScriptedStore(context, beforeAnswer)));

    private static IHost Host(Action<IServiceCollection> register)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        register(builder.Services);
        return builder.Build();
    }
}
