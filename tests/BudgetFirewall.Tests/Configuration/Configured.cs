using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace BudgetFirewall.Tests.Configuration;

/// <summary>Options as they come out of configuration, and what is wrong with them.</summary>
internal static class Configured
{
    public static IConfigurationSection Json(string options) => new ConfigurationBuilder()
        .AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes($$"""{ "BudgetFirewall": {{options}} }""")))
        .Build().GetSection("BudgetFirewall");

    public static IConfigurationSection Values(params (string Key, string? Value)[] values) => new ConfigurationBuilder()
        .AddInMemoryCollection(values.Select(value => KeyValuePair.Create("BudgetFirewall:" + value.Key, value.Value)))
        .Build().GetSection("BudgetFirewall");

    /// <summary>The options read, once they are known to be valid.</summary>
    public static BudgetFirewallOptions Options(IConfiguration configuration, Action<BudgetFirewallOptions>? configure = null)
    {
        Errors(configuration, configure).Should().BeEmpty();
        using var services = new ServiceCollection().AddBudgetFirewall(configuration, configure ?? (_ => { })).Services.BuildServiceProvider();
        return services.GetRequiredService<IOptions<BudgetFirewallOptions>>().Value;
    }

    public static BudgetFirewallOptions Options(string json) => Options(Json(json));

    public static string[] Errors(IConfiguration configuration, Action<BudgetFirewallOptions>? configure = null) =>
        Errors(new BudgetFirewallBuilder().Configure(configuration).Configure(configure ?? (_ => { })));

    public static string[] Errors(string json) => Errors(Json(json));

    public static string[] Errors(Action<BudgetFirewallOptions> configure) => Errors(new BudgetFirewallBuilder().Configure(configure));

    private static string[] Errors(BudgetFirewallBuilder builder)
    {
        try
        {
            builder.Build().DisposeAsync().AsTask().GetAwaiter().GetResult();
            return [];
        }
        catch (OptionsValidationException e)
        {
            e.Failures.Should().AllSatisfy(failure => e.Message.Should().Contain(failure));
            return [.. e.Failures];
        }
    }
}
